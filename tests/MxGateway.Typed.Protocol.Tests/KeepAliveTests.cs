using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Protocol.Tests;

public sealed class KeepAliveTests
{
    [Fact]
    public void Pings_are_at_least_30_s_apart_and_are_answered_within_a_quarter_of_a_minute()
    {
        var options = new GrpcTransportOptions { Endpoint = new Uri("http://gateway:5000") };
        Assert.InRange(options.KeepAliveDelay, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        Assert.Equal(TimeSpan.FromSeconds(15), options.KeepAliveTimeout);
    }

    [Fact]
    public async Task A_silent_connection_is_pinged_only_while_it_has_calls()
    {
        var idle = new TaskCompletionSource<(ScriptedHttp2Connection Connection, int Pings)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var idleServer = new ScriptedHttp2Server(async connection =>
        {
            await connection.AnswerAsync(await connection.RequestAsync());

            // HTTP/2 sends pings of another kind after headers and data, to measure the way; they are over when this is.
            await connection.RoundTripAsync();
            await connection.RoundTripAsync();
            idle.SetResult((connection, connection.Pings));
            await connection.HoldAsync();
        });
        var busy = new TaskCompletionSource<(ScriptedHttp2Connection Connection, int Pings)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedHttp2Server busyServer = Script.Server(async (connection, stream) =>
        {
            await connection.AcceptAsync(stream);
            await connection.RoundTripAsync();
            await connection.RoundTripAsync();
            busy.SetResult((connection, connection.Pings));
        });

        await using GrpcHttp2Transport idleTransport = Quick(idleServer.Endpoint);
        Assert.Equal(Script.Reply, await idleTransport.CallAsync());
        (ScriptedHttp2Connection idleConnection, int idlePings) = await idle.Task;
        await using GrpcHttp2Transport busyTransport = Quick(busyServer.Endpoint);
        await using IGrpcStream<MxEvent> stream = busyTransport.Events();
        (ScriptedHttp2Connection busyConnection, int busyPings) = await busy.Task;

        // The busy connection is the clock by which the idle one is silent.
        await Retry.Until("the busy connection is pinged three times", () => busyConnection.Pings >= busyPings + 3);
        Assert.Equal(idlePings, idleConnection.Pings);
        Assert.Equal((1, 1), (idleServer.Connections, busyServer.Connections));
    }

    [Fact]
    public async Task A_ping_that_is_not_answered_is_a_broken_connection()
    {
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            await connection.AcceptAsync(stream);
            connection.AnswersPings = false;
        });
        await using GrpcHttp2Transport transport = Quick(server.Endpoint, timeout: 1);
        await using IGrpcStream<MxEvent> stream = transport.Events();
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync(default).AsTask());
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Contains($"the connection with {server.Endpoint} broke", failure.Message);
        Assert.Contains("ping", failure.Message);
    }

    // One second is the least that .NET takes.
    private static GrpcHttp2Transport Quick(Uri endpoint, int timeout = 10) =>
        new(new GrpcTransportOptions { Endpoint = endpoint, KeepAliveDelay = TimeSpan.FromSeconds(1), KeepAliveTimeout = TimeSpan.FromSeconds(timeout) });
}
