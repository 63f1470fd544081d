using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Simulator.Sessions;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

public class EventTests
{
    [Fact]
    public async Task A_session_has_one_stream_and_another_may_follow_when_it_is_gone()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        TestEvents first = await session.StreamAsync();
        GrpcStatus second = await TestGateway.StatusOf(() => gateway.Transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest { SessionId = session.Id }, default).MoveNextAsync(default).AsTask());
        Assert.Equal(GrpcStatusCode.AlreadyExists, second.Code);
        await first.DisposeAsync();
        await Retry.Until("the simulator sees that the stream is gone", () => gateway.Simulator.Counts.Streams == 0);
        await using TestEvents next = await session.StreamAsync();
    }

    [Fact]
    public async Task Closing_the_session_ends_the_stream_with_ok_after_its_last_event()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        TestEvents events = await session.StreamAsync();
        await session.SubscribeAsync(await session.RegisterAsync(), TestPlant.Level, TestPlant.Count);
        await session.CloseAsync();
        Assert.Equal(1UL, (await events.NextAsync()).WorkerSequence);
        Assert.Equal(2UL, (await events.NextAsync()).WorkerSequence);
        Assert.False(await events.MoveAsync());
    }

    [Fact]
    public async Task Sequences_are_contiguous_from_1_whatever_happens()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: TestPlant.WithFloats(500));
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        BulkSubscribeReply items = await session.SubscribeAsync(server, Enumerable.Range(0, 500).Select(i => $"Big.A{i}"));
        await Task.WhenAll(items.Results.Take(100).Select(row => session.OkAsync(TestSession.Write(server, row.ItemHandle, new MxValue { FloatValue = -row.ItemHandle }))));
        for (ulong sequence = 1; sequence <= 700; sequence++)
            Assert.Equal(sequence, (await events.NextAsync()).WorkerSequence);
    }

    [Fact]
    public async Task A_stream_that_comes_back_gets_what_it_missed_and_each_event_once()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await session.SubscribeAsync(server, TestPlant.Level, TestPlant.Count, TestPlant.Running);
        await using TestEvents events = await session.StreamAsync(after: 1);
        await session.SubscribeAsync(server, TestPlant.Recipe);
        Assert.Equal(2UL, (await events.NextAsync()).WorkerSequence);
        Assert.Equal(3UL, (await events.NextAsync()).WorkerSequence);
        Assert.Equal(4UL, (await events.NextAsync()).WorkerSequence);
    }

    [Fact]
    public async Task A_new_stream_without_a_sequence_gets_what_comes_from_now_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await session.SubscribeAsync(server, TestPlant.Level);
        await using TestEvents events = await session.StreamAsync();
        await session.SubscribeAsync(server, TestPlant.Count);
        Assert.Equal(2UL, (await events.NextAsync()).WorkerSequence);
    }

    [Fact]
    public async Task Events_that_are_gone_from_the_ring_are_told_by_a_gap_and_the_rest_follows()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: TestPlant.WithFloats(1_030));
        TestSession session = await gateway.OpenAsync();
        await session.SubscribeAsync(await session.RegisterAsync(), Enumerable.Range(0, 1_030).Select(i => $"Big.A{i}"));
        TestEvents events = await session.StreamAsync(after: 2);
        MxEvent gap = await events.NextAsync(MxEventFamily.Unspecified);
        Assert.Equal((0UL, 2UL, 7UL), (gap.WorkerSequence, gap.ReplayGap.RequestedAfterSequence, gap.ReplayGap.OldestAvailableSequence));
        Assert.Equal(MxEvent.BodyOneofCase.None, gap.BodyCase);
        for (ulong sequence = 7; sequence <= 1_030; sequence++)
            Assert.Equal(sequence, (await events.NextAsync()).WorkerSequence);

        await events.DisposeAsync();
        await Retry.Until("the simulator sees that the stream is gone", () => gateway.Simulator.Counts.Streams == 0);
        await using TestEvents again = await session.StreamAsync(after: 6);
        Assert.Equal(7UL, (await again.NextAsync()).WorkerSequence);
    }

    [Fact]
    public async Task Events_are_kept_for_300_seconds()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 0 });
        TestSession session = await gateway.OpenAsync();
        await session.SubscribeAsync(await session.RegisterAsync(), TestPlant.Level, TestPlant.Count);
        time.Advance(TimeSpan.FromSeconds(301));
        await using TestEvents events = await session.StreamAsync(after: 1);
        Assert.Equal(3UL, (await events.NextAsync(MxEventFamily.Unspecified)).ReplayGap.OldestAvailableSequence);
    }

    [Fact]
    public async Task A_sequence_that_is_not_reached_yet_is_invalid()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        GrpcStatus status = await TestGateway.StatusOf(() => gateway.Transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest { SessionId = session.Id, AfterWorkerSequence = 1 }, default).MoveNextAsync(default).AsTask());
        Assert.Equal(GrpcStatusCode.InvalidArgument, status.Code);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    public async Task A_slow_reader_is_cut_off_and_the_session_lives_on(int batch)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: TestPlant.WithFloats(batch));
        TestSession session = await gateway.OpenAsync();
        TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();

        // Nobody reads: one first value a tag, again and again, until the queue of 10,000 and all buffers below it are full.
        string[] references = [.. Enumerable.Range(0, batch).Select(i => $"Big.A{i}")];
        for (int sent = 0; gateway.Simulator.Counts.Streams > 0; sent += batch)
        {
            Assert.True(sent < 300_000, "a reader that reads nothing was never cut off");
            BulkSubscribeReply items = await session.SubscribeAsync(server, references);
            await session.OkAsync(new MxCommand
            {
                Kind = MxCommandKind.UnsubscribeBulk,
                UnsubscribeBulk = new UnsubscribeBulkCommand { ServerHandle = server, ItemHandles = { items.Results.Select(row => row.ItemHandle) } },
            });
        }

        GrpcStatus status = await TestGateway.StatusOf(events.EndAsync);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, status.Code);
        Assert.Contains("EventQueueOverflow", status.Detail, StringComparison.Ordinal);
        await using TestEvents next = await session.StreamAsync();
    }

    [Fact]
    public async Task The_ring_keeps_16_MiB_and_the_newest_event_in_any_case()
    {
        var log = new EventLog("session-x", TimeProvider.System, GatewayRules.All);
        for (int i = 0; i < 20; i++)
            log.Publish(Large(1 << 20));
        using (EventStream stream = log.Attach(1, "connection"))
        {
            Assert.Equal(6UL, (await TakeAsync(stream)).ReplayGap.OldestAvailableSequence);
            for (ulong sequence = 6; sequence <= 20; sequence++)
                Assert.Equal(sequence, (await TakeAsync(stream)).WorkerSequence);
        }

        log.Publish(Large(EventLog.RingBytes));
        using EventStream next = log.Attach(20, "connection");
        Assert.Equal(21UL, (await TakeAsync(next)).WorkerSequence);
    }

    [Fact]
    public async Task A_stream_that_does_not_read_64_MiB_is_cut_off_and_one_that_reads_is_not()
    {
        var log = new EventLog("session-x", TimeProvider.System, GatewayRules.All);
        MxEvent large = Large(1 << 20);
        using (EventStream read = log.Attach(0, "connection"))
        {
            for (int i = 0; i < 200; i++)
            {
                log.Publish(large.Clone());
                await TakeAsync(read);
            }
        }

        using EventStream unread = log.Attach(0, "connection");
        int published = 0;
        for (; !unread.IsCutOff; published++)
            log.Publish(large.Clone());
        Assert.Equal(64, published);
        GrpcFault fault = await Assert.ThrowsAsync<GrpcFault>(() => unread.WaitAsync(default).AsTask());
        Assert.Equal(GrpcStatusCode.ResourceExhausted, fault.Status.Code);
        Assert.Contains("EventQueueOverflow", fault.Status.Detail, StringComparison.Ordinal);
    }

    private static MxEvent Large(int bytes) => new() { Value = new MxValue { RawValue = ByteString.CopyFrom(new byte[bytes]) } };

    private static async Task<MxEvent> TakeAsync(EventStream stream)
    {
        Assert.True(await stream.WaitAsync(default));
        Assert.True(stream.TryTake(out MxEvent? entry));
        return entry;
    }

    [Fact]
    public void The_events_of_a_session_that_has_ended_take_no_stream()
    {
        var closed = new EventLog("session-x", TimeProvider.System, GatewayRules.All);
        closed.End(fault: null);
        Assert.Equal(GrpcStatusCode.NotFound, Assert.Throws<GrpcFault>(() => closed.Attach(0, "connection")).Status.Code);

        var lost = new EventLog("session-x", TimeProvider.System, GatewayRules.All);
        lost.End(new GrpcFault(GrpcStatusCode.Unavailable, "stopping"));
        Assert.Equal(GrpcStatusCode.Unavailable, Assert.Throws<GrpcFault>(() => lost.Attach(0, "connection")).Status.Code);
    }

    [Fact]
    public async Task A_stream_counts_until_the_lease_of_its_session_is_cut()
    {
        var time = new LeaseWatch();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 0 });
        time.Streams = () => gateway.Simulator.Counts.Streams;
        await (await (await gateway.OpenAsync()).StreamAsync()).DisposeAsync();
        await Retry.Until("the simulator sees that the stream is gone", () => gateway.Simulator.Counts.Streams == 0);
        Assert.Equal(1, time.StreamsWhenCut);
    }

    /// <summary>Notes how many streams there are when the lease of a session is cut.</summary>
    private sealed class LeaseWatch : TimeProvider
    {
        public Func<int>? Streams { get; set; }

        public int? StreamsWhenCut { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new WatchedTimer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class WatchedTimer(LeaseWatch watch, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime == Session.DetachedLease)
                    watch.StreamsWhenCut = watch.Streams?.Invoke();
                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
