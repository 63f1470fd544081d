namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>What the type of an attribute lets a user do with it.</summary>
internal enum AttributeAccess
{
    ReadOnly,
    Plain,
    Secured,
    Verified,
}

/// <summary>
/// The one table of who may write what: attribute category x security classification.
/// A category that a user cannot write, and any number that is not known, is read-only. Writeable_S is written by supervisory clients only, and so is read-only to users of this library.
/// </summary>
internal static class AccessTable
{
    public const int WriteableSupervisory = 5;

    public static AttributeAccess Of(int category, int security) => IsUserWriteable(category)
        ? security switch
        {
            0 or 1 or 4 or 5 => AttributeAccess.Plain,
            2 => AttributeAccess.Secured,
            3 => AttributeAccess.Verified,
            _ => AttributeAccess.ReadOnly,
        }
        : AttributeAccess.ReadOnly;

    public static AttributeAccess Of(SnapshotAttribute attribute) => ValueTypes.IsWriteable(attribute.DataType) ? Of(attribute.Category, attribute.Security) : AttributeAccess.ReadOnly;

    public static bool IsUserWriteable(int category) => category is 4 or (>= 6 and <= 10);

    /// <summary>MXAccess: what only a package needs is not there at run time.</summary>
    public static bool IsAbsentAtRunTime(int category) => category is 0 or 1;

    public static string CategoryName(int category) => category switch
    {
        -1 => "category undefined",
        >= 12 and <= 18 => $"system category {category}",
        _ => GalaxyNames.Categories.NameOf(category) ?? $"unknown category {category}",
    };
}
