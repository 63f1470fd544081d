namespace MxGateway.Typed.Snapshot;

/// <summary>The definition of an attribute, on a template or as an object's own.</summary>
public sealed class SnapshotAttribute
{
    /// <summary>The attribute's name, such as <c>PV.HiHi.Limit</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The Galaxy's number of the data type: 1 is Boolean.</summary>
    public required int DataType { get; init; }

    /// <summary>The repository's name of the data type.</summary>
    public required string DataTypeName { get; init; }

    /// <summary>Whether it is an array; its full tag reference then ends in <c>[]</c>.</summary>
    public bool IsArray { get; init; }

    /// <summary>The array's dimension, as the repository gives it.</summary>
    public int ArrayDimension { get; init; }

    /// <summary>Whether the repository gives a dimension.</summary>
    public bool ArrayDimensionPresent { get; init; }

    /// <summary>The attribute category's number: 6 is Writeable_US.</summary>
    public required int Category { get; init; }

    /// <summary>The security classification's number: 1 is Operate.</summary>
    public required int Security { get; init; }

    /// <summary>Whether its values are historized.</summary>
    public bool IsHistorized { get; init; }

    /// <summary>Whether it is alarmed.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>The full tag reference, where it is not <c>tagname.attribute</c> (with <c>[]</c> for an array); null otherwise.</summary>
    public string? Reference { get; init; }

    /// <summary>The member's name in C#, where it was given once and is kept; null: by rule.</summary>
    public string? KeptName { get; init; }

    /// <summary>The name of the class that the attribute has in C# because it has members, where it was given once and is kept; null: by rule.</summary>
    public string? KeptClass { get; init; }

    /// <summary>Where the row stands in the file.</summary>
    public SnapshotPosition Position { get; init; }

    /// <summary>The same attribute with other names in C#; its place in a file is not known any more.</summary>
    internal SnapshotAttribute Named(KeptNames names) =>
        names == new KeptNames(KeptName, KeptClass) ? this : AttributeDefinition.Of(this).ToAttribute(Name, Reference, names);
}
