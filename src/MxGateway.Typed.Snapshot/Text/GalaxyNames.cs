namespace MxGateway.Typed.Snapshot;

/// <summary>The Galaxy's names of its own numbers. A snapshot has the name where there is one, else the number.</summary>
internal sealed class GalaxyNames
{
    private readonly int _first;
    private readonly string[] _names;

    private GalaxyNames(int first, params string[] names)
    {
        _first = first;
        _names = names;
    }

    /// <summary>mx_data_type.</summary>
    public static GalaxyNames DataTypes { get; } = new(
        -1,
        "Unknown",
        "NoData",
        "Boolean",
        "Integer",
        "Float",
        "Double",
        "String",
        "Time",
        "ElapsedTime",
        "ReferenceType",
        "StatusType",
        "DataTypeEnum",
        "SecurityClassificationEnum",
        "DataQualityType",
        "QualifiedEnum",
        "QualifiedStruct",
        "InternationalizedString",
        "BigString");

    /// <summary>mx_attribute_category. The system categories from 12 on have no public names.</summary>
    public static GalaxyNames Categories { get; } = new(
        -1,
        "Undefined",
        "PackageOnly",
        "PackageOnly_Lockable",
        "Calculated",
        "CalculatedRetentive",
        "Writeable_U",
        "Writeable_S",
        "Writeable_US",
        "Writeable_UC",
        "Writeable_USC",
        "Writeable_UC_Lockable",
        "Writeable_USC_Lockable",
        "Writeable_C_Lockable");

    /// <summary>security_classification.</summary>
    public static GalaxyNames Securities { get; } = new(0, "FreeAccess", "Operate", "SecuredWrite", "VerifiedWrite", "Tune", "Configure", "ViewOnly");

    /// <summary>All names, in the order of their numbers.</summary>
    public IReadOnlyList<string> All => _names;

    /// <summary>The name of a number; null where it has none.</summary>
    public string? NameOf(int number) => number >= _first && number < _first + _names.Length ? _names[number - _first] : null;

    /// <summary>The number of a name; null where it is not known.</summary>
    public int? NumberOf(string name) => Array.IndexOf(_names, name) is >= 0 and int index ? _first + index : null;
}
