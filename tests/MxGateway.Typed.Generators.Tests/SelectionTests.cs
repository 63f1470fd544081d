using System.Text.RegularExpressions;
using MxGateway.Typed.Snapshot;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What becomes of a plant where a filter selects some of its objects.</summary>
public class SelectionTests
{
    private static readonly RepositoryObject[] s_plant =
    [
        Area(1, "Mixing"),
        Area(2, "Filling"),
        Object(10, "Skid_001", ["$Skid", "$Equipment"], 1, attributes: [Attribute("Enabled", type: 1), Attribute("PV"), Attribute("PV.HiHi.Limit")]),
        Object(11, "Motor_011", ["$Motor", "$Equipment"], 10, "Motor", attributes: [Attribute("Current")]),
        Object(12, "Valve_012", ["$Valve"], 10, "Valve", attributes: [Attribute("Open", type: 1)]),
        Object(20, "Skid_002", ["$Skid", "$Equipment"], 2, attributes: [Attribute("Enabled", type: 1), Attribute("PV"), Attribute("PV.HiHi.Limit")]),
        Object(21, "Motor_021", ["$Motor", "$Equipment"], 20, "Motor", attributes: [Attribute("Current"), Attribute("Extra")]),
        Object(22, "Valve_022", ["$Valve"], 20, "Valve", attributes: [Attribute("Open", type: 1)]),
        Object(30, "Pump_030", ["$Pump", "$Equipment"], 1, attributes: [Attribute("Speed"), Attribute("SP"), Attribute("SP.Limit", type: 2)]),
    ];

    [Fact]
    public void Areas_and_containers_above_stay_as_the_way_to_what_is_selected_and_are_not_in_All()
    {
        using var plant = Load("tag:Motor_011");

        Assert.Equal(
            ["Mixing", "Mixing.Skid_001", "Mixing.Skid_001.Motor"],
            plant.Walk().Where(member => member.Node is MxObject).Select(member => member.Path));
        Assert.IsType<MxAttribute<bool>>(plant.At("Mixing.Skid_001.Enabled"));
        Assert.Equal("Skid_001", plant.Root["Skid_001"].TagName);
        Assert.Equal("Mixing", plant.Root["mixing"].TagName);
        Assert.Equal(["Motor_011"], plant.Root.All<MxObject>().Select(o => o.TagName));
        Assert.Throws<KeyNotFoundException>(() => plant.Root["Motor_021"]);
    }

    [Fact]
    public void Classes_that_nothing_selected_needs_are_not_emitted()
    {
        string[] types =
        [
            .. Run("tag:Motor_011").Result.GeneratedSources
                .Select(source => source.HintName.Replace("Acme.Plant.", "").Replace(".g.cs", ""))
                .Order(StringComparer.Ordinal),
        ];

        // Skid_001 leads to the motor and is an Equipment; what its PV is stays with it.
        // Pumps, valves, and the other area's and motor's own classes are not there.
        Assert.Equal(["Area", "Equipment", "HiHiGroup", "Motor", "Objects.Mixing", "PVAttribute", "PlantGalaxy", "PlantGalaxy-Table", "Skid"], types);
    }

    [Fact]
    public void A_contained_child_is_a_member_where_an_object_of_the_template_has_it_selected_and_says_why_another_has_none()
    {
        using var plant = Load("tag:Skid_*; tag:Valve_012");

        Assert.Equal("Valve_012", plant.At("Mixing.Skid_001.Valve").ToString());
        Assert.Null(plant.Assembly.GetType("Acme.Plant.Skid")!.GetProperty("Motor"));
        Exception refusal = Assert.ThrowsAny<Exception>(() => plant.At("Filling.Skid_002.Valve")).GetBaseException();
        Assert.Equal(
            "Skid_002 has no 'Valve', though its template's other objects have one: it is not in the snapshot, or the project's filter leaves it out; "
            + "reach what it has by its own class",
            Assert.IsType<MxGalaxyException>(refusal).Message);
    }

