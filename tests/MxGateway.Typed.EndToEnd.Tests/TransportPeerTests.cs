using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>Our transport with a gRPC stack that is not ours: what stacks do differently.</summary>
public sealed class TransportPeerTests
{
    private const int Limit = GrpcFraming.DefaultMaxMessageSize;
    private const string Text = "Pump_001.Type5", OffScan = "Pump_001.Type3";

    [PeerFact]
    public async Task A_trailers_only_refusal_brings_its_message_in_any_letters_and_lines()
    {
        await using PythonGateway gateway = await StartAsync();
        await using GrpcHttp2Transport transport = Transport(gateway, key: gateway.ReadKey);
        var write = new MxCommand { Kind = MxCommandKind.Write, Write = new() };
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => InvokeAsync(transport, "session-0", write));
        Assert.Equal(GrpcStatusCode.PermissionDenied, failure.Code);
        Assert.Equal("the key’s scopes do not include “invoke:write”\n权限不足, 100 %", failure.Status.Detail);
    }

    [PeerFact]
    public async Task A_stream_that_is_refused_brings_the_status_too()
    {
        await using PythonGateway gateway = await StartAsync();
        await using GrpcHttp2Transport transport = Transport(gateway);
        await using IGrpcStream<MxEvent> stream = new PeerSession(transport, "session-0").Stream(transport);
        Assert.Equal(GrpcStatusCode.NotFound, (await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync(default).AsTask())).Code);
    }

    [PeerFact]
    public async Task A_message_without_a_byte_is_a_message()
    {
        await using PythonGateway gateway = await StartAsync("--deploy-time", "none");
        await using GrpcHttp2Transport transport = Transport(gateway);
        GetLastDeployTimeReply reply = await transport.CallAsync(GatewayMethods.GetLastDeployTime, new GetLastDeployTimeRequest(), default, default);
        Assert.Equal(0, reply.CalculateSize());
    }

    [PeerFact]
    public async Task Metadata_goes_both_ways()
    {
        await using PythonGateway gateway = await StartAsync();
        await using GrpcHttp2Transport transport = Transport(gateway);
        var metadata = GrpcMetadata.From([new("x-echo-plant", "north"), new("X-Echo-Shift", "early, late"), new("x-silent", "1")]);
        var options = new GrpcCallOptions(Metadata: metadata);
        await using IGrpcStream<DeployEvent> stream = transport.Stream(GatewayMethods.WatchDeployEvents, new WatchDeployEventsRequest(), options);
        GrpcMetadata headers = await stream.Headers;
        Assert.Equal(("north", "early, late", null), (headers["x-echo-plant"], headers["x-echo-shift"], headers["x-silent"]));

        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(
            () => transport.CallAsync(GatewayMethods.CloseSession, new CloseSessionRequest { SessionId = "session-0" }, options, default));
        Assert.Equal(("north", "early, late", null), (failure.Trailers["x-echo-plant"], failure.Trailers["x-echo-shift"], failure.Trailers["x-silent"]));
    }

    [PeerFact]
    public async Task A_message_of_16_MiB_passes_both_ways_and_a_byte_more_does_not()
    {
        await using PythonGateway gateway = await StartAsync();
        await using GrpcHttp2Transport transport = Transport(gateway);
        await using GrpcHttp2Transport generous = Transport(gateway, maxMessageSize: 2 * Limit), tight = Transport(gateway, maxMessageSize: Limit - 1);
        PeerSession session = await PeerSession.OpenAsync(transport);
        int item = await session.AddWritableAsync(Text);

        // As large as the answer may be: what the text's own length leaves of it is found out first.
        int length = Limit - 1000;
        length += Limit - (await RoundTripAsync(length)).CalculateSize();
        Assert.Equal(Limit, (await RoundTripAsync(length)).CalculateSize());
        await AssertExhaustedAsync(() => session.ReadAsync(Text, tight));
        await AssertExhaustedAsync(() => RoundTripAsync(length + 1));

        MxCommand command = session.Write(item, new string('x', Limit - 1000));
        MxCommandRequest request = new() { SessionId = session.Id, Command = command };
        command.Write2.Value.StringValue += new string('x', Limit - request.CalculateSize());
        Assert.Equal(Limit, request.CalculateSize());
        Assert.Equal(ProtocolStatusCode.Ok, (await transport.CallAsync(GatewayMethods.Invoke, request, default, default)).ProtocolStatus.Code);
        command.Write2.Value.StringValue += "x";
        await AssertExhaustedAsync(() => transport.CallAsync(GatewayMethods.Invoke, request, default, default));
        await AssertExhaustedAsync(() => generous.CallAsync(GatewayMethods.Invoke, request, default, default));
        await session.PingAsync();

        async Task<MxCommandReply> RoundTripAsync(int characters)
        {
            await InvokeAsync(transport, session.Id, session.Write(item, new string('x', characters)));
            return await session.ReadAsync(Text, transport);
        }
    }

    [PeerFact]
    public async Task A_deadline_passes_whether_the_caller_or_the_server_notices_first()
    {
        await using PythonGateway gateway = await StartAsync("--off-scan", OffScan);

        // On the first clock only the caller's timer can fire before the server's; on the second, which stands still, only the server's.
        await using GrpcHttp2Transport usual = Transport(gateway), standing = Transport(gateway, time: new FakeTimeProvider());
        PeerSession session = await PeerSession.OpenAsync(usual);
        foreach (GrpcHttp2Transport transport in new[] { usual, standing })
        {
            var options = new GrpcCallOptions(TimeSpan.FromMilliseconds(300));
            var request = new MxCommandRequest { SessionId = session.Id, Command = session.Read(OffScan, timeoutMilliseconds: 2000) };
            GrpcException unary = await Assert.ThrowsAsync<GrpcException>(() => transport.CallAsync(GatewayMethods.Invoke, request, options, default));
            Assert.Equal(GrpcStatusCode.DeadlineExceeded, unary.Code);

            await using IGrpcStream<DeployEvent> stream = transport.Stream(GatewayMethods.WatchDeployEvents, new WatchDeployEventsRequest(), options);
            Assert.True(await stream.MoveNextAsync(default));
            Assert.Equal(GrpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync(default).AsTask())).Code);
        }

        // The worker's calls ran on; the session is as it was.
        await session.PingAsync();
        Assert.Equal(2, gateway.Count(MxCommandKind.ReadBulk));
    }

    [PeerTheory]
    [InlineData("before its headers")]
    [InlineData("before its first event")]
    [InlineData("after an event")]
    public async Task A_stream_that_is_cancelled_is_gone_at_the_server(string when)
    {
        await using PythonGateway gateway = await StartAsync(when == "before its headers" ? ["--headers-late"] : []);
        await using GrpcHttp2Transport transport = Transport(gateway);
        PeerSession session = await PeerSession.OpenAsync(transport);
        IGrpcStream<MxEvent> stream = session.Stream(transport);
        await gateway.CallAsync("the stream", call => call.Name == "StreamEvents");
        if (when == "after an event")
        {
            await session.AddWritableAsync(Text);
            Assert.True(await stream.MoveNextAsync(default));
        }

        await stream.DisposeAsync();
        await session.AttachAsync(transport, Text);
    }

    [PeerFact]
    public async Task A_call_that_is_cancelled_ends_at_once_and_the_workers_call_runs_on()
    {
        await using PythonGateway gateway = await StartAsync("--off-scan", OffScan);
        await using GrpcHttp2Transport transport = Transport(gateway);
        PeerSession session = await PeerSession.OpenAsync(transport);
        using var cancel = new CancellationTokenSource();
        var request = new MxCommandRequest { SessionId = session.Id, Command = session.Read(OffScan, timeoutMilliseconds: 1000) };
        Task<MxCommandReply> read = transport.CallAsync(GatewayMethods.Invoke, request, default, cancel.Token);
        await gateway.UnderWayAsync(MxCommandKind.ReadBulk);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal(0, gateway.Count(MxCommandKind.ReadBulk));

        // This one comes after it, as it waits for its turn.
        await session.PingAsync();
        Assert.Equal(1, gateway.Count(MxCommandKind.ReadBulk));
    }

    [PeerTheory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Two_hundred_calls_in_parallel_are_each_answered_with_their_own(int transports)
    {
        await using PythonGateway gateway = await StartAsync();
        GrpcHttp2Transport[] all = [.. Enumerable.Range(0, transports).Select(_ => Transport(gateway))];
        PeerSession[] sessions = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => PeerSession.OpenAsync(all[i % transports])));
        int[] sizes = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            GrpcHttp2Transport transport = all[i % transports];
            if (i % 4 == 0)
            {
                await sessions[i % 5].PingAsync(transport);
                return i % 11;
            }

            var request = new DiscoverHierarchyRequest { PageSize = (i % 11) + 1 };
            return (await transport.CallAsync(GatewayMethods.DiscoverHierarchy, request, default, default)).Objects.Count - 1;
        }));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => i % 11), sizes);
        foreach (GrpcHttp2Transport transport in all)
            await transport.DisposeAsync();
    }

    private static Task<PythonGateway> StartAsync(params string[] arguments) => PythonGateway.StartAsync(SmallPlant.Hierarchy, new() { Arguments = arguments });

    private static GrpcHttp2Transport Transport(PythonGateway gateway, string? key = null, int maxMessageSize = Limit, TimeProvider? time = null) =>
        new(new() { Endpoint = gateway.Endpoint, ApiKey = key ?? gateway.Key, MaxMessageSize = maxMessageSize, TimeProvider = time ?? TimeProvider.System });

    private static Task<MxCommandReply> InvokeAsync(GrpcHttp2Transport transport, string session, MxCommand command) =>
        transport.CallAsync(GatewayMethods.Invoke, new MxCommandRequest { SessionId = session, Command = command }, default, default);

    private static async Task AssertExhaustedAsync(Func<Task> call) =>
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await Assert.ThrowsAsync<GrpcException>(call)).Code);
}
