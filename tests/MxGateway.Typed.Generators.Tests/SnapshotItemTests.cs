using Microsoft.CodeAnalysis;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What a GalaxySnapshot item may say, and what goes where it says nothing.</summary>
public class SnapshotItemTests
{
    private static readonly RepositoryObject[] s_plant = [Area(1, "Mixing"), Object(2, "Pump_001", ["$Pump"], 1, attributes: [Attribute("Speed")])];

    [Theory]
    [InlineData("Acme.Plant", "Acme.Plant.PlantGalaxy")]
    [InlineData("my-app", "my_app.PlantGalaxy")]
    [InlineData(" 3rd.class. ", "_3rd.class.PlantGalaxy")]
    [InlineData("", "Plant.PlantGalaxy")]
    public void Without_a_namespace_the_projects_own_is_taken_as_far_as_CSharp_takes_it_else_the_files_name(string rootNamespace, string rootType)
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(s_plant) with { RootNamespace = rootNamespace }).MustCompile(), rootType);

        Assert.Equal("Pump_001", plant.At("Mixing.Pump_001").ToString());
    }

    [Theory]
    [InlineData("private", "'private' is no visibility")]
    [InlineData("public internal", "'public internal' is no visibility")]
    public void A_visibility_that_is_none_is_an_error(string visibility, string says) => MustBeInvalid(says, Item(s_plant) with { Visibility = visibility });

    [Fact]
    public void A_root_type_that_the_plants_class_or_another_type_is_called_by_is_an_error()
    {
        foreach (string name in ReservedNames.OfPlants)
            MustBeInvalid($"'{name}' cannot be the plant's class, as a plant has a member of this name", Item(s_plant) with { RootType = name });
        foreach (string name in ReservedNames.Types)
            MustBeInvalid($"'{name}' cannot be the plant's class, as MxGateway.Typed has the name for something else", Item(s_plant) with { RootType = name });
        MustBeInvalid("set RootType on the GalaxySnapshot item", Item(s_plant) with { Path = "/plant/Mx.galaxy.json" });
    }

    [Theory]
    [InlineData("Pump")]
    [InlineData("Mixing")]
    [InlineData("Speed")]
    [InlineData("connection")]
    [InlineData("row")]
    [InlineData("System")]
    [InlineData("@class")]
    public void Any_other_root_type_is_taken_and_what_is_called_like_it_yields(string rootType)
    {
        using var plant = new LoadedPlant(
            GeneratorHost.Run(Item(s_plant) with { RootType = rootType }).MustCompile(), $"Acme.Plant.{rootType.TrimStart('@')}");

        Assert.Equal("Pump_001", plant.Root["Pump_001"].TagName);
    }

    [Fact]
    public void The_page_names_the_root_types_that_are_taken()
    {
        string page = File.ReadAllText(RepositoryRoot.PathTo("docs", "diagnostics", "MXGT1006.md"));

        Assert.All(ReservedNames.OfPlants, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
        Assert.All(
            ReservedNames.Types.Where(name => name == "Mx" || !name.StartsWith("Mx", StringComparison.Ordinal)),
            name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("...,true")]
    [InlineData("..")]
    [InlineData("....")]
    [InlineData("QQ=.Ug==..")]
    [InlineData("/w==...")]
    public void Metadata_that_is_not_as_the_build_files_make_it_is_an_error_and_never_overlooked(string metadata)
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(s_plant) with { Metadata = metadata });

        Diagnostic problem = Assert.Single(outcome.Complaints);
        Assert.Equal("MXGT1006", problem.Id);
        Assert.Contains($"'{metadata.Split(',')[^1]}'", problem.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void Such_an_item_takes_no_namespace_from_a_sound_one()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(
            Item(s_plant) with { Metadata = "true" }, Item(s_plant) with { Path = "/plant/Other.galaxy.json", RootType = "PlantGalaxy" });

        Assert.Equal("MXGT1006", Assert.Single(outcome.Complaints).Id);
        Assert.NotEmpty(outcome.Source("PlantGalaxy"));
    }

    [Fact]
    public void An_additional_file_that_is_no_snapshot_is_left_alone() =>
        Assert.Empty(GeneratorHost.Run(new SnapshotItem("not JSON") { IsSnapshot = false }).Result.GeneratedSources);

    private static void MustBeInvalid(string says, SnapshotItem item)
    {
        Diagnostic problem = Assert.Single(GeneratorHost.Run(item).Complaints);
        Assert.Equal("MXGT1006", problem.Id);
        Assert.Contains(says, problem.GetMessage(), StringComparison.Ordinal);
    }
}
