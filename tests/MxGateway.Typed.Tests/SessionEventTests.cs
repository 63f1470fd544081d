using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>A session's events, typed.</summary>
public sealed class SessionEventTests
{
    private static readonly Timestamp s_time = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero));

    [Fact]
    public async Task Each_kind_of_event_has_its_type()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Send(new() { ReplayGap = new() { RequestedAfterSequence = 3, OldestAvailableSequence = 9 } });
        MxEvent change = ScriptedGateway.Change(9, 101, 1.5f);
        (change.ServerHandle, change.SourceTimestamp, change.WorkerTimestamp) = (5, s_time, s_time);
        change.Value.DataType = Contracts.Proto.MxDataType.Float;
        gateway.Send(change);
        MxEvent completion = ScriptedGateway.Complete(10, 101, Contracts.Proto.MxStatusCategory.OperationalError);
        completion.Hresult = -5;
        gateway.Send(completion);
        gateway.Send(new() { WorkerSequence = 11, Family = MxEventFamily.OperationComplete, ItemHandle = 101, OperationComplete = new() });
        gateway.Send(new()
        {
            WorkerSequence = 12,
            Family = MxEventFamily.OnBufferedDataChange,
            ItemHandle = 102,
            Value = new() { ArrayValue = new() { Int32Values = new() { Values = { 7, 8 } } } },
            OnBufferedDataChange = new() { DataType = Contracts.Proto.MxDataType.Integer, Qualities = { 192 }, Timestamps = { s_time } },
        });
        gateway.Send(new() { WorkerSequence = 13, Family = MxEventFamily.OnAlarmTransition });
        gateway.EndStream(GrpcStatusCode.OK);

        await using var client = new MxGatewayClient(gateway.Options);
        var events = new List<MxSessionEvent>();
        await foreach (MxSessionEvent e in client.TakeUpSession("s").StreamEventsAsync(3))
            events.Add(e);

        Assert.Equal([0, 9, 10, 11, 12, 13], events.Select(e => (int)e.Sequence));
        MxReplayGap gap = Assert.IsType<MxReplayGap>(events[0]);
        Assert.Equal((3UL, 9UL), (gap.RequestedAfterSequence, gap.OldestAvailableSequence));
        MxDataChange first = Assert.IsType<MxDataChange>(events[1]);
        Assert.Equal((5, 101, 1.5f, MxDataType.Float, MxQuality.Good), (first.ServerHandle, first.ItemHandle, first.Value, first.Value.DataType, first.Quality));
        Assert.Equal((s_time.ToDateTimeOffset(), s_time.ToDateTimeOffset()), (first.SourceTimestamp!.Value, first.WorkerTimestamp!.Value));
        MxWriteComplete written = Assert.IsType<MxWriteComplete>(events[2]);
        Assert.Equal((MxStatusCategory.OperationalError, -5), (written.Statuses.Single().Category, written.HResult));
        Assert.Null(written.WorkerTimestamp);
        Assert.Null(Assert.IsType<MxOperationComplete>(events[3]).HResult);
        Assert.EndsWith("Statuses = [OperationalError], HResult = 0xFFFFFFFB }", written.ToString());
        Assert.EndsWith("Statuses = [], HResult = null }", events[3].ToString());
        Assert.Contains("Statuses = []", first.ToString());
        Assert.Contains("Value = 1.5", first.ToString());
        Assert.EndsWith("ItemHandle = 102, WorkerTimestamp = null, DataType = Integer, Samples = 2, Statuses = [] }", events[4].ToString());

        // What the gateway said nothing of is not good.
        MxBufferedDataChange buffered = Assert.IsType<MxBufferedDataChange>(events[4]);
        Assert.Equal([new(7, MxQuality.Good, s_time.ToDateTimeOffset()), new(8, default, null)], buffered.Samples);
        Assert.Equal((int)MxEventFamily.OnAlarmTransition, Assert.IsType<MxOtherEvent>(events[5]).Family);
    }

    [Fact]
    public async Task An_enumeration_that_is_cancelled_before_the_first_event_ends_the_stream_too()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            await using var client = new MxGatewayClient(options);
            await using MxSession session = await client.OpenSessionAsync();
            await using MxEventStream stream = await session.AttachEventsAsync();
            using var stop = new CancellationTokenSource();
            await using IAsyncEnumerator<MxSessionEvent> events = stream.GetAsyncEnumerator(stop.Token);
            Task<bool> first = events.MoveNextAsync().AsTask();
            Assert.Equal(1, simulator.Counts.Streams);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            await Retry.Until("the stream has ended", () => simulator.Counts.Streams == 0);
        }
    }

    [Theory]
    [InlineData(null, Contracts.Proto.MxStatusCategory.Ok, "confirmed")]
    [InlineData(null, Contracts.Proto.MxStatusCategory.Warning, "confirmed")]
    [InlineData(0, null, "confirmed")]
    [InlineData(null, null, "unknown")]
    [InlineData(null, Contracts.Proto.MxStatusCategory.Unknown, "unknown")]
    [InlineData(null, Contracts.Proto.MxStatusCategory.CommunicationError, "unknown")]
    [InlineData(null, Contracts.Proto.MxStatusCategory.Pending, "pending")]
    [InlineData(-5, null, "rejected")]
    [InlineData(-5, Contracts.Proto.MxStatusCategory.Ok, "rejected")]
    [InlineData(null, Contracts.Proto.MxStatusCategory.SecurityError, "rejected")]
    public async Task A_completion_is_judged_by_what_it_says(int? hresult, Contracts.Proto.MxStatusCategory? category, string verdict)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        MxEvent e = ScriptedGateway.Complete(1, 101);
        e.Statuses.Clear();
        if (category is { } told)
            e.Statuses.Add(new MxStatusProxy { Category = told });
        if (hresult is { } code)
            e.Hresult = code;
        gateway.Send(e);
        await using var client = new MxGatewayClient(gateway.Options);
        await using MxEventStream stream = await client.TakeUpSession("s").AttachEventsAsync();
        await using IAsyncEnumerator<MxSessionEvent> events = stream.GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        MxWriteComplete completion = Assert.IsType<MxWriteComplete>(events.Current);
        Assert.Equal((verdict == "pending", verdict == "confirmed", verdict == "rejected"), (completion.IsPending, completion.IsConfirmed, completion.IsRejected));
    }

    [Fact]
    public void Rows_show_their_statuses_and_the_code_in_hex()
    {
        MxStatus[] refused = [new(MxStatusCategory.SecurityError, MxStatusSource.Unknown, 1012, "sign it"), MxStatus.Ok];
        Assert.Equal(
            "MxBulkWriteResult { ItemHandle = 9, WasSuccessful = False, ErrorMessage = no, HResult = 0x80070057, Statuses = [SecurityError (1012): sign it, Ok] }",
            new MxBulkWriteResult(9, false, "no", unchecked((int)0x80070057), refused).ToString());
        var time = new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);
        Assert.Equal(
            "MxBulkReadResult { Reference = A.B, ItemHandle = 9, WasSuccessful = True, WasCached = False, Value = 1.5, Quality = good, " +
            "SourceTimestamp = 2026-11-02 06:15:00.000Z, Statuses = [Ok], ErrorMessage =  }",
            new MxBulkReadResult("A.B", 9, true, false, 1.5f, MxQuality.Good, time, [MxStatus.Ok], "").ToString());
    }

    [Fact]
    public async Task A_stream_that_breaks_off_says_so_to_its_reader()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Send(ScriptedGateway.Change(1, 101, 1));
        gateway.EndStream(GrpcStatusCode.ResourceExhausted, "EventQueueOverflow");
        await using var client = new MxGatewayClient(gateway.Options);
        await using MxEventStream stream = await client.TakeUpSession("session-7").AttachEventsAsync();
        await using IAsyncEnumerator<MxSessionEvent> events = stream.GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        MxProtocolException failure = await Assert.ThrowsAsync<MxProtocolException>(async () => await events.MoveNextAsync());
        Assert.Contains("EventQueueOverflow", failure.Message);
        Assert.Contains("session-7", failure.Message);
        Assert.Throws<InvalidOperationException>(() => { _ = stream.GetAsyncEnumerator(); });
    }

    [Fact]
    public async Task A_cancelled_enumeration_ends_and_so_does_one_whose_stream_is_disposed_of()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using var client = new MxGatewayClient(gateway.Options);
        using var cancel = new CancellationTokenSource();
        await using MxEventStream cancelled = await client.TakeUpSession("s").AttachEventsAsync();
        ValueTask<bool> next = cancelled.GetAsyncEnumerator(cancel.Token).MoveNextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);

        MxEventStream disposed = await client.TakeUpSession("s").AttachEventsAsync();
        next = disposed.GetAsyncEnumerator().MoveNextAsync();
        await disposed.DisposeAsync();
        await disposed.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }
}
