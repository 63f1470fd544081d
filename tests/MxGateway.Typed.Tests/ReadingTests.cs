using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Tests;

public sealed class ReadingTests
{
    [Fact]
    public async Task Every_data_type_is_read_as_its_CLR_type()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Pump pump = plant.Pump;
        Assert.All(
            new[]
            {
                (await pump.Speed.ReadAsync()).IsGood, (await pump.Running.ReadAsync()).IsGood, (await pump.Count.ReadAsync()).IsGood, (await pump.Total.ReadAsync()).IsGood,
                (await pump.Note.ReadAsync()).IsGood, (await pump.Started.ReadAsync()).IsGood, (await pump.RunTime.ReadAsync()).IsGood, (await pump.Mode.ReadAsync()).IsGood,
                (await pump.Kind.ReadAsync()).IsGood, (await pump.Blob.ReadAsync()).IsGood, (await pump.Odd.ReadAsync()).Quality.IsGood, (await pump.Recipe.ReadAsync()).IsGood,
                (await pump.Steps.ReadAsync()).IsGood, (await pump.PV.ReadAsync()).IsGood, (await pump.PV.HiHi.Limit.ReadAsync()).IsGood,
            },
            Assert.True);
        Assert.Equal(4, (await pump.Recipe.ReadAsync()).Value.Count);
        Assert.Equal(TimeSpan.Zero, (await pump.Started.ReadAsync()).Value.Offset);
    }

    [Fact]
    public async Task A_wrong_reference_is_a_bad_sample_that_names_it()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxSample<float> sample = await plant.Pump.Missing.ReadAsync();
        Assert.False(sample.HasValue);
        Assert.True(sample.Quality.IsBad);
        Assert.Equal(MxStatusCategory.ConfigurationError, sample.Status.Category);
        Assert.Contains("Pump_001.Missing", sample.Status.ToString());
    }

    [Fact]
    public async Task A_value_of_another_type_is_a_bad_sample_that_names_both()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxSample<float> sample = await plant.Pump.NoteAsFloat.ReadAsync();
        Assert.Equal(MxQuality.BadConfigurationError, sample.Quality);
        Assert.True(sample.IsFromSession);
        Assert.Contains("Pump_001.Note: the snapshot says Float, the gateway sent String", sample.Status.Text);
    }

    [Fact]
    public async Task An_advised_tag_is_read_without_asking_the_gateway()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump.Speed.AdviseAsync().GetAsyncEnumerator();
        await samples.MoveNextAsync();
        Assert.Equal(samples.Current, await plant.Pump.Speed.ReadAsync());
        Assert.Equal(0, plant.Count(MxCommandKind.ReadBulk));
    }

    [Fact]
    public async Task A_read_leaves_nothing_behind()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Speed.ReadAsync();
        Assert.Equal(0, plant.Simulator.Counts.Items);
    }

    [Fact]
    public async Task A_missing_scope_throws_and_names_the_tag()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync("""{"keys": [{"key": "mxgw_test_planted5ecret", "scopes": ["session:open", "invoke:read", "events:read"]}]}""");
        MxAuthorizationException failure = await Assert.ThrowsAsync<MxAuthorizationException>(() => plant.Pump.Speed.WriteAsync(1));
        Assert.StartsWith("writing Pump_001.Speed: the API key lacks a permission", failure.Message);
        Assert.Contains("invoke:write", failure.Message);
    }

    [Fact]
    public async Task An_attribute_that_differs_from_its_template_fails_by_name()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var other = (Pump)plant.Plant["pump_002"];
        MxGalaxyException failure = await Assert.ThrowsAsync<MxGalaxyException>(() => other.Differing.ReadAsync());
        Assert.Contains("Pump_002.Speed is Integer here", failure.Message);
        await Assert.ThrowsAsync<MxGalaxyException>(() => other.Differing.WriteAsync(1));
        Assert.Throws<MxGalaxyException>(() => other.Differing.AdviseAsync());
    }

    [Fact]
    public async Task The_same_member_is_the_same_instance_from_every_thread()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        object[] seen = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run<object>(() => plant.Plant.Pump_001.PV.HiHi.Limit)));
        Assert.Single(seen.Distinct());
        Assert.Same(plant.Plant.Pump_001, plant.Plant["PUMP_001"]);
        Assert.Equal("Pump_001.PV.HiHi.Limit", plant.Pump.PV.HiHi.Limit.Reference);
        Assert.Equal("Pump_001.Recipe[]", plant.Pump.Recipe.Reference);
    }

    [Fact]
    public async Task An_unknown_tagname_is_named()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Assert.Contains("Pump_999", Assert.Throws<KeyNotFoundException>(() => plant.Plant["Pump_999"]).Message);
    }
}
