using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>A Galaxy for the tests of the peers: every data type, every security classification, an array.</summary>
internal static class SmallPlant
{
    private static readonly RepositoryObject[] s_objects = [.. Enumerable.Range(1, 40).Select(Pump)];

    public static DiscoverHierarchyReply Hierarchy => Harness.Hierarchy.Of(s_objects);

    public static GalaxySnapshot Snapshot => SnapshotBuilder.Build(s_objects, "0.1", new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero), SnapshotFilter.None);

    private static RepositoryObject Pump(int number)
    {
        string tagname = $"Pump_{number:000}";
        return new RepositoryObject
        {
            GobjectId = number,
            TagName = tagname,
            BrowseName = tagname,
            CategoryId = 10,
            TemplateChain = ["$Pump", "$UserDefined"],
            Attributes =
            [
                .. Enumerable.Range(1, 16).Select(type => Attribute(tagname, $"Type{type}", type, security: 1)),
                .. Enumerable.Range(0, 7).Select(security => Attribute(tagname, $"Security{security}", type: 1, security)),
                Attribute(tagname, "Levels", type: 2, security: 1, length: 4),
            ],
        };
    }

    private static RepositoryAttribute Attribute(string tagname, string name, int type, int security, int? length = null) => new()
    {
        AttributeName = name,
        FullTagReference = $"{tagname}.{name}{(length is null ? "" : "[]")}",
        MxDataType = type,
        DataTypeName = $"Type{type}",
        IsArray = length is not null,
        ArrayDimension = length ?? 0,
        ArrayDimensionPresent = length is not null,
        // Writeable_USC_Lockable: a user and a supervisory client may write it.
        MxAttributeCategory = 10,
        SecurityClassification = security,
    };
}
