using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
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
    public async Task A_gateway_that_leaves_the_stream_of_a_closed_session_open_holds_up_neither_reads_nor_the_end()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.KeepsStreams = true;
        TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { CloseTimeout = s_brief / 3 });
        bool isLost = false;
        gateway.Answer = command => Task.FromResult(
            command.Kind != MxCommandKind.ReadBulk ? null
            : isLost && gateway.Requests.Single(request => request.Command == command).SessionId == "session-2"
                ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.SessionNotFound } }
                : ScriptedGateway.Read(command, _ => ScriptedGateway.Row(5)));
        Assert.Equal(5, (await plant.Pump_001.Speed.ReadAsync()).Value);

        // The lane gives its session up, and goes on with another one.
        isLost = true;
        Assert.Equal(5, (await plant.Pump_001.Speed.ReadAsync().WaitAsync(Retry.Patience)).Value);
        await plant.DisposeAsync().AsTask().WaitAsync(Retry.Patience);
        Assert.Equal(3, gateway.Calls.Count(call => call == "CloseSession"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transport_whose_streams_for_reads_fail_in_its_own_way_is_disposed_of(bool atOnce)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(
            command.Kind == MxCommandKind.ReadBulk ? ScriptedGateway.Read(command, _ => ScriptedGateway.Row(5)) : null);
        var transport = new OneStream(new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = gateway.Server.Endpoint }), atOnce);
        TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { Transport = () => transport });
        Assert.Equal(5, (await plant.Pump_001.Speed.ReadAsync()).Value);
        await plant.DisposeAsync();
        Assert.True(transport.IsDisposed);
    }

    [Fact]
    public async Task A_transport_whose_calls_fail_in_its_own_way_is_disposed_of()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var transport = new OneStream(new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = gateway.Server.Endpoint }), atOnce: true);
        TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { Transport = () => transport });
        using IDisposable subscription = plant.Pump_001.Speed.Subscribe(_ => { });
        await Retry.Until("an item is there to be released", () => gateway.Calls.Contains(nameof(MxCommandKind.SubscribeBulk)));
        gateway.Send(ScriptedGateway.Change(1, 101, 3));
        await Retry.Until("it has its value", () => plant.Pump_001.Speed.Latest.Quality.IsGood);
        transport.IsBroken = true;
        await plant.DisposeAsync();
        Assert.True(transport.IsDisposed);
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

    /// <summary>The connection's own stream works; those for reads throw what is no gRPC.</summary>
    private sealed class OneStream(GrpcHttp2Transport inner, bool atOnce) : IGrpcTransport
    {
        private int _streams;

        public bool IsDisposed { get; private set; }

        /// <summary>Whether calls fail too.</summary>
        public bool IsBroken { get; set; }

        public Task<TReply> CallAsync<TRequest, TReply>(
            GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
            where TRequest : IMessage =>
            IsBroken ? throw new InvalidOperationException("no more calls") : inner.CallAsync(method, request, options, cancellationToken);

        public IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
            where TRequest : IMessage =>
            Interlocked.Increment(ref _streams) == 1 ? inner.Stream(method, request, options)
            : atOnce ? throw new InvalidOperationException("no more streams")
            : new Broken<TReply>();

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return inner.DisposeAsync();
        }

        private sealed class Broken<T> : IGrpcStream<T>
        {
            public Task<GrpcMetadata> Headers => Task.FromResult(GrpcMetadata.Empty);

            public T Current => throw new InvalidOperationException();

            public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("the stream broke");

            public ValueTask DisposeAsync() => default;
        }
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
