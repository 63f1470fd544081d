namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>The table, for a snapshot's attributes, and what its categories are called.</summary>
internal static partial class AccessTable
{
    public const int WriteableSupervisory = 5;

    public static AttributeAccess Of(SnapshotAttribute attribute) => Of(attribute.DataType, attribute.Category, attribute.Security);

    /// <summary>MXAccess: what only a package needs is not there at run time.</summary>
    public static bool IsAbsentAtRunTime(int category) => category is 0 or 1;

    public static string CategoryName(int category) => category switch
    {
        -1 => "category undefined",
        >= 12 and <= 18 => $"system category {category}",
        _ => GalaxyNames.Categories.NameOf(category) ?? $"unknown category {category}",
    };
}
