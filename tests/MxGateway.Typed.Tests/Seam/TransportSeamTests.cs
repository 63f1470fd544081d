using System.Collections.Concurrent;
using Google.Protobuf;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Tests;

/// <summary>Plants over transports that are not ours.</summary>
public sealed class TransportSeamTests
{
    [Fact]
    public void The_documented_adapter_takes_under_100_lines() => Assert.InRange(DocumentedAdapter.Code.Count(c => c == '\n'), 50, 99);

    [Fact]
    public async Task A_plant_is_read_written_and_advised_over_the_documented_adapter()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using GrpcHttp2Transport below = Keyless(simulator);
        var invoker = new TransportCallInvoker(below);
        await using (simulator)
        {
            await using (TestPlant plant = await TestPlant.ConnectAsync(options with { Transport = () => DocumentedAdapter.Over(invoker) }))
            {
                await plant.Pump_001.Speed.WriteAsync(12.5f);
                Assert.Equal(12.5f, (await plant.Pump_001.Speed.ReadAsync()).Value);
                await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
                Assert.True(await samples.MoveNextAsync());
                Assert.Equal(12.5f, samples.Current.Value);
            }

            Assert.Equal(0, simulator.Counts.Sessions);
            Assert.True(invoker.Calls >= 6, $"{invoker.Calls} calls went over the adapter");

            // What was made for the plant is gone with it; what it was made of is its owner's still.
            await using var galaxy = new GalaxyRepositoryClient(options with { Transport = () => DocumentedAdapter.Over(invoker) });
            Assert.True(await galaxy.TestConnectionAsync());
        }
    }

    [Fact]
    public async Task Failures_over_the_documented_adapter_are_those_of_the_built_in_transport()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using GrpcHttp2Transport below = Keyless(simulator);
        var invoker = new TransportCallInvoker(below);
        await using (simulator)
        {
            MxGatewayOptions wrong = options with { ApiKey = MxApiKey.From("mxgw_wrong_planted5ecret"), Transport = () => DocumentedAdapter.Over(invoker) };
            MxAuthorizationException refused = await Assert.ThrowsAsync<MxAuthorizationException>(() => MxGatewayConnection.ConnectAsync(wrong));
            Assert.Contains("does not accept the API key", refused.Message);

            await using IGrpcTransport adapter = DocumentedAdapter.Over(invoker);
            await using IGrpcStream<Proto.MxEvent> stream = adapter.Stream(GatewayMethods.StreamEvents, new Proto.StreamEventsRequest(), default);
            GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync(default).AsTask());
            Assert.Equal(GrpcStatusCode.Unauthenticated, failure.Code);

            using var cancel = new CancellationTokenSource();
            await cancel.CancelAsync();
            OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => adapter.CallAsync(GatewayMethods.OpenSession, new Proto.OpenSessionRequest(), default, cancel.Token));
            Assert.Equal(cancel.Token, cancelled.CancellationToken);
        }
    }

    [Fact]
    public async Task A_refused_event_stream_fails_the_connection_over_the_documented_adapter_too()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) =
            await SimulatedPlant.StartSimulatorAsync("""{"keys": [{"key": "mxgw_test_planted5ecret", "scopes": ["session:open", "invoke:read"]}]}""");
        await using GrpcHttp2Transport below = Keyless(simulator);
        var invoker = new TransportCallInvoker(below);
        await using (simulator)
        {
            MxAuthorizationException refused = await Assert.ThrowsAsync<MxAuthorizationException>(
                () => MxGatewayConnection.ConnectAsync(options with { Transport = () => DocumentedAdapter.Over(invoker) }));
            Assert.Contains("lacks a permission", refused.Message);
            Assert.Equal(0, simulator.Counts.Sessions);
        }
    }

    [Fact]
    public async Task A_transport_that_wraps_the_built_in_one_sees_every_call_with_the_key_and_is_disposed_of_once()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            var made = new ConcurrentQueue<Recording>();
            MxGatewayOptions recorded = options with { Transport = () => Made(new Recording(Keyless(simulator))) };
            await using (TestPlant plant = await TestPlant.ConnectAsync(recorded))
                Assert.True((await plant.Pump_001.Speed.ReadAsync()).HasValue);
            await using (var galaxy = new GalaxyRepositoryClient(recorded))
                Assert.True(await galaxy.TestConnectionAsync());

            Recording[] all = [.. made];
            Assert.Equal(2, all.Length);
            Assert.Equal(["OpenSession", "CloseSession", "Invoke", "StreamEvents"], all[0].Calls.Distinct().OrderBy(Order));
            Assert.Equal(["TestConnection"], all[1].Calls);
            Assert.All(all, transport => Assert.Equal(1, transport.Disposals));
            Assert.All(all.SelectMany(transport => transport.Keys), key => Assert.Equal($"Bearer {simulator.GeneratedKey}", key));

            Recording Made(Recording transport)
            {
                made.Enqueue(transport);
                return transport;
            }
        }

        static int Order(string call) => Array.IndexOf(["OpenSession", "CloseSession", "Invoke", "StreamEvents"], call);
    }

    [Fact]
    public async Task A_transport_whose_plant_cannot_connect_is_disposed_of()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            var transport = new Recording(Keyless(simulator));
            await Assert.ThrowsAsync<MxAuthorizationException>(() => MxGatewayConnection.ConnectAsync(options with { ApiKey = MxApiKey.From("mxgw_a_planted5ecret"), Transport = () => transport }));
            Assert.Equal(1, transport.Disposals);
        }
    }

    [Fact]
    public async Task A_factory_that_makes_nothing_is_told_so()
    {
        var options = new MxGatewayOptions { Endpoint = new Uri("http://gateway:5000"), ApiKey = MxApiKey.From("mxgw_a_planted5ecret"), Transport = () => null! };
        Assert.Contains("Transport made no transport", (await Assert.ThrowsAsync<InvalidOperationException>(() => MxGatewayConnection.ConnectAsync(options))).Message);
    }

    [Fact]
    public async Task TLS_options_beside_a_transport_that_would_not_see_them_are_an_error()
    {
        var options = new MxGatewayOptions { Endpoint = new Uri("https://gateway:5000"), ApiKey = MxApiKey.From("mxgw_a_planted5ecret"), Transport = () => null! };
        foreach (MxGatewayOptions wrong in new[] { options with { CaFile = "x" }, options with { ServerNameOverride = "x" }, options with { DangerousAcceptAnyServerCertificate = true } })
            Assert.Contains("built-in transport", (await Assert.ThrowsAsync<ArgumentException>(() => MxGatewayConnection.ConnectAsync(wrong))).Message);
    }

    private static GrpcHttp2Transport Keyless(GatewaySimulator simulator) => new(new GrpcTransportOptions { Endpoint = simulator.Endpoint });

    private sealed class Recording(IGrpcTransport below) : IGrpcTransport
    {
        public ConcurrentQueue<string> Calls { get; } = new();

        public ConcurrentQueue<string?> Keys { get; } = new();

        public int Disposals { get; private set; }

        public Task<TReply> CallAsync<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
            where TRequest : IMessage
        {
            Note(method.Name, options);
            return below.CallAsync(method, request, options, cancellationToken);
        }

        public IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
            where TRequest : IMessage
        {
            Note(method.Name, options);
            return below.Stream(method, request, options);
        }

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return below.DisposeAsync();
        }

        private void Note(string call, GrpcCallOptions options)
        {
            Calls.Enqueue(call);
            Keys.Enqueue(options.Metadata?["authorization"]);
        }
    }
}
