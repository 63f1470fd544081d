using Microsoft.CodeAnalysis;
using MxGateway.Typed.Snapshot;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Which objects a filter selects, and what it says of a filter that is none.</summary>
public class FilterTests
{
    private static readonly RepositoryObject[] s_plant =
    [
        Area(1, "Mixing"),
        Area(2, "Mixing_Wet", parent: 1),
        Area(3, "Filling"),
        Object(10, "Tank_001", ["$Tank", "$Equipment"], 2, attributes: [Attribute("Level")]),
        Object(11, "Tank_002", ["$Tank", "$Equipment"], 3, attributes: [Attribute("Level")]),
        Object(20, "Skid_001", ["$Skid", "$Equipment"], 2, attributes: [Attribute("Enabled", type: 1)]),
        Object(21, "Motor_021", ["$Motor", "$Equipment"], 20, "Motor", attributes: [Attribute("Current")]),
        Object(22, "Skid_002", ["$Skid", "$Equipment"], 3, attributes: [Attribute("Enabled", type: 1)]),
        Object(23, "Motor_023", ["$Motor", "$Equipment"], 22, "Motor", attributes: [Attribute("Current")]),
        Object(30, "Pump#1", ["$VfdPump", "$Pump", "$Equipment"], 1, attributes: [Attribute("Speed")]),
        Object(31, "Pump#10", ["$Pump", "$Equipment"], attributes: [Attribute("Speed")]),
        Object(40, "Sensor_001", [], attributes: [Attribute("PV")]),
    ];

    [Theory]
    [InlineData("area:Mixing", "Mixing Mixing_Wet Motor_021 Pump#1 Skid_001 Tank_001")]
    [InlineData("area:Mixing_Wet; area:filling", "Filling Mixing_Wet Motor_021 Motor_023 Skid_001 Skid_002 Tank_001 Tank_002")]
    [InlineData("area:?i*ing", "Filling Mixing Mixing_Wet Motor_021 Motor_023 Pump#1 Skid_001 Skid_002 Tank_001 Tank_002")]
    [InlineData("template:$Pump", "Pump#1 Pump#10")]
    [InlineData("template:PUMP;template:Tank", "Pump#1 Pump#10 Tank_001 Tank_002")]
    [InlineData("template:$Vfd*", "Pump#1")]
    [InlineData("template:*", "Filling Mixing Mixing_Wet Motor_021 Motor_023 Pump#1 Pump#10 Skid_001 Skid_002 Tank_001 Tank_002")]
    [InlineData("tag:tank_*", "Tank_001 Tank_002")]
    [InlineData("tag:Pump#1", "Pump#1")]
    [InlineData("tag:Pump#?", "Pump#1")]
    [InlineData("tag:*0*1", "Motor_021 Sensor_001 Skid_001 Tank_001")]
    [InlineData("  Tag : Sensor_001 ;; \n\t; TAG:Pump#10;", "Pump#10 Sensor_001")]
    [InlineData("area:Mixing; template:$Pump; tag:Tank_*; tag:Pump#*", "Pump#1")]
    [InlineData("area:Mixing; area:Filling; template:$Tank; template:$Motor; tag:*2*", "Motor_021 Motor_023 Tank_002")]
    [InlineData(" ; ", "Filling Mixing Mixing_Wet Motor_021 Motor_023 Pump#1 Pump#10 Sensor_001 Skid_001 Skid_002 Tank_001 Tank_002")]
    public void Terms_of_one_kind_are_alternatives_and_every_kind_must_be_met(string filter, string selected) =>
        Assert.Equal(selected.Split(' '), Selected(filter));

