using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Buffered items and suspended ones.</summary>
public class BufferedItemTests
{
    private const int InvalidArgument = unchecked((int)0x80070057);

    [Fact]
    public async Task Changes_are_told_together_when_the_update_interval_has_passed()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int buffered = await AddAsync(session, server, TestPlant.Count), writer = await WriterAsync(session, server, events);
        await session.OkAsync(SetInterval(server, 5_000));
        await session.AdviseAsync(server, buffered);
        for (int value = -3; value < 0; value++)
            await WriteAsync(session, server, writer, value, events);

        time.Advance(TimeSpan.FromSeconds(5));
        MxEvent told = await events.NextAsync(MxEventFamily.OnBufferedDataChange);
        Assert.Equal((buffered, 192, MxEvent.BodyOneofCase.OnBufferedDataChange), (told.ItemHandle, told.Quality, told.BodyCase));
        Assert.Equal([-3, -2, -1], told.Value.ArrayValue.Int32Values.Values.Skip(1));
        Assert.Equal(MxDataType.Integer, told.OnBufferedDataChange.DataType);
        Assert.Equal([192, 192, 192, 192], told.OnBufferedDataChange.Qualities);
        Assert.Equal(4, told.OnBufferedDataChange.Timestamps.Count);
        Assert.Equal(told.SourceTimestamp, told.OnBufferedDataChange.Timestamps[^1]);

