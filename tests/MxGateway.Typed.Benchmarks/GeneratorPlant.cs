using System.Globalization;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Benchmarks;

/// <summary>A Galaxy such as a large plant has: 500 templates of 40 attributes each, in chains; areas; skids that contain a motor and a valve; one object in a hundred differs from its template.</summary>
internal static class GeneratorPlant
{
    private const int Templates = 500;
    private const int AttributesOfATemplate = 40;
    private const int ObjectsOfAnArea = 100;

    private static readonly string[] s_alarm = ["Limit", "InAlarm", "Priority", "Deadband"];

    public static GalaxySnapshot Snapshot(int objects) =>
        SnapshotBuilder.Build(Objects(objects), "0.1", new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero), SnapshotFilter.None);

    private static IEnumerable<RepositoryObject> Objects(int count)
    {
        int areas = (count + ObjectsOfAnArea - 1) / ObjectsOfAnArea;
        for (int i = 0; i < areas; i++)
            yield return Object(i + 1, Name("Area", i), [], "", ["$Area"], isArea: true, parent: 0);
        for (int i = areas; i < count; i++)
        {
            // The first of three contains the other two.
            int third = (i - areas) % 3;
            int template = (i - third) / 3 % (Templates / 3) * 3 + third;
            string tagName = Name("Object", i);
            int parent = third == 0 ? 1 + (i % areas) : i - third + 1;
            yield return Object(i + 1, tagName, Attributes(template, differs: i % 100 == 0), third switch { 0 => "", 1 => "Motor", _ => "Valve" }, Chain(template), isArea: false, parent);
        }
    }

    // Of motors and valves, four in ten derive from another one, which has its own forty.
    private static string[] Chain(int template) => template % 3 != 0 && template % 10 < 4 && template >= 30 ? [Name("$Template", template), Name("$Template", template % 30)] : [Name("$Template", template)];

    private static IEnumerable<(string Name, int Type)> Attributes(int template, bool differs)
    {
        foreach (string owner in Chain(template))
            for (int i = 0; i < AttributesOfATemplate; i++)
                yield return (AttributeName(owner, i), differs && i == 7 ? 5 : (i % 20) switch { < 10 => 3, < 15 => 1, < 18 => 2, _ => 5 });
    }

    // A fourth of them below a process value with two alarms.
    private static string AttributeName(string owner, int i)
    {
        string number = owner[^3..];
        return i switch
        {
            0 => $"PV{number}",
            < 5 => $"PV{number}.HiHi.{s_alarm[i - 1]}",
            < 9 => $"PV{number}.Hi.{s_alarm[i - 5]}",
            _ => string.Create(CultureInfo.InvariantCulture, $"Attribute{number}_{i:00}"),
        };
    }

    private static RepositoryObject Object(int id, string tagName, IEnumerable<(string Name, int Type)> attributes, string contained, string[] chain, bool isArea, int parent) => new()
    {
        GobjectId = id,
        TagName = tagName,
        ContainedName = contained,
        BrowseName = contained.Length > 0 ? contained : tagName,
        ParentGobjectId = parent,
        IsArea = isArea,
        CategoryId = isArea ? 13 : 10,
        TemplateChain = chain,
        Attributes =
        [
            .. attributes.Select(attribute => new RepositoryAttribute
            {
                AttributeName = attribute.Name,
                FullTagReference = $"{tagName}.{attribute.Name}",
                MxDataType = attribute.Type,
                DataTypeName = attribute.Type switch { 1 => "Boolean", 2 => "Integer", 3 => "Float", _ => "String" },
                MxAttributeCategory = 10,
                SecurityClassification = 1,
            }),
        ],
    };

    private static string Name(string what, int number) => string.Create(CultureInfo.InvariantCulture, $"{what}{number:000}");
}
