using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Whatever hangs, the session is closed.</summary>
public sealed class ClosingTests
{
    // A quarter of it is what a hanging listener may take, and what is left for closing the session: enough for a busy machine.
    private static readonly TimeSpan s_brief = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData(MxCommandKind.UnsubscribeBulk)]
    [InlineData(MxCommandKind.Unregister)]
    [InlineData(MxCommandKind.SubscribeBulk)]
    public async Task A_command_that_hangs_does_not_keep_the_session_open(MxCommandKind hanging)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var released = new TaskCompletionSource();
        TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { CloseTimeout = s_brief });
        gateway.Answer = async command =>
        {
            if (command.Kind == hanging)
                await released.Task;
            return null;
        };
        plant.Pump_001.Speed.Subscribe(_ => { });
        await Retry.Until("the tag is asked for", () => gateway.Calls.Contains(nameof(MxCommandKind.SubscribeBulk)));
        await plant.DisposeAsync();
        released.SetResult();
        Assert.Equal("CloseSession", gateway.Calls.Last());
    }

    [Fact]
    public async Task A_slow_end_of_the_session_for_reads_does_not_hold_up_the_other_and_is_waited_for()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        var held = new TaskCompletionSource();
        TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(
            command.PayloadCase == MxCommand.PayloadOneofCase.ReadBulk ? ScriptedGateway.Read(command, _ => ScriptedGateway.Row(5)) : null);
        Assert.Equal(5, (await plant.Pump_001.Speed.ReadAsync()).Value);
        gateway.Answer = async command =>
        {
            if (command.Kind == MxCommandKind.Unregister && gateway.Requests.Single(request => request.Command == command).SessionId != "session-1")
                await held.Task;
            return null;
        };

        Task closing = plant.DisposeAsync().AsTask();
        await Retry.Until("the connection's own session is closed", () => gateway.Calls.Contains("CloseSession"));
        time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.False(closing.IsCompleted);
        held.SetResult();
        await closing;
        Assert.Equal(2, gateway.Calls.Count(call => call == "CloseSession"));
        Assert.Equal("CloseSession", gateway.Calls.Last());
    }

    [Fact]
    public async Task An_observer_that_waits_for_the_end_does_not_keep_the_session_open()
    {
        (var simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            TestPlant plant = await TestPlant.ConnectAsync(options with { CloseTimeout = s_brief });
            var ended = new TaskCompletionSource();
            plant.Pump_001.Speed.Subscribe(new Disposing(plant, ended));
            await ended.Task.WaitAsync(Retry.Patience);
            Assert.Equal(["Unregister", "CloseSession"], simulator.Calls.ToList().Select(call => call.ToString()).ToArray()[^2..]);
            Assert.Equal(0, simulator.Counts.Sessions);
        }
    }

    [Fact]
    public async Task Who_waits_for_the_end_where_a_read_fails_because_of_it_does_not_hold_it_up()
    {
        (var simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            simulator.Faults.Silence("Pump_001.Speed");
            TestPlant plant = await TestPlant.ConnectAsync(options with { ReadTimeout = TimeSpan.FromMinutes(5) });
            using IDisposable subscription = plant.Pump_001.Speed.Subscribe(_ => { });
            Task reading = ReadAsync();
            await plant.DisposeAsync().AsTask().WaitAsync(Retry.Patience);
            await reading;

            async Task ReadAsync()
            {
                try
                {
                    await plant.Pump_001.Speed.ReadAsync().ConfigureAwait(false);
                    Assert.Fail("it was read");
                }
                catch (ObjectDisposedException)
                {
                    plant.DisposeAsync().AsTask().Wait();
                }
            }
        }
    }

    [Fact]
    public async Task Connecting_that_is_cancelled_closes_the_session_that_came_too_late()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var held = new TaskCompletionSource();
        gateway.OpenSession = held.Task;
        using var cancel = new CancellationTokenSource();

        // Time stands still, so that the session does not come later than it is waited for.
        Task<TestPlant> connecting = TestPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() }, cancel.Token);
        await Retry.Until("the session is asked for", () => gateway.Calls.Contains("OpenSession"));
        await cancel.CancelAsync();
        held.SetResult();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal(cancel.Token, cancelled.CancellationToken);
        Assert.Equal("CloseSession", gateway.Calls.Last());
    }

    [Fact]
    public async Task Connecting_that_took_too_long_closes_the_session_that_came_too_late()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        var held = new TaskCompletionSource();
        gateway.OpenSession = held.Task;
        Task<TestPlant> connecting = TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        await Retry.Until("the session is asked for", () => gateway.Calls.Contains("OpenSession"));
        time.Advance(TimeSpan.FromSeconds(15));
        held.SetResult();
        Assert.Contains("within 15 s", (await Assert.ThrowsAsync<MxConnectionException>(() => connecting)).Message);
        Assert.Equal("CloseSession", gateway.Calls.Last());
    }

    private sealed class Disposing(TestPlant plant, TaskCompletionSource ended) : IObserver<MxSample<float>>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(MxSample<float> value)
        {
            plant.DisposeAsync().AsTask().Wait();
            ended.SetResult();
        }
    }
}
