using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What the sample plant becomes: one file of each kind, to be read.</summary>
public class SamplePlantTests
{
    private static readonly Lazy<GeneratorOutcome> s_outcome = new(() => GeneratorHost.Run(new SnapshotItem(File.ReadAllText(RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.json")))));

    [Theory]
    [InlineData("PlantGalaxy")] // the plant
    [InlineData("Pump")] // a template
    [InlineData("PumpPV")] // an attribute with members
    [InlineData("SchedulerGroup")] // a group
    [InlineData("Objects.Mixing")] // an area
    [InlineData("Objects.Tank_003")] // an object that contradicts its template
    public void The_types_read_as_a_person_would_have_written_them(string type) => Approved.Verify(s_outcome.Value.Source(type), $"SamplePlant.{type}", "cs");

    [Fact]
    public void The_sample_plant_compiles_without_a_warning_and_every_member_can_be_walked()
    {
        using var plant = new LoadedPlant(s_outcome.Value.MustCompile());

        Assert.InRange(plant.Walk().Select(member => member.Node).OfType<MxObject>().Count(), 60, 1000);
    }
}
