using MxGateway.Contracts.Proto;
using MxGateway.Typed.Benchmarks;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Many sessions at once. Alone in the process, because live memory is measured.</summary>
[Collection(nameof(LoadTests))]
[CollectionDefinition(nameof(LoadTests), DisableParallelization = true)]
public class LoadTests
{
    private const int Sessions = 50, Items = 1_000;

    // The call record grows by what catching up calls, and nothing else should.
    private const long FlatBytes = 8 * 1024 * 1024;

    [Fact]
    public async Task Fifty_sessions_with_a_thousand_items_each_get_their_share_for_a_minute_in_flat_memory()
    {
        var time = new FakeTimeProvider();
        await using GatewaySimulator simulator = await GatewaySimulator.StartAsync(LoadPlant.Snapshot(Sessions, Items), new GatewaySimulatorOptions { TimeProvider = time });
        LoadSession[] sessions = await OpenAsync(simulator, Sessions);
        await Task.WhenAll(sessions.Select((session, i) => session.AdviseAsync(LoadPlant.References(i, Items))));
        await CatchUpAsync(sessions);

        // The first values, and the event that catches up.
        Assert.All(sessions, session => Assert.Equal(Items + 1, session.Received));

        long early = 0;
        for (int second = 1; second <= 60; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await CatchUpAsync(sessions);
            if (second == 10)
                early = GC.GetTotalMemory(forceFullCollection: true);
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - early;
        Assert.True(grown < FlatBytes, $"from second 10 to second 60, {grown / 1024} KiB more stayed alive");

        // Each tag moves once in ten seconds; where the sum of the ticks' fractions falls is all that may differ.
        long[] shares = [.. sessions.Select(session => session.Received - Items - 61)];
        Assert.All(shares, share => Assert.InRange(share, (6 * Items) - 20, 6 * Items));
        Assert.InRange(shares.Sum(), (6 * Items * Sessions) - 20, 6 * Items * Sessions);

        await AssertSlowReaderIsCutOffAloneAsync(simulator, sessions);
        foreach (LoadSession session in sessions)
            await session.DisposeAsync();
        await Retry.Until("nothing is left of the sessions", () => simulator.Counts == default);
    }

    [Fact]
    public async Task Session_65_is_refused_until_another_one_ends()
    {
        await using GatewaySimulator simulator = await GatewaySimulator.StartAsync(TestPlant.Snapshot, new GatewaySimulatorOptions { ChangingPerSecond = 0 });
        LoadSession[] sessions = await OpenAsync(simulator, 64);
        GrpcStatus refused = await TestGateway.StatusOf(() => OpenAsync(simulator, 1));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("64 sessions", refused.Detail, StringComparison.Ordinal);
        await sessions[0].DisposeAsync();
        foreach (LoadSession session in (LoadSession[])[.. sessions.Skip(1), .. await OpenAsync(simulator, 1)])
            await session.DisposeAsync();
    }

    [Fact]
    public async Task Command_129_is_refused_at_once_and_other_sessions_go_on()
    {
        var time = new HeldTime();
        await using GatewaySimulator simulator = await GatewaySimulator.StartAsync(TestPlant.Snapshot, new GatewaySimulatorOptions { ChangingPerSecond = 0, TimeProvider = time });
        LoadSession[] sessions = await OpenAsync(simulator, 2);
        int wrong = (await sessions[0].SubscribeAsync(["Nothing.Here"]))[0];

        // The request looks at the time for its lease, then the worker for the event.
        time.HoldAtLook(2);
        Task<MxCommandReply> running = sessions[0].InvokeAsync(TestSession.Advise(1, wrong));
        await time.Held;
        var pings = Enumerable.Range(0, 128).Select(_ => sessions[0].InvokeAsync(Ping())).ToList();
        Task<MxCommandReply> first = await Task.WhenAny(pings);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await TestGateway.StatusOf(() => first)).Code);
        pings.Remove(first);
        await sessions[1].InvokeAsync(Ping());
        Assert.All(pings, ping => Assert.False(ping.IsCompleted));

        time.Release();
        await running;
        await Task.WhenAll(pings);
        foreach (LoadSession session in sessions)
            await session.DisposeAsync();
    }

    private static async Task AssertSlowReaderIsCutOffAloneAsync(GatewaySimulator simulator, LoadSession[] others)
    {
        LoadSession slow = (await OpenAsync(simulator, 1))[0];
        IGrpcStream<MxEvent> unread = await slow.AttachAsync();
        string[] references = [.. LoadPlant.References(0, Items)];
        for (int sent = 0; simulator.Counts.Streams > others.Length; sent += Items)
        {
            Assert.True(sent < 300_000, "a reader that reads nothing was never cut off");
            int[] handles = await slow.SubscribeAsync(references);
            await slow.InvokeAsync(new MxCommand { Kind = MxCommandKind.UnsubscribeBulk, UnsubscribeBulk = new UnsubscribeBulkCommand { ServerHandle = 1, ItemHandles = { handles } } });
            await CatchUpAsync(others);
        }

        Assert.Equal(others.Length, simulator.Counts.Streams);
        await CatchUpAsync(others);
        GrpcStatus status = await TestGateway.StatusOf(async () =>
        {
            while (await unread.MoveNextAsync(default))
            {
            }
        });
        Assert.Equal(GrpcStatusCode.ResourceExhausted, status.Code);
        await unread.DisposeAsync();
        await slow.DisposeAsync();
    }

    private static Task<LoadSession[]> OpenAsync(GatewaySimulator simulator, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => LoadSession.OpenAsync(simulator.Endpoint, simulator.GeneratedKey!)));

    private static Task CatchUpAsync(LoadSession[] sessions) => Task.WhenAll(sessions.Select(session => session.CatchUpAsync()));

    private static MxCommand Ping() => new() { Kind = MxCommandKind.Ping, Ping = new PingCommand() };

    /// <summary>Time that holds whoever looks at it, once.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _gate = new();
        private int _looks;

        public Task Held => _held.Task;

        public void HoldAtLook(int number) => Volatile.Write(ref _looks, number);

        public void Release() => _gate.Set();

        public override DateTimeOffset GetUtcNow()
        {
            if (Interlocked.Decrement(ref _looks) == 0)
            {
                _held.SetResult();
                _gate.Wait();
            }

            return base.GetUtcNow();
        }
    }
}