    [Fact]
    public void A_member_of_a_template_keeps_its_class_where_the_only_selected_child_has_one_of_its_own()
    {
        GeneratorOutcome outcome = Run("tag:Motor_021");
        using var plant = new LoadedPlant(outcome);

        Assert.Equal("Acme.Plant.Objects.Motor_021", plant.At("Filling.Skid_002.Motor").GetType().FullName);
        Assert.Equal("Acme.Plant.Motor", plant.Assembly.GetType("Acme.Plant.Skid")!.GetProperty("Motor")!.PropertyType.FullName);
    }

    [Fact]
    public void The_plant_and_its_templates_say_how_much_of_them_is_selected()
    {
        GeneratorOutcome outcome = Run("area:Mixing;template:Motor  ; template:</summary>*; tag:Motor_*");

        const string Filter = "area:Mixing; template:Motor; template:&lt;/summary&gt;*; tag:Motor_*";
        Assert.Contains($"9 objects, 1 of them selected by <c>{Filter}</c>.", outcome.Source("PlantGalaxy"), StringComparison.Ordinal);
        Assert.Contains("derived from <c>$Equipment</c>. 2 objects, 1 of them selected.", outcome.Source("Motor"), StringComparison.Ordinal);
        Assert.Contains("2 objects, 0 of them selected.", outcome.Source("Skid"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_selects_all_emits_what_no_filter_does_but_for_the_word_of_it()
    {
        Dictionary<string, string> all = Sources(GeneratorHost.Run(Item(s_plant)));
        Dictionary<string, string> filtered = Sources(Run("tag:*"));

        Assert.Equal(all.Keys, filtered.Keys);
        Assert.All(all.Keys, file => Assert.Equal(
            all[file],
            Regex.Replace(filtered[file], ", [0-9]+ of them selected( by <c>[^<]*</c>)?", "")));
    }

    [Fact]
    public void Internal_types_are_internal_all_of_them()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(
            """
            /// <summary>What is seen.</summary>
            public class Facade
            {
                private readonly Acme.Plant.PlantGalaxy _plant;
                internal Facade(Acme.Plant.PlantGalaxy plant) => _plant = plant;
                /// <summary>A tag.</summary>
                public object Speed => _plant.Mixing.Pump_030.SP.Limit;
            }
            """,
            Item(s_plant) with { Visibility = "Internal" }).MustCompile();
        using var plant = new LoadedPlant(outcome);

        Assert.Equal(["Facade"], plant.Assembly.GetExportedTypes().Select(type => type.Name));
        Assert.NotEmpty(plant.Walk());
    }

    [Fact]
    public void One_file_may_be_two_plants_of_other_objects()
    {
        SnapshotItem file = Item(s_plant);
        GeneratorOutcome outcome = GeneratorHost.Run(
            file with { Namespace = "Acme.Mixing", RootType = "MixingPlant", Filter = "area:Mixing" },
            file with { Namespace = "Acme.Filling", Filter = "area:Filling" }).MustCompile();

        using var mixing = new LoadedPlant(outcome, "Acme.Mixing.MixingPlant");
        using var filling = new LoadedPlant(outcome, "Acme.Filling.PlantGalaxy");
        Assert.Equal(["Mixing", "Motor_011", "Pump_030", "Skid_001", "Valve_012"], mixing.Root.All<MxObject>().Select(o => o.TagName));
        Assert.Equal(["Filling", "Motor_021", "Skid_002", "Valve_022"], filling.Root.All<MxObject>().Select(o => o.TagName));
    }

    private static Dictionary<string, string> Sources(GeneratorOutcome outcome) =>
        outcome.Result.GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString());

    private static LoadedPlant Load(string filter) => new(Run(filter).MustCompile());

    private static GeneratorOutcome Run(string filter) => GeneratorHost.Run(Item(s_plant) with { Filter = filter });
}
