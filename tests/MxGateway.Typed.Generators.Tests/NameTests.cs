using MxGateway.Typed.Snapshot.Planning;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

public class NameTests
{
    private static readonly string s_snapshot = Unnamed(GalaxyText.Snapshot(
        Area(1, "Mixing"),
        Object(2, "Pump_001", ["$Pump"], 1, attributes: [Attribute("Speed"), Attribute("Speed#"), Attribute("Pump"), Attribute("PV.Value")])));

    [Fact]
    public void A_name_that_C_sharp_takes_stays_and_the_others_yield()
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(new SnapshotItem(s_snapshot)).MustCompile());

        Assert.Equal("Pump_001.Speed", plant.At("Mixing.Pump_001.Speed").ToString());
        Assert.Equal("Pump_001.Speed#", plant.At("Mixing.Pump_001.Speed_").ToString());
        Assert.Equal("Pump_001.Pump", plant.At("Mixing.Pump_001.Pump_").ToString());
        Assert.Equal("Pump_001.PV.Value", plant.At("Mixing.Pump_001.PV.Value_").ToString());
    }

    [Fact]
    public void A_name_that_was_given_once_is_kept_and_the_newcomer_yields()
    {
        string kept = s_snapshot
            .Replace("{\"name\":\"$Pump\"", "{\"name\":\"$Pump\",\"as\":\"FeedPump\"")
            .Replace("{\"name\":\"Speed#\"", "{\"as\":\"Speed\",\"name\":\"Speed#\"")
            .Replace("{\"tag\":\"Pump_001\"", "{\"as\":\"TheOnlyPump\",\"tag\":\"Pump_001\"");
        using var plant = new LoadedPlant(GeneratorHost.Run(new SnapshotItem(kept)).MustCompile());

        Assert.Equal("FeedPump", plant.At("Mixing.TheOnlyPump").GetType().Name);
        Assert.Equal("Pump_001.Speed#", plant.At("Mixing.TheOnlyPump.Speed").ToString());
        Assert.Equal("Pump_001.Speed", plant.At("Mixing.TheOnlyPump.Speed_").ToString());
        Assert.Equal("Pump_001.Pump", plant.At("Mixing.TheOnlyPump.Pump").ToString());
    }

    [Fact]
    public void The_classes_of_attributes_with_members_and_of_groups_keep_their_names()
    {
        string snapshot = Unnamed(GalaxyText.Snapshot(
            Area(1, "Mixing"),
            Object(2, "Pump_001", ["$Pump"], 1, attributes: [Attribute("PV"), Attribute("PV.Hi.Limit")]),
            Object(3, "Tank_001", ["$Tank"], 1, attributes: [Attribute("PV"), Attribute("PV.Hi.Limit")]),
            Object(4, "Vessel_001", ["$Vessel"], 1, attributes: [Attribute("PV"), Attribute("PV.Hi.Limit")]),
            Object(5, "Level_001", ["$TankLevel"], 1)));
        int tank = snapshot.IndexOf("{\"name\":\"$Tank\"", StringComparison.Ordinal);
        string kept = snapshot[..tank].Replace("{\"name\":\"PV\"", "{\"class\":\"PVAttribute\",\"name\":\"PV\"")
            + snapshot[tank..].Replace("{\"name\":\"$Tank\"", "{\"groups\":[{\"name\":\"PV.Hi\",\"as\":\"High\",\"class\":\"TankHigh\"}],\"name\":\"$Tank\"");
        int pv = kept.IndexOf("{\"name\":\"PV\"", StringComparison.Ordinal);
        kept = kept[..pv] + "{\"class\":\"TankLevel\"," + kept[(pv + 1)..];
        using var plant = new LoadedPlant(GeneratorHost.Run(new SnapshotItem(kept)).MustCompile());

        Assert.Equal("PVAttribute", plant.At("Mixing.Pump_001.PV").GetType().Name);
        Assert.Equal("TankLevel", plant.At("Mixing.Tank_001.PV").GetType().Name);
        Assert.Equal("TankHigh", plant.At("Mixing.Tank_001.PV.High").GetType().Name);
        Assert.Equal("Tank_001.PV.Hi.Limit", plant.At("Mixing.Tank_001.PV.High.Limit").ToString());
        Assert.Equal("PVAttribute", plant.At("Mixing.Vessel_001.PV").GetType().Name);
        Assert.Equal("TankLevel_", plant.At("Mixing.Level_001").GetType().Name);
    }

    [Theory]
    [InlineData("not a name")]
    [InlineData("TagName")]
    [InlineData("Pump")]
    [InlineData("")]
    public void A_kept_name_that_cannot_be_one_is_no_better_than_none(string kept)
    {
        string edited = s_snapshot.Replace("{\"name\":\"Speed\"", $"{{\"as\":\"{kept}\",\"name\":\"Speed\"");
        GeneratorOutcome outcome = GeneratorHost.Run(new SnapshotItem(edited));

        // The reader may refuse the row; what is emitted compiles in any case.
        Assert.DoesNotContain(outcome.Compilation.GetDiagnostics(), diagnostic => diagnostic.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning);
    }

    [Fact]
    public void Types_differ_by_more_than_case_as_their_files_must()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "A", ["$Tank"], 1, attributes: [Attribute("Level")]),
            Object(3, "B", ["$TANK"], 1, attributes: [Attribute("Level")]))).MustCompile();

        Assert.Contains("class TANK :", outcome.Source("TANK"), StringComparison.Ordinal);
        Assert.Contains("class Tank_ :", outcome.Source("Tank_"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_names_that_are_too_long_for_them_stay_apart()
    {
        // Two names that a 32-bit hash (FNV-1a of the qualified name in capitals) does not tell apart.
        string one = new string('T', 102) + "0000000091725777", other = new string('T', 102) + "0000000251523278";
        GeneratorOutcome outcome = GeneratorHost.Run(Item(Object(1, one, ["$Tank"], attributes: [Attribute("A")]), Object(2, other, ["$Tank"], attributes: [Attribute("B")]))).MustCompile();

        Assert.Equal(2, outcome.Result.GeneratedSources.Count(source => source.HintName.StartsWith("Acme.Plant.Objects.", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(TypesOfTheRuntime))]
    public void A_template_may_be_called_like_a_type_of_the_runtime(string name)
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "Tank_001", ["$" + name], 1, attributes: [Attribute("A")]),
            Object(3, "Tank_002", ["$" + name], 1, attributes: [Attribute("A"), Attribute("Own")]))).MustCompile());

        Assert.Equal("Tank_001.A", plant.At("Mixing.Tank_001.A").ToString());
    }

    public static TheoryData<string> TypesOfTheRuntime() => [.. HostileGalaxies.TypesOfTheRuntime];

    [Fact]
    public void A_class_and_the_record_of_its_values_have_names_of_their_own()
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "A", ["$Pump"], 1, attributes: [Attribute("PumpValues"), Attribute("VfdPumpValues")]),
            Object(3, "B", ["$PumpValues"], 1, attributes: [Attribute("Speed")]),
            Object(4, "C", ["$pumpvalues"], 1, attributes: [Attribute("Speed")]),
            Object(5, "D", ["$VfdPump", "$Pump"], 1, attributes: [Attribute("PumpValues"), Attribute("VfdPumpValues")]))).MustCompile());

        Assert.Equal("Pump PumpValues", Names("A"));
        Assert.Equal("PumpValues_ PumpValues_Values", Names("B"));
        Assert.Equal("pumpvalues_2 pumpvalues_2Values", Names("C"));
        Assert.Equal("VfdPump VfdPumpValues", Names("D"));
        Assert.Equal("D.VfdPumpValues", plant.At("Mixing.D.VfdPumpValues_").ToString());
        Assert.Equal("D.PumpValues", plant.At("Mixing.D.PumpValues_").ToString());

        string Names(string tagName) => $"{plant.Root[tagName].GetType().Name} {LoadedPlant.ValuesOf(plant.Root[tagName].GetType())!.Name}";
    }

    [Theory]
    [InlineData("Sample", "Sample", "Sample_")]
    [InlineData("Clone", "Clone_", "Clone_")]
    [InlineData("EqualityContract", "EqualityContract_", "EqualityContract_")]
    [InlineData("WorstQuality", "WorstQuality_", "WorstQuality_")]
    [InlineData("ReadAllAsync", "ReadAllAsync_", "ReadAllAsync_")]
    [InlineData("node", "node", "node")]
    [InlineData("reading", "reading", "reading")]
    [InlineData("Values", "Values", "Values")]
    public void Names_that_records_have_themselves_are_avoided_in_classes_and_records_alike(string name, string ofObject, string ofAttribute)
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(Area(1, "Mixing"), Object(2, "A", ["$Pump"], 1, attributes: [Attribute(name), Attribute($"PV.{name}")]))).MustCompile());

        Assert.Equal($"A.{name}", plant.At($"Mixing.A.{ofObject}").ToString());
        Assert.Equal($"A.PV.{name}", plant.At($"Mixing.A.PV.{ofAttribute}").ToString());
        Assert.Equal(typeof(MxSample<float>), LoadedPlant.ValuesOf(plant.At("Mixing.A").GetType())!.GetProperty(ofObject)!.PropertyType);
    }

    [Fact]
    public void Where_there_are_no_attributes_there_is_no_record()
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(
            Area(1, "Mixing"), Object(2, "A", ["$Pump", "$Equipment"], 1, attributes: [Attribute("Speed")]), Object(3, "B", ["$Equipment"], 1))).MustCompile());

        Assert.Null(LoadedPlant.ValuesOf(plant.At("Mixing").GetType()));
        Assert.Null(LoadedPlant.ValuesOf(plant.At("Mixing.B").GetType()));
        Assert.Equal("Pump", LoadedPlant.ValuesOf(plant.At("Mixing.A").GetType())!.Name[..^6]);
    }

    [Fact]
    public void A_thousand_twins_cost_about_a_thousand_looks()
    {
        var names = new TypeNames(["Tank_3"]);
        int looks = 0;

        string[] given = [.. Enumerable.Range(0, 1000).Select(_ => names.Take("Tank", candidate => looks++ < 0))];

        Assert.Equal(["Tank", "Tank_", "Tank_2", "Tank_4"], given[..4]);
        Assert.Equal(1000, given.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.InRange(looks, 1000, 2000);
    }

    [Fact]
    public void A_number_that_one_type_refuses_is_still_the_next_ones()
    {
        var names = new TypeNames([]);

        Assert.Equal("Tank_2", names.Take("Tank", candidate => candidate is "Tank" or "Tank_"));
        Assert.Equal(["Tank", "Tank_", "Tank_3"], Enumerable.Range(0, 3).Select(_ => names.Take("Tank", _ => false)));
    }

    [Fact]
    public void Namespace_and_root_type_are_what_the_item_says()
    {
        using var plant = new LoadedPlant(
            GeneratorHost.Run(new SnapshotItem(s_snapshot, Namespace: "Other.Place", RootType: "Works")).MustCompile(),
            "Other.Place.Works");

        Assert.Equal("Other.Place.Pump", plant.At("Mixing.Pump_001").GetType().FullName);
    }

    [Fact]
    public void The_root_type_is_called_after_the_file()
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(new SnapshotItem(s_snapshot, "/plant/North-Works.galaxy.json")).MustCompile(), "Acme.Plant.North_WorksGalaxy");

        Assert.Equal("Pump_001", plant.Root["PUMP_001"].TagName);
    }

    [Fact]
    public void A_file_that_is_no_snapshot_item_is_left_alone() =>
        Assert.Empty(GeneratorHost.Run(new SnapshotItem(s_snapshot, IsSnapshot: false)).MustCompile().Result.GeneratedSources);

    [Fact]
    public void Several_plants_live_side_by_side_in_their_namespaces() =>
        GeneratorHost.Run(new SnapshotItem(s_snapshot), new SnapshotItem(s_snapshot, "/plant/South.galaxy.json", "Acme.South")).MustCompile();
}
