using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>
/// A Galaxy for the tests of the peers: two areas, pumps with every data type, security classification and attribute category, arrays, alarms and history,
/// contained drives, an object whose area is not deployed.
/// </summary>
internal static class SmallPlant
{
    private const int Mixing = 1001, Filling = 1002, Platform = 1003, Engine = 1004, NotDeployed = 9999;

    private static readonly RepositoryObject[] s_objects =
    [
        Area(Mixing, "Mixing", 0),
        Area(Filling, "Filling", Mixing),
        new() { GobjectId = Platform, TagName = "Platform_1", BrowseName = "Platform_1", CategoryId = 1, TemplateChain = ["$WinPlatform"] },
        new() { GobjectId = Engine, TagName = "Engine_1", BrowseName = "Engine_1", CategoryId = 3, HostedByGobjectId = Platform, TemplateChain = ["$AppEngine"] },
        .. Enumerable.Range(1, 40).Select(Pump),
        .. Enumerable.Range(1, 3).Select(Drive),
        new()
        {
            GobjectId = 501,
            TagName = "Stray_001",
            BrowseName = "Stray_001",
            ParentGobjectId = NotDeployed,
            CategoryId = 10,
            TemplateChain = ["$Probe", "$UserDefined"],
            Attributes = [Attribute("Stray_001", "PV", 3, security: 1)],
        },
    ];

    public static DiscoverHierarchyReply Hierarchy => Harness.Hierarchy.Of(s_objects);

    public static GalaxySnapshot Snapshot => SnapshotBuilder.Build(s_objects, "0.1", new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero), SnapshotFilter.None);

    private static RepositoryObject Area(int id, string tagname, int parent) => new()
    {
        GobjectId = id,
        TagName = tagname,
        BrowseName = tagname,
        ParentGobjectId = parent,
        IsArea = true,
        CategoryId = 13,
        HostedByGobjectId = Engine,
        TemplateChain = ["$Area"],
    };

    private static RepositoryObject Pump(int number)
    {
        string tagname = $"Pump_{number:000}";
        return new RepositoryObject
        {
            GobjectId = number,
            TagName = tagname,
            BrowseName = tagname,
            ParentGobjectId = number % 2 == 1 ? Mixing : Filling,
            CategoryId = 10,
            HostedByGobjectId = Engine,
            TemplateChain = ["$Pump", "$UserDefined"],
            Attributes =
            [
                // The first of them are historized, the others have an alarm.
                .. Enumerable.Range(1, 16).Select(type => Attribute(tagname, $"Type{type}", type, security: 1, isHistorized: number <= 5 && type == 3, isAlarm: number > 5 && type == 1)),
                .. Enumerable.Range(0, 7).Select(security => Attribute(tagname, $"Security{security}", type: 1, security)),
                .. Enumerable.Range(2, 11).Append(99).Select(category => Attribute(tagname, $"Category{category}", type: 2, security: 1, category: category)),
                .. Enumerable.Range(1, 7).Select(type => Attribute(tagname, $"Array{type}", type, security: 1, length: 4)),
                Attribute(tagname, "Levels", type: 2, security: 1, length: 4),
            ],
        };
    }

    /// <summary>The drive of a pump: the tagname and the contained name differ.</summary>
    private static RepositoryObject Drive(int number)
    {
        string tagname = $"Vfd_{number:000}";
        return new RepositoryObject
        {
            GobjectId = 200 + number,
            TagName = tagname,
            ContainedName = "Drive",
            BrowseName = "Drive",
            ParentGobjectId = number,
            CategoryId = 10,
            HostedByGobjectId = Engine,
            TemplateChain = ["$Vfd", "$Drive", "$UserDefined"],
            Attributes = [Attribute(tagname, "Speed", type: 3, security: 1), Attribute(tagname, "Running", type: 1, security: 1)],
        };
    }

    // Category 10 is Writeable_USC_Lockable: a user and a supervisory client may write it.
    private static RepositoryAttribute Attribute(
        string tagname, string name, int type, int security, int? length = null, int category = 10, bool isHistorized = false, bool isAlarm = false) => new()
    {
        AttributeName = name,
        FullTagReference = $"{tagname}.{name}{(length is null ? "" : "[]")}",
        MxDataType = type,
        DataTypeName = $"Type{type}",
        IsArray = length is not null,
        ArrayDimension = length ?? 0,
        ArrayDimensionPresent = length is not null,
        MxAttributeCategory = category,
        SecurityClassification = security,
        IsHistorized = isHistorized,
        IsAlarm = isAlarm,
    };
}
