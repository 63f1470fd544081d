using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>Arrays by element, and sparse.</summary>
public sealed class ArrayPartTests
{
    [Fact]
    public async Task An_element_is_read_written_and_advised_like_any_tag()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Recipe.WriteAsync([1, 2, 3]);
        MxAttribute<float> second = plant.Pump.Recipe.Element(2);
        Assert.Equal("Pump_001.Recipe[2]", second.Reference);
        Assert.Same(second, plant.Pump.Recipe.Element(2));
        using IDisposable advised = second.Subscribe(_ => { });
        await Retry.Until("it has a value", () => second.Value == 2);
        await second.WriteAsync(20);
        await Retry.Until("it has its new value", () => second.Value == 20);
        Assert.Equal([1, 20, 3], (await plant.Pump.Recipe.ReadAsync()).Value);
        Assert.Equal(3, (await plant.Pump.Recipe.Element(3).ReadAsync()).Value);
    }

    [Fact]
    public async Task An_element_of_texts_is_a_text()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Steps.WriteAsync(["fill", "mix"]);
        MxStringAttribute first = plant.Pump.Steps.Element(1);
        await first.WriteAsync("empty");
        Assert.Equal(["empty", "mix"], (await plant.Pump.Steps.ReadAsync()).Value);
    }

    [Fact]
    public async Task An_element_that_the_array_does_not_have_is_bad_and_takes_no_write()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Recipe.WriteAsync([1]);
        Assert.True((await plant.Pump.Recipe.Element(2).ReadAsync()).Quality.IsBad);
        await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.Recipe.Element(2).WriteAsync(1));
        Assert.Equal([1], (await plant.Pump.Recipe.ReadAsync()).Value);
    }

    [Fact]
    public async Task A_sparse_write_sets_the_length_and_resets_the_others()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Recipe.WriteAsync([1, 2, 3]);
        await plant.Pump.Recipe.WriteSparseResettingOthersAsync(5, new Dictionary<int, float> { [1] = 10, [5] = 50 });
        Assert.Equal([10, 0, 0, 0, 50], (await plant.Pump.Recipe.ReadAsync()).Value);
        await plant.Pump.Steps.WriteSparseResettingOthersAsync(2, new Dictionary<int, string> { [2] = "mix" });
        Assert.Equal(["", "mix"], (await plant.Pump.Steps.ReadAsync()).Value);
        await plant.Pump.Recipe.WriteSparseResettingOthersAsync(0, new Dictionary<int, float>());
        Assert.Empty((await plant.Pump.Recipe.ReadAsync()).Value);
    }
}
