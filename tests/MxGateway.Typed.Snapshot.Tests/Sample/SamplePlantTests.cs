using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Snapshot.Tests;

public class SamplePlantTests
{
    private static readonly RepositoryAttribute[] s_attributes = [.. SamplePlant.Objects.SelectMany(o => o.Attributes)];

    [Fact]
    public void The_checked_in_file_is_what_the_builder_writes()
    {
        string path = RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.json");
        string received = RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.received.json");
        using var written = new MemoryStream();
        SnapshotWriter.Write(SamplePlant.Build(), written);
        bool isSame = File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(written.ToArray());
        if (isSame)
            File.Delete(received);
        else
            File.WriteAllBytes(received, written.ToArray());
        Assert.True(isSame, $"{path} is not what SamplePlant builds: read {received}, and move it over the other if it is right");
    }

    [Fact]
    public void It_has_60_objects_and_3_areas_or_more()
    {
        Assert.True(SamplePlant.Objects.Count >= 60);
        Assert.True(SamplePlant.Objects.Count(o => o.IsArea) >= 3);
    }

    [Fact]
    public void It_has_every_data_type_and_an_unknown_one() =>
        Assert.Equal(Enumerable.Range(1, 17), s_attributes.Select(a => a.MxDataType).Distinct().Order());

    [Fact]
    public void It_has_every_security_classification() =>
        Assert.Equal(Enumerable.Range(0, 7), s_attributes.Select(a => a.SecurityClassification).Distinct().Order());

    [Theory]
    [InlineData("Float", 50)]
    [InlineData("Boolean", 25)]
    [InlineData("Integer", 15)]
    [InlineData("String", 10)]
    public void Its_mix_of_data_types_is_that_of_a_plant(string dataType, int percent) =>
        Assert.InRange(100.0 * s_attributes.Count(a => a.DataTypeName == dataType) / s_attributes.Length, percent - 2, percent + 2);

    [Theory]
    [InlineData("Pump_001", "Speed", 3, 2, 6)]
    [InlineData("Pump_001", "SpeedSetpoint", 3, 6, 1)]
    [InlineData("Pump_001", "Running", 1, 2, 6)]
    [InlineData("Pump_001", "Mode", 2, 6, 1)]
    [InlineData("Pump_001", "PV.HiHi.Limit", 3, 8, 4)]
    [InlineData("Valve_101", "Command", 1, 6, 3)]
    [InlineData("Valve_102", "Command", 1, 6, 2)]
    [InlineData("Recipe_001", "Setpoints", 3, 6, 1)]
    [InlineData("Tank_002", "BatchId", 5, 6, 1)]
    [InlineData("Tank_003", "BatchId", 2, 6, 1)]
    public void What_the_samples_use_is_there(string tagName, string attributeName, int dataType, int category, int security)
    {
        RepositoryAttribute attribute = SamplePlant.Objects.Single(o => o.TagName == tagName).Attributes.Single(a => a.AttributeName == attributeName);
        Assert.Equal((dataType, category, security), (attribute.MxDataType, attribute.MxAttributeCategory, attribute.SecurityClassification));
    }

    [Fact]
    public void Every_parent_and_host_is_there() =>
        Assert.Empty(SamplePlant.Objects.SelectMany(o => new[] { o.ParentGobjectId, o.HostedByGobjectId }).Except([0, .. SamplePlant.Objects.Select(o => o.GobjectId)]));
}
