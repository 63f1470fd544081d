using System.Net;
using System.Net.Sockets;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Faults of the gateway's process and of the network, as a client sees them.</summary>
public class FaultsNetworkTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static readonly MxCommand s_ping = new() { Kind = MxCommandKind.Ping, Ping = new PingCommand() };

    [Fact]
    public async Task A_restart_cuts_the_connections_loses_the_sessions_and_keeps_port_key_and_values()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        (TestSession session, int server, int item, TestEvents events) = await SubscribedAsync(gateway);
        await session.OkAsync(TestSession.Write(server, item, new MxValue { Int32Value = 4711 }));
        await events.NextAsync(MxEventFamily.OnWriteComplete);
        int port = gateway.Simulator.Port;

        await gateway.Simulator.RestartAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(events.EndAsync)).Code);
        Assert.Equal(port, gateway.Simulator.Port);
        await Retry.Until("nothing of the sessions is left", () => gateway.Simulator.Counts == new SimulatorCounts());
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(() => session.InvokeAsync(s_ping))).Code);
        TestSession next = await gateway.OpenAsync();
        Assert.Equal(4711, (await next.ReadAsync(await next.RegisterAsync(), TestPlant.Count)).Results.Single().Value.Int32Value);
    }

    [Fact]
    public async Task A_killed_gateway_does_not_listen_until_it_is_restarted()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await gateway.OpenAsync();
        await gateway.Simulator.KillAsync();
        await gateway.Simulator.KillAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(gateway.OpenAsync)).Code);
        using var socket = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Loopback, gateway.Simulator.Port));
        Assert.Throws<SimulatorFaultException>(gateway.Simulator.Faults.DropAllSessions);

        await gateway.Simulator.RestartAsync();
        await gateway.OpenAsync();
    }

    [Fact]
    public async Task A_kill_does_not_wait_for_a_session_that_is_closed_behind_a_slow_command()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        gateway.Simulator.Faults.SlowWorker(MxCommandKind.Ping, TimeSpan.FromHours(1));
        Task<MxCommandReply> ping = session.InvokeAsync(s_ping);
        await Retry.Until("the command is pending", () => gateway.Simulator.Counts.PendingCommands == 1);
        Task<CloseSessionReply> close = session.CloseAsync();
        await Retry.Until("the session is closing", () => gateway.Simulator.Counts.Sessions == 0);
        await gateway.Simulator.KillAsync().WaitAsync(s_patience);
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(() => ping)).Code);
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(() => close)).Code);
        Assert.Equal(default, gateway.Simulator.Counts);
    }

    [Fact]
    public async Task Page_tokens_die_with_the_process_and_deploys_are_counted_anew()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await gateway.Simulator.RedeployAsync(TestPlant.Snapshot);
        var page = new DiscoverHierarchyRequest { PageSize = 1 };
        page.PageToken = (await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, page)).NextPageToken;
        await gateway.Simulator.RestartAsync();
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.DiscoverHierarchy, page))).Code);
        await using IGrpcStream<DeployEvent> deploys = gateway.Transport.Stream(GatewayMethods.WatchDeployEvents, new WatchDeployEventsRequest(), default);
        Assert.True(await deploys.MoveNextAsync(default));
        Assert.Equal(1UL, deploys.Current.Sequence);
    }

    [Fact]
    public async Task A_cut_connection_ends_the_stream_and_the_session_can_be_resumed()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        (TestSession session, int server, _, TestEvents events) = await SubscribedAsync(gateway);
        gateway.Simulator.Faults.CutConnections();
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(events.EndAsync)).Code);
        await Retry.Until("the gateway sees that the stream is gone", () => gateway.Simulator.Counts.Streams == 0);
        await session.SubscribeAsync(server, TestPlant.Level);
        await using TestEvents resumed = await session.StreamAsync(after: 1);
        Assert.Equal(2UL, (await resumed.NextAsync(MxEventFamily.OnDataChange)).WorkerSequence);
    }

    [Fact]
    public async Task A_connection_is_cut_in_the_middle_of_an_event()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        (TestSession session, int server, _, TestEvents events) = await SubscribedAsync(gateway);
        GrpcHttp2Transport second = gateway.Caller(gateway.Simulator.GeneratedKey);
        gateway.Simulator.Faults.CutConnections(inFrame: true, session.Id);

        // Another connection, which is not cut, makes the event.
        var subscribe = new MxCommand { Kind = MxCommandKind.SubscribeBulk, SubscribeBulk = new SubscribeBulkCommand { ServerHandle = server, TagAddresses = { TestPlant.Level } } };
        MxCommandReply reply = await second.CallAsync(GatewayMethods.Invoke, new MxCommandRequest { SessionId = session.Id, Command = subscribe }, default, default);
        Assert.True(reply.SubscribeBulk.Results.Single().WasSuccessful);
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(events.EndAsync)).Code);
        await session.OkAsync(s_ping);
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_a_frame_has_sent_half_of_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        gateway.Simulator.Faults.CutConnections(inFrame: true);
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(() => session.InvokeAsync(s_ping))).Code);
        Assert.Equal(["OpenSession", "Ping"], gateway.Simulator.Calls.ToList().Select(call => call.ToString()));

        byte[] received = await RawCallAsync(gateway);
        int start = 0;
        while (received[start + 3] != 0)
            start += 9 + FrameLength(received, start);
        int length = FrameLength(received, start);
        Assert.InRange(length, 6, 16_384);
        Assert.Equal(length / 2, received.Length - start - 9);
    }

    [Fact]
    public async Task A_black_hole_takes_connections_and_answers_nothing_until_it_is_over()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        (TestSession session, _, _, TestEvents events) = await SubscribedAsync(gateway);
        gateway.Simulator.Faults.BlackHole(on: true);
        Task<MxCommandReply> onTheSameConnection = session.InvokeAsync(s_ping);
        Task<TestConnectionReply> onANewOne = gateway.Caller(gateway.Simulator.GeneratedKey).CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest(), default, default);
        Task<bool> next = events.MoveAsync();
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, (await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest(), TimeSpan.FromMilliseconds(300)))).Code);
        Assert.False(onTheSameConnection.IsCompleted || onANewOne.IsCompleted || next.IsCompleted);
        Assert.DoesNotContain("Ping", gateway.Simulator.Calls.ToList().Select(call => call.ToString()));

        gateway.Simulator.Faults.BlackHole(on: false);
        Assert.Equal(ProtocolStatusCode.Ok, (await onTheSameConnection).ProtocolStatus.Code);
        Assert.True((await onANewOne).Ok);
        await session.CloseAsync();
        Assert.False(await next);
    }

    [Fact]
    public async Task A_simulator_ends_in_a_black_hole_too()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await SubscribedAsync(gateway);
        gateway.Simulator.Faults.BlackHole(on: true);
        await gateway.Simulator.RestartAsync().WaitAsync(s_patience);
        await gateway.OpenAsync();
        gateway.Simulator.Faults.BlackHole(on: true);
        await gateway.Simulator.DisposeAsync().AsTask().WaitAsync(s_patience);
    }

    [Fact]
    public async Task After_goaway_calls_go_on_and_new_ones_come_by_a_new_connection()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        (TestSession session, int server, _, TestEvents events) = await SubscribedAsync(gateway);
        gateway.Simulator.Faults.GoAway();
        for (int i = 0; i < 20; i++)
            await session.OkAsync(s_ping);
        await session.SubscribeAsync(server, TestPlant.Level);
        await events.NextAsync(MxEventFamily.OnDataChange);
        await session.CloseAsync();
        await events.EndAsync();
    }

    private static async Task<(TestSession Session, int Server, int Item, TestEvents Events)> SubscribedAsync(TestGateway gateway)
    {
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        TestEvents events = await session.StreamAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Count)).Results.Single().ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);
        return (session, server, item, events);
    }

    private static int FrameLength(byte[] frames, int start) => (frames[start] << 16) | (frames[start + 1] << 8) | frames[start + 2];

    /// <summary>What a connection brings back until it is closed, when it is cut in the answer of its one call.</summary>
    private static async Task<byte[]> RawCallAsync(TestGateway gateway)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Simulator.Port);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [])]);
        var received = new MemoryStream();
        byte[] settings = new byte[9];
        await stream.ReadExactlyAsync(settings);
        received.Write(settings);

        // It is there now, and has not answered yet.
        gateway.Simulator.Faults.CutConnections(inFrame: true);
        byte[] headers =
        [
            .. Literal(":method", "POST"), .. Literal(":scheme", "http"), .. Literal(":authority", "localhost"), .. Literal(":path", GatewayMethods.TestConnection.FullName),
            .. Literal("content-type", "application/grpc"), .. Literal("te", "trailers"), .. Literal("authorization", "Bearer " + gateway.Simulator.GeneratedKey),
        ];
        await stream.WriteAsync((byte[])[.. Frame(1, 4, 1, headers), .. Frame(0, 1, 1, [0, 0, 0, 0, 0])]);
        await stream.CopyToAsync(received).WaitAsync(s_patience);
        return received.ToArray();
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) => [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];

    // HPACK: a literal that is not indexed, with a new name.
    private static byte[] Literal(string name, string value) => [0, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), (byte)value.Length, .. System.Text.Encoding.ASCII.GetBytes(value)];
}