        // With nothing to tell, time passes without an event.
        time.Advance(TimeSpan.FromSeconds(50));
        await WriteAsync(session, server, writer, 7, events);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([7], (await events.NextAsync(MxEventFamily.OnBufferedDataChange)).Value.ArrayValue.Int32Values.Values);
    }

    [Fact]
    public async Task A_new_interval_begins_with_its_setting()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        await session.OkAsync(SetInterval(server, 60_000));
        await session.AdviseAsync(server, await AddAsync(session, server, TestPlant.Count));
        await session.OkAsync(SetInterval(server, 100));
        time.Advance(TimeSpan.FromMilliseconds(100));
        await events.NextAsync(MxEventFamily.OnBufferedDataChange);
    }

    [Fact]
    public async Task What_was_collected_is_not_told_after_UnAdvise_and_others_keep_theirs()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int gone = await AddAsync(session, server, TestPlant.Count), suspended = await AddAsync(session, server, TestPlant.Count), stays = await AddAsync(session, server, TestPlant.Count);
        foreach (int item in new[] { gone, suspended, stays })
            await session.AdviseAsync(server, item);
        await session.OkAsync(TestSession.UnAdvise(server, gone));
        await session.OkAsync(Suspend(server, suspended));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(stays, (await events.NextAsync()).ItemHandle);
        await session.OkAsync(Activate(server, suspended));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(suspended, (await events.NextAsync()).ItemHandle);
    }

    [Fact]
    public async Task What_was_collected_is_told_before_a_redeploy_takes_the_tag_away()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), gone = await AddAsync(session, server, TestPlant.Count), stays = await AddAsync(session, server, TestPlant.Level);
        await session.OkAsync(SetInterval(server, 60_000));
        await session.AdviseAsync(server, gone);
        await session.AdviseAsync(server, stays);
        await gateway.Simulator.Faults.RedeployWithoutAsync(TestPlant.Count);
        Assert.Equal(gone, (await events.NextAsync(MxEventFamily.OnBufferedDataChange)).ItemHandle);
        Assert.Equal((gone, 4), (await events.NextAsync(MxEventFamily.OnDataChange)) is var bad ? (bad.ItemHandle, bad.Quality) : default);

        gateway.Simulator.Faults.AdvanceClock(TimeSpan.FromMinutes(1));
        Assert.Equal(stays, (await events.NextAsync(MxEventFamily.OnBufferedDataChange)).ItemHandle);
    }

    [Fact]
    public async Task Of_too_many_changes_the_oldest_are_lost()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int buffered = await AddAsync(session, server, TestPlant.Recipe), writer = (await session.SubscribeAsync(server, TestPlant.Recipe)).Results[0].ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);
        await session.AdviseAsync(server, buffered);
        for (int i = 0; i < 4; i++)
        {
            await session.OkAsync(TestSession.Write(server, writer, new MxValue { StringValue = new string((char)('a' + i), UpdateBuffer.MaxBytes / 3) }));
            await events.NextAsync(MxEventFamily.OnWriteComplete);
            await events.NextAsync(MxEventFamily.OnDataChange);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        MxEvent told = await events.NextAsync(MxEventFamily.OnBufferedDataChange);
        Assert.Equal(['c', 'd'], told.Value.ArrayValue.StringValues.Values.Select(text => text[0]));
        Assert.Equal(2, told.OnBufferedDataChange.Timestamps.Count);
    }

    [Theory]
    [InlineData("Tank_001.Level", MxArray.ValuesOneofCase.FloatValues)]
    [InlineData("Tank_001.Running", MxArray.ValuesOneofCase.BoolValues)]
    [InlineData("Tank_001.Weight", MxArray.ValuesOneofCase.DoubleValues)]
    [InlineData("Tank_001.Started", MxArray.ValuesOneofCase.TimestampValues)]
    [InlineData("Tank_001.RunTime", MxArray.ValuesOneofCase.Int64Values)]
    [InlineData("Tank_001.Mode", MxArray.ValuesOneofCase.StringValues)]
    [InlineData("Tank_001.Blob", MxArray.ValuesOneofCase.RawValues)]
    [InlineData("Tank_001.Odd", MxArray.ValuesOneofCase.None)]
    [InlineData("Tank_001.Profile[1]", MxArray.ValuesOneofCase.FloatValues)]
    [InlineData("Tank_001.Count.00", MxArray.ValuesOneofCase.BoolValues)]
    public async Task Every_type_is_told_in_its_own_form(string reference, MxArray.ValuesOneofCase form)
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        await session.AdviseAsync(server, await AddAsync(session, server, reference));
        time.Advance(TimeSpan.FromSeconds(1));
        MxEvent told = await events.NextAsync(MxEventFamily.OnBufferedDataChange);
        Assert.Equal(form, told.Value.ArrayValue?.ValuesCase ?? MxArray.ValuesOneofCase.None);
        Assert.Single(told.OnBufferedDataChange.Qualities);
    }

    [Fact]
    public async Task A_number_that_was_written_to_a_QualifiedEnum_is_buffered_as_text()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int writer = (await session.SubscribeAsync(server, "Tank_001.Mode")).Results[0].ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);
        await session.AdviseAsync(server, await AddAsync(session, server, "Tank_001.Mode"));
        await WriteAsync(session, server, writer, 2, events);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2", (await events.NextAsync(MxEventFamily.OnBufferedDataChange)).Value.ArrayValue.StringValues.Values[^1]);
    }

    [Fact]
    public async Task A_whole_array_cannot_be_buffered_and_an_interval_is_more_than_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        foreach (MxCommand command in new[] { AddBuffered(server, TestPlant.Profile), SetInterval(server, 0), SetInterval(server, -1), SetInterval(77, 1_000), AddBuffered(77, TestPlant.Count) })
        {
            MxCommandReply reply = await session.InvokeAsync(command);
            Assert.Equal((ProtocolStatusCode.MxaccessFailure, InvalidArgument), (reply.ProtocolStatus.Code, reply.Hresult));
        }

        // A wrong reference is told as that of any item.
        await session.AdviseAsync(server, await AddAsync(session, server, "Nobody.PV"));
        Assert.Equal(4, (await events.NextAsync(MxEventFamily.OnDataChange)).Quality);
    }

    [Fact]
    public async Task A_suspended_item_stays_advised_and_is_told_nothing_until_it_is_activated()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = await session.AddItemAsync(server, TestPlant.Count), wrong = await session.AddItemAsync(server, "Nobody.PV"), writer = await WriterAsync(session, server, events);
        foreach (int suspended in new[] { item, wrong })
        {
            MxCommandReply reply = await session.OkAsync(Suspend(server, suspended));
            Assert.Equal(MxStatusCategory.Ok, Assert.Single(reply.Statuses).Category);
            await session.AdviseAsync(server, suspended);
        }

        await session.OkAsync(Suspend(server, item));
        await session.AdviseAsync(server, item);
        await WriteAsync(session, server, writer, -8, events);
        Assert.Equal(3, gateway.Simulator.Counts.AdvisedItems);
        Assert.True((await session.ReadAsync(server, TestPlant.Count)).Results[0].WasCached);

        Assert.Equal(MxStatusCategory.Ok, Assert.Single((await session.OkAsync(Activate(server, item))).Statuses).Category);
        Assert.Equal((item, -8), (await events.NextAsync()) is var active ? (active.ItemHandle, active.Value.Int32Value) : default);
        await session.OkAsync(Activate(server, item));
        await session.OkAsync(Activate(server, wrong));
        Assert.Equal((wrong, 4), (await events.NextAsync()) is var bad ? (bad.ItemHandle, bad.Quality) : default);
        Assert.Equal(ProtocolStatusCode.MxaccessFailure, (await session.InvokeAsync(Activate(server, 77))).ProtocolStatus.Code);

        await session.OkAsync(Suspend(server, item));
        await session.OkAsync(TestSession.Remove(server, item));
        Assert.Equal(2, gateway.Simulator.Counts.AdvisedItems);
    }

    private static MxCommand AddBuffered(int server, string reference) =>
        new() { Kind = MxCommandKind.AddBufferedItem, AddBufferedItem = new AddBufferedItemCommand { ServerHandle = server, ItemDefinition = reference } };

    private static MxCommand SetInterval(int server, int milliseconds) => new()
    {
        Kind = MxCommandKind.SetBufferedUpdateInterval,
        SetBufferedUpdateInterval = new SetBufferedUpdateIntervalCommand { ServerHandle = server, UpdateIntervalMs = milliseconds },
    };

    private static MxCommand Suspend(int server, int item) => new() { Kind = MxCommandKind.Suspend, Suspend = new SuspendCommand { ServerHandle = server, ItemHandle = item } };

    private static MxCommand Activate(int server, int item) => new() { Kind = MxCommandKind.Activate, Activate = new ActivateCommand { ServerHandle = server, ItemHandle = item } };

    private static async Task<int> AddAsync(TestSession session, int server, string reference) => (await session.OkAsync(AddBuffered(server, reference))).AddBufferedItem.ItemHandle;

    /// <summary>An item of <see cref="TestPlant.Count"/> that had its first data change.</summary>
    private static async Task<int> WriterAsync(TestSession session, int server, TestEvents events)
    {
        int writer = (await session.SubscribeAsync(server, TestPlant.Count)).Results[0].ItemHandle;
        Assert.Equal(writer, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        return writer;
    }

    private static async Task WriteAsync(TestSession session, int server, int writer, int value, TestEvents events)
    {
        await session.OkAsync(TestSession.Write(server, writer, new MxValue { Int32Value = value }));
        await events.NextAsync(MxEventFamily.OnWriteComplete);
        Assert.Equal(writer, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
    }
}
