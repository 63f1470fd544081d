namespace MxGateway.Typed.Tests.Writing;

/// <summary>What MXAccess cannot take is refused before anything is sent, naming the tag and the range.</summary>
public sealed class WriteArgumentTests : IAsyncLifetime
{
    private SimulatedPlant _plant = null!;

    private Pump Pump => _plant.Pump;

    public async Task InitializeAsync() => _plant = await SimulatedPlant.StartAsync();

    public async Task DisposeAsync()
    {
        string[] asked = [.. _plant.Calls().Where(call => call.StartsWith("Write", StringComparison.Ordinal) || call.StartsWith("Subscribe", StringComparison.Ordinal))];
        Assert.Empty(asked);
        await _plant.DisposeAsync();
    }

    [Fact]
    public async Task A_time_that_VT_DATE_cannot_hold()
    {
        await AssertRangeAsync(Pump.Started.WriteAsync(default), "Pump_001.Started", "years 100 to 9999");
        await AssertRangeAsync(Pump.Started.WriteAsync(new DateTimeOffset(100, 1, 1, 0, 0, 0, TimeSpan.FromHours(1))), "Pump_001.Started", "years 100 to 9999");
        await AssertRangeAsync(
            Pump.Count.WriteAsync(1, new MxWriteOptions { Timestamp = default(DateTimeOffset) }), "Pump_001.Count: its Timestamp: ", "years 100 to 9999");
    }

    [Fact]
    public async Task A_value_that_an_enumeration_does_not_have()
    {
        await AssertRangeAsync(Pump.Kind.WriteAsync((MxDataType)99), "Pump_001.Kind", "MxDataType");
        ArgumentException neither = await Assert.ThrowsAsync<ArgumentException>(() => Pump.Mode.WriteAsync(default));
        Assert.Contains("Pump_001.Mode: a QualifiedEnum needs a text or an ordinal", neither.Message);
    }

    [Fact]
    public async Task A_null_and_half_a_character()
    {
        var user = new MxCredentials("ann", "planted5ecret");
        (string Message, Func<Task> Write)[] nulls =
        [
            ("writing Pump_001.Note: value is null (Parameter 'value')", () => Pump.Note.WriteAsync(null!)),
            ("writing Pump_001.Note: value is null (Parameter 'value')", () => Task.FromResult(MxWrite.Of(Pump.Note, null!))),
            ("writing Pump_001.Recipe[]: value is null (Parameter 'value')", () => Pump.Recipe.WriteAsync(null!)),
            ("writing Pump_001.Signed: user is null (Parameter 'user')", () => Pump.Signed.WriteAsync(true, null!)),
            ("writing Pump_001.Verified: verifier is null (Parameter 'verifier')", () => Pump.Verified.WriteAsync(true, user, null!)),
            ("writing Pump_001.Count: options is null (Parameter 'options')", () => Pump.Count.WriteAsync(1, options: null!)),
            ("writing Pump_001.Recipe[]: elements is null (Parameter 'elements')", () => Pump.Recipe.WriteSparseResettingOthersAsync(1, null!)),
        ];
        foreach ((string message, Func<Task> write) in nulls)
            Assert.Equal(message, (await Assert.ThrowsAsync<ArgumentNullException>(write)).Message);
        Assert.Contains("half a character at 2", (await Assert.ThrowsAsync<ArgumentException>(() => Pump.Note.WriteAsync("x\ud83dx"))).Message);
        ArgumentException element = await Assert.ThrowsAsync<ArgumentException>(() => Pump.Steps.WriteAsync(["a", "\udc00"]));
        Assert.Contains("Pump_001.Steps[]: element 2: the text has half a character", element.Message);
    }

    [Fact]
    public async Task A_value_that_no_message_can_carry()
    {
        ArgumentException text = await Assert.ThrowsAsync<ArgumentException>(() => Pump.Note.WriteAsync(new string('x', 16 * 1024 * 1024)));
        Assert.Contains("Pump_001.Note", text.Message);
        Assert.Contains("16773120", text.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => Pump.Recipe.WriteAsync(new float[5_000_000]));
    }

    [Fact]
    public async Task A_part_of_an_array_that_is_out_of_range()
    {
        Assert.Contains("Pump_001.Recipe[]", Assert.Throws<ArgumentOutOfRangeException>(() => Pump.Recipe.Element(0)).Message);
        await AssertRangeAsync(Pump.Recipe.WriteSparseResettingOthersAsync(3, new Dictionary<int, float> { [4] = 1 }), "Pump_001.Recipe[]", "1 to 3");
        await AssertRangeAsync(Pump.Recipe.WriteSparseResettingOthersAsync(3, new Dictionary<int, float> { [0] = 1 }), "Pump_001.Recipe[]", "1 to 3");
        await AssertRangeAsync(Pump.Recipe.WriteSparseResettingOthersAsync(-1, new Dictionary<int, float>()), "Pump_001.Recipe[]", "0 to 4193280");
        await AssertRangeAsync(Pump.Recipe.WriteSparseResettingOthersAsync(4193281, new Dictionary<int, float>()), "Pump_001.Recipe[]", "0 to 4193280");
        ArgumentException element = await Assert.ThrowsAsync<ArgumentException>(
            () => Pump.Steps.WriteSparseResettingOthersAsync(3, new Dictionary<int, string> { [2] = null! }));
        Assert.Contains("Pump_001.Steps[]: element 2 is null", element.Message);
    }

    [Fact]
    public async Task An_attribute_that_differs_for_its_object()
    {
        Pump differs = _plant.Plant.All<Pump>().Single(pump => pump.TagName == "Pump_002");
        MxGalaxyException failure = await Assert.ThrowsAsync<MxGalaxyException>(() => differs.Differing.WriteAsync(1));
        Assert.Contains("Pump_002.Speed", failure.Message);
    }

    private static async Task AssertRangeAsync(Task write, string tag, string range)
    {
        ArgumentOutOfRangeException failure = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => write);
        Assert.Contains(tag, failure.Message);
        Assert.Contains(range, failure.Message);
    }
}
