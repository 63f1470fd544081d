using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What a project has of its own, wherever it stands: emitted code must not take it for the runtime's.</summary>
public class ConsumersOwnTypesTests
{
    private const string Undocumented = "#pragma warning disable CS1591\n";

    // Each data type and access, an attribute with members, a group, an object of its own class: all that emitted code can say.
    private static readonly SnapshotItem s_item = Item(
    [
        Area(1, "Mixing"),
        Object(2, "Pump_001", ["$Pump"], 1, attributes: [.. EachType(), Attribute("PV"), Attribute("PV.Hi.Limit"), Attribute("Speed")]),
        Object(3, "Pump_002", ["$Pump"], 1, attributes: [.. EachType(), Attribute("PV"), Attribute("PV.Hi.Limit"), Attribute("Speed", type: 2)]),
        Object(4, "Pump_003", ["$Pump"], 1, attributes: [.. EachType(), Attribute("PV"), Attribute("PV.Hi.Limit"), Attribute("Speed")]),
    ]);

    [Theory]
    [InlineData("global using Mx = System.Text;\npublic class MyOwn { }")]
    [InlineData("public class Mx { }")]
    [InlineData("namespace Mx { public class MxObject { } public class MxGalaxy { } }")]
    [InlineData("namespace Acme.Plant { public class Mx { } }")]
    [InlineData("namespace Acme.Plant.Mx { public class MxObject { } }")]
    [InlineData("namespace Acme.Plant.Objects { public class Mx { public class MxObject { } } }")]
    [InlineData("namespace Acme.Plant.System { public class String { } }")]
    [InlineData("namespace Acme { public class System { public class Threading { } } public class Task { } public class Type { } }")]
    [InlineData("namespace Acme.Plant { public class System { } public class Task { } public class Task<T> { } public class CancellationToken { } public class Type { } }")]
    [InlineData("namespace Acme.Plant.MxGateway.Typed { public class MxObject { } }")]
    [InlineData("namespace Acme.MxGateway { public class Typed { } }")]
    public void Types_and_namespaces_that_stand_in_the_way_are_not_in_the_way(string code) => GeneratorHost.Run(Undocumented + code, s_item).MustCompile();

    [Fact]
    public void A_template_and_an_object_may_be_called_like_the_alias() =>
        GeneratorHost.Run(Item(Object(1, "Mx", ["$Mx"], attributes: [Attribute("Mx")]), Object(2, "Mx2", ["$Mx"], attributes: [Attribute("Mx", type: 2)]))).MustCompile();

    [Theory]
    [InlineData("")]
    [InlineData("Acme.Plant")]
    [InlineData("Acme.Plant.Objects")]
    [InlineData("Acme")]
    public void A_project_may_have_types_of_the_runtimes_names(string space)
    {
        string types = string.Concat(HostileGalaxies.TypesOfTheRuntime.Select(name => $"public class {name} {{ }} public class {name}<T> {{ }} public class {name}<T, U> {{ }}\n"));

        GeneratorHost.Run(Undocumented + (space.Length == 0 ? types : $"namespace {space} {{ {types} }}"), s_item).MustCompile();
    }

    private static IEnumerable<Snapshot.RepositoryAttribute> EachType() =>
        from type in Enumerable.Range(0, 17)
        from security in new[] { 1, 2, 3, 6 }
        from isArray in new[] { false, true }
        select Attribute($"A{type}_{security}{(isArray ? "s" : "")}", type, security: security, isArray: isArray);
}