    [Theory]
    [InlineData("Pump_*", "'Pump_*' has no colon")]
    [InlineData("area:Mixing; host:Engine_1", "'host:Engine_1' begins with 'host'")]
    [InlineData("area:Mixing; : Mixing", "': Mixing' begins with ''")]
    [InlineData("tag: ", "'tag:' has no name")]
    [InlineData("template:$", "'template:$' has no name")]
    public void A_term_that_is_none_is_an_error_that_says_what_is_and_the_only_one(string filter, string says)
    {
        GeneratorOutcome outcome = GeneratorHost.Run(
            "class User { object Tank(Acme.Plant.PlantGalaxy plant) => plant.Filling.Tank_002.Level; }",
            Item(s_plant) with { Filter = filter });

        Diagnostic problem = Assert.Single(outcome.Complaints);
        Assert.Equal(("MXGT1011", DiagnosticSeverity.Error), (problem.Id, problem.Severity));
        Assert.Contains(says, problem.GetMessage(), StringComparison.Ordinal);
        Assert.Contains("area:NAME, template:NAME or tag:NAME", problem.GetMessage(), StringComparison.Ordinal);
        Assert.Empty(outcome.Compilation.GetDiagnostics().Where(complaint => complaint.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public void Each_term_that_is_none_is_said_and_so_are_too_long_and_too_many_ones()
    {
        GeneratorOutcome two = GeneratorHost.Run(Item(s_plant) with { Filter = "Mixing; area:Mixing; Filling" });
        Assert.Equal(["MXGT1011", "MXGT1011"], two.Complaints.Select(problem => problem.Id));
        Assert.Contains("256 are the limit", Problem("tag:" + new string('a', 253), "MXGT1011"), StringComparison.Ordinal);
        string tooMany = string.Join(';', Enumerable.Range(0, 257).Select(i => $"tag:Tank_{i}"));
        Assert.Contains("has 257 terms", Problem(tooMany, "MXGT1011"), StringComparison.Ordinal);
        Assert.Equal(["Tank_002"], Selected("tag:Tank_002;" + string.Concat(Enumerable.Repeat("tag:tank_002;", 255))));
    }

    [Fact]
    public void A_filter_that_selects_nothing_is_a_warning_and_leaves_a_plant_that_compiles_and_is_empty()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(s_plant) with { Filter = "area:Mxing" });

        Diagnostic problem = Assert.Single(outcome.Complaints);
        Assert.Equal(("MXGT1012", DiagnosticSeverity.Warning), (problem.Id, problem.Severity));
        Assert.Contains("none of the 12 objects", problem.GetMessage(), StringComparison.Ordinal);
        Assert.Contains("the areas are Filling, Mixing, Mixing_Wet", problem.GetMessage(), StringComparison.Ordinal);
        Assert.Empty(outcome.Compilation.GetDiagnostics().Where(complaint => complaint.Severity >= DiagnosticSeverity.Warning));
        Assert.Equal(
            ["Acme.Plant.PlantGalaxy-Table.g.cs", "Acme.Plant.PlantGalaxy.g.cs"],
            outcome.Result.GeneratedSources.Select(source => source.HintName).Order(StringComparer.Ordinal));
        using var plant = new LoadedPlant(outcome);
        Assert.Empty(plant.Walk());
        Assert.Throws<KeyNotFoundException>(() => plant.Root["Mixing"]);
    }

    [Fact]
    public void Kinds_that_no_object_meets_at_once_are_said_to_be_so() =>
        Assert.Contains("none meets all kinds", Problem("area:Filling; tag:Pump#1", "MXGT1012"), StringComparison.Ordinal);

    [Theory]
    [InlineData("area:Mixing; area:Filing", "area:Filing")]
    [InlineData("area:Mixing; area:Tank_001", "area:Tank_001")]
    [InlineData("template:$Tank; template:$Tnak", "template:Tnak")]
    [InlineData("tag:Tank_*; tag:Tonk_*", "tag:Tonk_*")]
    public void A_term_that_no_object_meets_is_a_warning_where_others_select_some(string filter, string term) =>
        Assert.Contains(term, Problem(filter, "MXGT1012"), StringComparison.Ordinal);

    private static string Problem(string filter, string id)
    {
        Diagnostic problem = Assert.Single(GeneratorHost.Run(Item(s_plant) with { Filter = filter }).Complaints);
        Assert.Equal(id, problem.Id);
        Assert.Equal("/plant/Plant.galaxy.json", problem.Location.GetLineSpan().Path);
        return problem.GetMessage();
    }

    private static string[] Selected(string filter)
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(s_plant) with { Filter = filter }).MustCompile());
        return [.. plant.Root.All<MxObject>().Select(o => o.TagName)];
    }
}
