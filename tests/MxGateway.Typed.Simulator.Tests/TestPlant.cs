using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>A small Galaxy: two areas, a tank with a contained valve, and one attribute for each rule.</summary>
internal static class TestPlant
{
    public const string Level = "Tank_001.Level";
    public const string Setpoint = "Tank_001.SP";
    public const string Running = "Tank_001.Running";
    public const string Count = "Tank_001.Count";
    public const string Recipe = "Tank_001.Recipe";
    public const string Profile = "Tank_001.Profile[]";

    public static DateTimeOffset DeployTime { get; } = new(2026, 1, 1, 6, 0, 0, TimeSpan.Zero);

    public static GalaxySnapshot Snapshot { get; } = Build(
    [
        Object(1, "Mixing", category: 13, isArea: true, chain: ["$Area"]),
        Object(2, "Filling", category: 13, isArea: true, chain: ["$Area"]),
        Object(10, "Tank_001", parent: 1, chain: ["$BigTank", "$Tank", "$UserDefined"], attributes:
        [
            Attribute("Tank_001", "Level", 3, alarm: true, historized: true),
            Attribute("Tank_001", "SP", 3, security: 1),
            Attribute("Tank_001", "Running", 1),
            Attribute("Tank_001", "Count", 2),
            Attribute("Tank_001", "Weight", 4),
            Attribute("Tank_001", "Recipe", 5),
            Attribute("Tank_001", "Started", 6),
            Attribute("Tank_001", "RunTime", 7),
            Attribute("Tank_001", "Target", 8),
            Attribute("Tank_001", "Health", 9),
            Attribute("Tank_001", "Kind", 10),
            Attribute("Tank_001", "Access", 11),
            Attribute("Tank_001", "Quality", 12),
            Attribute("Tank_001", "Mode", 13),
            Attribute("Tank_001", "Blob", 14),
            Attribute("Tank_001", "Title", 15),
            Attribute("Tank_001", "Notes", 16),
            Attribute("Tank_001", "Odd", 99),
            Attribute("Tank_001", "Profile", 3, dimension: 6),
            Attribute("Tank_001", "Frozen", 3, security: 6),
            Attribute("Tank_001", "Computed", 3, category: 2),
            Attribute("Tank_001", "Supervised", 3, category: 5),
            Attribute("Tank_001", "Signed", 1, security: 2),
            Attribute("Tank_001", "Verified", 1, security: 3),
            Attribute("Tank_001", "Level.HiHi.Limit", 3, security: 4),
        ]),
        Object(11, "Valve_017", parent: 10, contained: "Inlet", chain: ["$Valve", "$UserDefined"], attributes: [Attribute("Valve_017", "Position", 3, historized: true)]),
        Object(12, "Filler_001", parent: 2, chain: ["$Filler"]),
        Object(13, "Lost_001", parent: 999, category: 3),
    ]);

    public static GalaxySnapshot Build(IEnumerable<RepositoryObject> objects) => SnapshotBuilder.Build(objects, "0.1", DeployTime, SnapshotFilter.None);

    /// <summary>A Galaxy of one object with many floats: <c>Big.A0</c>, <c>Big.A1</c>, ...</summary>
    public static GalaxySnapshot WithFloats(int count) =>
        Build([Object(1, "Big", chain: ["$Big"], attributes: [.. Enumerable.Range(0, count).Select(i => Attribute("Big", $"A{i}", 3))])]);

    public static RepositoryObject Object(int id, string tagName, int parent = 0, string contained = "", int category = 10, bool isArea = false, string[]? chain = null, RepositoryAttribute[]? attributes = null) => new()
    {
        GobjectId = id,
        TagName = tagName,
        ContainedName = contained,
        BrowseName = contained.Length > 0 ? contained : tagName,
        ParentGobjectId = parent,
        CategoryId = category,
        IsArea = isArea,
        TemplateChain = chain ?? [],
        Attributes = attributes ?? [],
    };

    public static RepositoryAttribute Attribute(string owner, string name, int type, int security = 0, int category = 10, int? dimension = null, bool alarm = false, bool historized = false) => new()
    {
        AttributeName = name,
        FullTagReference = $"{owner}.{name}{(dimension is null ? "" : "[]")}",
        MxDataType = type,
        DataTypeName = $"Type{type}",
        IsArray = dimension is not null,
        ArrayDimension = dimension ?? 0,
        ArrayDimensionPresent = dimension is not null,
        MxAttributeCategory = category,
        SecurityClassification = security,
        IsAlarm = alarm,
        IsHistorized = historized,
    };
}
