using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
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

    [Fact]
    public async Task A_slow_reader_is_cut_off_and_the_session_lives_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: TestPlant.WithFloats(100));
        TestSession session = await gateway.OpenAsync();
        TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();

        // Nobody reads: 100 first values a time, until the queue of 10,000 and all buffers below it are full.
        int[] handles = [.. (await session.SubscribeAsync(server, Enumerable.Range(0, 100).Select(i => $"Big.A{i}"))).Results.Select(row => row.ItemHandle)];
        for (int i = 0; gateway.Simulator.Counts.Streams > 0; i++)
        {
            Assert.True(i < 10_000, "a reader that reads nothing was never cut off");
            await session.OkAsync(new MxCommand { Kind = MxCommandKind.UnsubscribeBulk, UnsubscribeBulk = new UnsubscribeBulkCommand { ServerHandle = server, ItemHandles = { handles } } });
            handles = [.. (await session.SubscribeAsync(server, Enumerable.Range(0, 100).Select(n => $"Big.A{n}"))).Results.Select(row => row.ItemHandle)];
        }

        GrpcStatus status = await TestGateway.StatusOf(events.EndAsync);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, status.Code);
        Assert.Contains("EventQueueOverflow", status.Detail, StringComparison.Ordinal);
        await using TestEvents next = await session.StreamAsync();
    }
}
