using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Snapshot;
using static MxGateway.Typed.Simulator.Tests.TestWrites;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Writes to elements and bits, and sparse arrays.</summary>
public class PartWriteTests
{
    // One array for each type that arrays are written of, and one of what is never written.
    private static readonly GalaxySnapshot s_arrays = TestPlant.Build(
        [TestPlant.Object(1, "T", chain: ["$T"], attributes: [.. Enumerable.Range(1, 16).Select(type => TestPlant.Attribute("T", $"A{type}", type, dimension: 3))])]);

    [Fact]
    public async Task An_item_of_an_element_is_told_when_the_element_changes_and_not_when_another_does()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int first = await AdvisedAsync(session, events, "Tank_001.Profile[1]", server), second = await AdvisedAsync(session, events, "Tank_001.Profile[2]", server);

        // An int32 that a Float holds exactly is taken, as for a Float that is no array.
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, second, new MxValue { Int32Value = 7 }));
        MxEvent change = await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((second, 7f), (change.ItemHandle, change.Value.FloatValue));
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, first, new MxValue { FloatValue = 8 }));
        Assert.Equal(first, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        Assert.Equal([8f, 7f], (await session.ReadAsync(server, TestPlant.Profile)).Results[0].Value.ArrayValue.FloatValues.Values.Take(2));
    }

    [Fact]
    public async Task An_element_that_a_shorter_array_lost_is_a_wrong_reference_until_the_array_grows_again()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int whole = await session.AddItemAsync(server, TestPlant.Profile), last = await AdvisedAsync(session, events, "Tank_001.Profile[6]", server);
        await session.AdviseAsync(server, whole);
        await events.NextAsync(MxEventFamily.OnDataChange);
        await session.OkAsync(TestSession.UnAdvise(server, whole));

        await OutcomeAsync(session, events, whole, Floats(1, 2));
        MxEvent lost = await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((last, MxStatusCategory.ConfigurationError), (lost.ItemHandle, lost.Statuses[0].Category));
        Assert.Equal((MxStatusCategory.ConfigurationError, 0), await OutcomeAsync(session, events, last, new MxValue { FloatValue = 6 }));
        Assert.Equal([1f, 2f], (await session.ReadAsync(server, TestPlant.Profile)).Results[0].Value.ArrayValue.FloatValues.Values);

        await OutcomeAsync(session, events, whole, Floats(1, 2, 3, 4, 5, 6));
        Assert.Equal(6f, (await events.NextAsync(MxEventFamily.OnDataChange)).Value.FloatValue);
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, last, new MxValue { FloatValue = 7 }));
    }

    [Theory]
    [InlineData("Tank_001.Profile[1]")]
    [InlineData("Tank_001.Count.05")]
    public async Task A_part_takes_neither_an_array_nor_a_text(string reference)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, reference, await session.RegisterAsync());
        foreach (MxValue wrong in new[] { Floats(1), Sparse(1), new MxValue { StringValue = "1" }, new MxValue { IsNull = true }, new MxValue() })
            Assert.Equal((MxStatusCategory.OperationalError, 0), await OutcomeAsync(session, events, item, wrong));
    }

    [Theory]
    [InlineData(0, 0, true, 1)]
    [InlineData(0, 31, true, int.MinValue)]
    [InlineData(-1, 31, false, int.MaxValue)]
    [InlineData(-1, 0, false, -2)]
    [InlineData(6, 1, true, 6)]
    public async Task A_bit_is_set_and_cleared_alone(int before, int bit, bool written, int after)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), whole = await AdvisedAsync(session, events, TestPlant.Count, server);
        await OutcomeAsync(session, events, whole, new MxValue { Int32Value = before });
        await events.NextAsync(MxEventFamily.OnDataChange);
        int item = await AdvisedAsync(session, events, $"{TestPlant.Count}.{bit:00}", server);
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, item, new MxValue { BoolValue = written }));
        Assert.Equal(after, (await session.ReadAsync(server, TestPlant.Count)).Results[0].Value.Int32Value);
    }

    [Theory]
    [InlineData("T.A1[]", "[ false, false ]")]
    [InlineData("T.A2[]", "[ 0, 0 ]")]
    [InlineData("T.A3[]", "[ 0, 0 ]")]
    [InlineData("T.A4[]", "[ 0, 0 ]")]
    [InlineData("T.A5[]", "[ \"\", \"\" ]")]
    [InlineData("T.A6[]", "[ \"1970-01-01T00:00:00Z\", \"1970-01-01T00:00:00Z\" ]")]
    [InlineData("T.A7[]", "[ \"0\", \"0\" ]")]
    [InlineData("T.A9[]", "[ 0, 0 ]")]
    [InlineData("T.A13[]", "[ \"\", \"\" ]")]
    public async Task A_sparse_array_that_names_nothing_resets_all_to_the_default_of_the_type(string array, string expected)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: s_arrays);
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, array, await session.RegisterAsync());
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, item, Sparse(2)));
        MxArray value = (await events.NextAsync(MxEventFamily.OnDataChange)).Value.ArrayValue;
        Assert.Contains($"\"values\": {expected}", value.ToString(), StringComparison.Ordinal);
        Assert.Equal([2u], value.Dimensions);
    }

    [Fact]
    public async Task A_sparse_array_of_no_length_empties_the_array_and_the_last_of_two_values_for_an_index_holds()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Profile, await session.RegisterAsync());
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, item, Sparse(0)));
        Assert.Empty((await events.NextAsync(MxEventFamily.OnDataChange)).Value.ArrayValue.FloatValues.Values);
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, item, Sparse(2, (1, 5), (1, 6))));
        Assert.Equal([0f, 6f], (await events.NextAsync(MxEventFamily.OnDataChange)).Value.ArrayValue.FloatValues.Values);
    }

    [Theory]
    [InlineData(1u << 31)]
    [InlineData(uint.MaxValue)]
    [InlineData(16u * 1024 * 1024)]
    public async Task A_length_that_no_event_could_carry_is_refused_for_every_type(uint length)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: s_arrays);
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        for (int type = 1; type <= 16; type++)
        {
            int item = await AdvisedAsync(session, events, $"T.A{type}[]", server);
            Assert.Equal((MxStatusCategory.OperationalError, 0), await OutcomeAsync(session, events, item, Sparse(length)));
        }
    }

    [Fact]
    public async Task A_sparse_array_with_one_wrong_value_changes_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Profile, await session.RegisterAsync());
        MxValue before = (await session.ReadAsync(1, TestPlant.Profile)).Results[0].Value;
        foreach (MxValue? wrong in new[] { new MxValue { StringValue = "1" }, new MxValue { IsNull = true }, new MxValue(), null, Sparse(1) })
        {
            MxValue written = Sparse(3, (0, 1));
            written.SparseArrayValue.Elements.Add(wrong is null ? new MxSparseElement { Index = 1 } : new MxSparseElement { Index = 1, Value = wrong });
            Assert.Equal((MxStatusCategory.OperationalError, 0), await OutcomeAsync(session, events, item, written));
        }

        Assert.Equal(before, (await session.ReadAsync(1, TestPlant.Profile)).Results[0].Value);
    }

    [Fact]
    public async Task The_elements_of_a_time_array_are_times()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: s_arrays);
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), item = await AdvisedAsync(session, events, "T.A6[2]", server);
        var time = Timestamp.FromDateTimeOffset(TestPlant.DeployTime);
        Assert.Equal((MxStatusCategory.OperationalError, 0), await OutcomeAsync(session, events, item, new MxValue { TimestampValue = new Timestamp { Nanos = -1 } }));
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, item, new MxValue { TimestampValue = time }));
        Assert.Equal(time, (await session.ReadAsync(server, "T.A6[]")).Results[0].Value.ArrayValue.TimestampValues.Values[1]);
    }

    private static MxValue Floats(params float[] values) => new() { ArrayValue = new MxArray { FloatValues = new FloatArray { Values = { values } } } };

    private static MxValue Sparse(uint length, params (uint Index, float Value)[] elements) => new()
    {
        SparseArrayValue = new MxSparseArray
        {
            TotalLength = length,
            Elements = { elements.Select(element => new MxSparseElement { Index = element.Index, Value = new MxValue { FloatValue = element.Value } }) },
        },
    };
}
