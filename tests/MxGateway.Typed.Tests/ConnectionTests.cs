using System.Net;
using System.Net.Sockets;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Connecting_opens_and_disposal_leaves_nothing_behind()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            await using (MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(options))
            {
                Assert.Equal(MxConnectionState.Open, connection.State);
                Assert.Equal(new SimulatorCounts(1, 1, 0, 0), simulator.Counts);
                await connection.DisposeAsync();
                Assert.Equal(MxConnectionState.Closed, connection.State);
            }

            Assert.Equal(["OpenSession", "Register", "StreamEvents", "Unregister", "CloseSession"], simulator.Calls.ToList().Select(call => call.ToString()));
            Assert.Equal(0, simulator.Counts.Sessions);
        }
    }

    [Fact]
    public async Task A_wrong_key_is_told_from_everything_else()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            MxAuthorizationException failure = await Assert.ThrowsAsync<MxAuthorizationException>(
                () => MxGatewayConnection.ConnectAsync(options with { ApiKey = MxApiKey.From("mxgw_wrong_planted5ecret") }));
            Assert.Contains("does not accept the API key", failure.Message);
            Assert.Contains(options.Endpoint.ToString(), failure.Message);
            Assert.DoesNotContain("planted", failure.ToString());
        }
    }

    [Theory]
    [InlineData("\"invoke:read\", \"events:read\"")]
    [InlineData("\"session:open\", \"invoke:read\"")]
    [InlineData("\"session:open\", \"events:read\"")]
    public async Task A_missing_scope_fails_the_connection_and_leaves_no_session(string scopes)
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync($$"""{"keys": [{"key": "mxgw_test_planted5ecret", "scopes": [{{scopes}}]}]}""");
        await using (simulator)
        {
            MxAuthorizationException failure = await Assert.ThrowsAsync<MxAuthorizationException>(() => MxGatewayConnection.ConnectAsync(options));
            Assert.Contains("lacks a permission", failure.Message);
            Assert.Equal(0, simulator.Counts.Sessions);
        }
    }

    [Fact]
    public async Task Nobody_there_says_where_and_what_to_check()
    {
        var options = new MxGatewayOptions { Endpoint = FreeEndpoint(), ApiKey = MxApiKey.From("mxgw_a_planted5ecret") };
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => MxGatewayConnection.ConnectAsync(options));
        Assert.Contains($"nothing listens at {options.Endpoint}", failure.Message);
    }

    [Fact]
    public async Task What_is_tried_after_the_connection_was_lost_says_why_it_was()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        gateway.EndStream(GrpcStatusCode.Unavailable, "too many pings");
        await Retry.Until("the loss is noticed", () => plant.Connection.State == MxConnectionState.Disconnected);
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => plant.Pump_001.Speed.WriteAsync(1));
        Assert.Contains($"the connection with {gateway.Options.Endpoint} was lost (too many pings)", failure.Message);
    }

    [Fact]
    public async Task Connecting_to_a_port_that_never_answers_ends_with_the_time_out()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = new MxGatewayOptions
        {
            Endpoint = new Uri($"http://{silent.LocalEndpoint}"), ApiKey = MxApiKey.From("mxgw_a_planted5ecret"), ConnectTimeout = TimeSpan.FromMilliseconds(200),
        };
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => MxGatewayConnection.ConnectAsync(options));
        Assert.Contains($"no answer from {options.Endpoint} within 0.2 s", failure.Message);
    }

    [Fact]
    public async Task Connecting_can_be_cancelled()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var cancel = new CancellationTokenSource();
        Task<MxGatewayConnection> connecting = MxGatewayConnection.ConnectAsync(
            new MxGatewayOptions { Endpoint = new Uri($"http://{silent.LocalEndpoint}"), ApiKey = MxApiKey.From("mxgw_a_planted5ecret") }, cancel.Token);
        using Socket accepted = await silent.AcceptSocketAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("ftp://gateway:5000")]
    [InlineData("http://gateway:5000/path")]
    [InlineData("http://user:planted@gateway:5000")]
    public async Task An_endpoint_is_a_web_address_and_nothing_more(string endpoint)
    {
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(
            () => MxGatewayConnection.ConnectAsync(new MxGatewayOptions { Endpoint = new Uri(endpoint), ApiKey = MxApiKey.From("mxgw_a_planted5ecret") }));
        Assert.Contains("http://gateway:5000", failure.Message);
        Assert.DoesNotContain("planted", failure.Message);
    }

    [Fact]
    public async Task A_time_that_cannot_work_is_named()
    {
        var options = new MxGatewayOptions { Endpoint = new Uri("http://gateway:5000"), ApiKey = MxApiKey.From("mxgw_a_planted5ecret"), WriteTimeout = Timeout.InfiniteTimeSpan };
        Assert.Contains("WriteTimeout", (await Assert.ThrowsAsync<ArgumentException>(() => MxGatewayConnection.ConnectAsync(options))).Message);
    }

    [Fact]
    public async Task A_lost_gateway_makes_values_bad_and_writes_fail_at_once()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump.Speed.AdviseAsync().GetAsyncEnumerator();
        Assert.True(await samples.MoveNextAsync());
        Assert.True(samples.Current.IsGood);
        Assert.NotNull(plant.Pump.Speed.Value);

        await plant.Simulator.DisposeAsync();

        Assert.True(await samples.MoveNextAsync());
        Assert.Equal(MxQuality.BadNotConnected, samples.Current.Quality);
        Assert.True(samples.Current.IsFromSession);
        Assert.False(samples.Current.HasValue);
        Assert.Null(plant.Pump.Speed.Value);
        Assert.Equal(MxConnectionState.Disconnected, plant.Plant.Connection.State);

        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => plant.Pump.Speed.WriteAsync(1));
        Assert.Contains("Pump_001.Speed", failure.Message);
        await Assert.ThrowsAsync<MxConnectionException>(() => plant.Pump.Count.ReadAsync());

        // Somebody new is told at once too.
        Assert.Equal(MxQuality.BadNotConnected, (await plant.Pump.Count.AdviseAsync().FirstAsync()).Quality);
    }

    [Fact]
    public async Task Nothing_is_asked_for_by_a_session_that_was_lost()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        IDisposable one = plant.Pump_001.Speed.Subscribe(_ => { });
        using IDisposable other = plant.Pump_001.Speed.Subscribe(_ => { });
        await Retry.Until("the tag is advised", () => gateway.Calls.Contains(nameof(MxCommandKind.SubscribeBulk)));
        gateway.Send(ScriptedGateway.Change(1, 101, 3));
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(command.Kind == MxCommandKind.SubscribeBulk
            ? new() { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.SessionNotFound } }
            : null);
        gateway.EndStream(GrpcStatusCode.Unavailable, "gone");
        await Retry.Until("the connection is lost", () => plant.Connection.State == MxConnectionState.Disconnected);
        one.Dispose();

        // Neither now nor when failures are tried again. Each ping goes to the gateway and back: so long there would have been time to ask.
        await using var client = new MxGatewayClient(gateway.Options);
        for (int i = 0; i < 100; i++)
        {
            await client.TakeUpSession("other").PingAsync();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(gateway.Calls, nameof(MxCommandKind.SubscribeBulk));
    }

    [Fact]
    public async Task After_disposal_everything_says_so()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Plant.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => plant.Pump.Speed.ReadAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => plant.Pump.Speed.WriteAsync(1));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await plant.Pump.Speed.AdviseAsync().FirstAsync());
        await plant.Plant.DisposeAsync();
    }

    [Fact]
    public async Task A_plant_leaves_a_connection_open_that_it_was_given()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        await using (MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(options))
        {
            await using (var first = new TestPlant(connection))
                Assert.True((await first.Pump_001.Speed.ReadAsync()).IsGood);
            Assert.True((await new TestPlant(connection).Pump_001.Speed.ReadAsync()).IsGood);
        }
    }

    private static Uri FreeEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }
}
