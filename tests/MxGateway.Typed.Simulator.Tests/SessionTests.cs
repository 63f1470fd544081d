using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace MxGateway.Typed.Simulator.Tests;

public class SessionTests
{
    [Fact]
    public async Task A_session_opens_answers_and_closes_once()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        Assert.Matches("^session-[0-9a-f]{32}$", session.Id);
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.Ping, Ping = new PingCommand() });
        MxCommandReply state = await session.OkAsync(new MxCommand { Kind = MxCommandKind.GetSessionState, GetSessionState = new GetSessionStateCommand() });
        Assert.Equal(SessionState.Ready, state.GetSessionState.State);

        Assert.Equal(SessionState.Closed, (await session.CloseAsync()).FinalState);
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(session.CloseAsync)).Code);
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(session.RegisterAsync)).Code);
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(() => gateway.Transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest { SessionId = session.Id }, default).MoveNextAsync(default).AsTask())).Code);
    }

    [Fact]
    public async Task The_session_after_the_last_one_is_refused_and_a_closed_one_makes_room()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { MaxSessions = 2 });
        TestSession first = await gateway.OpenAsync();
        await gateway.OpenAsync();
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await TestGateway.StatusOf(gateway.OpenAsync)).Code);
        await first.CloseAsync();
        await gateway.OpenAsync();
        Assert.Equal(2, gateway.Simulator.Counts.Sessions);
    }

    [Fact]
    public void The_defaults_are_the_documented_ones()
    {
        var options = new GatewaySimulatorOptions();
        Assert.Equal((0, 64, 0.1), (options.Port, options.MaxSessions, options.ChangingPerSecond));
        Assert.Equal((128, 1_024, 10_000), (Sessions.CommandQueue.Capacity, Sessions.EventLog.RingSize, Sessions.EventStream.QueueSize));
    }

    [Fact]
    public async Task A_negative_command_timeout_is_invalid()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        GrpcStatus status = await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest { CommandTimeout = new Duration { Seconds = -1 } }));
        Assert.Equal(GrpcStatusCode.InvalidArgument, status.Code);
    }

    [Fact]
    public async Task A_session_without_a_call_expires_after_its_lease_and_each_call_extends_it()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        time.Advance(TimeSpan.FromSeconds(1_799));
        int server = await session.RegisterAsync();
        await session.AddItemAsync(server, TestPlant.Level);
        time.Advance(TimeSpan.FromSeconds(1_799));
        Assert.Equal(1, gateway.Simulator.Counts.Sessions);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, gateway.Simulator.Counts.Sessions);
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(session.RegisterAsync)).Code);
        await Retry.Until("the expired session lets go of its items", () => gateway.Simulator.Counts.Items == 0);
    }

    [Fact]
    public async Task An_attached_stream_holds_the_session_and_a_detached_one_leaves_it_30_seconds()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        TestEvents events = await session.StreamAsync();
        time.Advance(TimeSpan.FromHours(5));
        await session.RegisterAsync();

        await events.DisposeAsync();
        await Retry.Until("the simulator sees that the stream is gone", () => gateway.Simulator.Counts.Streams == 0);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, gateway.Simulator.Counts.Sessions);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, gateway.Simulator.Counts.Sessions);
    }

    [Fact]
    public async Task A_call_after_a_detached_stream_restores_the_lease()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        await (await session.StreamAsync()).DisposeAsync();
        await Retry.Until("the simulator sees that the stream is gone", () => gateway.Simulator.Counts.Streams == 0);
        await session.RegisterAsync();
        time.Advance(TimeSpan.FromSeconds(1_799));
        Assert.Equal(1, gateway.Simulator.Counts.Sessions);
    }

    [Fact]
    public async Task Closing_lets_go_of_everything_and_the_call_record_shows_it_in_order()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        int item = await session.AddItemAsync(server, TestPlant.Level);
        await session.AdviseAsync(server, item);
        Assert.Equal(new SimulatorCounts(Sessions: 1, Streams: 0, Items: 1, AdvisedItems: 1), gateway.Simulator.Counts);
        await session.OkAsync(TestSession.UnAdvise(server, item));
        await session.OkAsync(TestSession.Remove(server, item));
        await session.InvokeAsync(TestSession.Remove(server, item));
        await session.SubscribeAsync(server, TestPlant.Level, TestPlant.Count);
        await session.CloseAsync();
        Assert.Equal(new SimulatorCounts(), gateway.Simulator.Counts);
        Assert.Equal(
            ["OpenSession", "Register", "AddItem Tank_001.Level", "Advise Tank_001.Level", "UnAdvise Tank_001.Level", "RemoveItem Tank_001.Level", "RemoveItem 1", "SubscribeBulk Tank_001.Level, Tank_001.Count", "CloseSession"],
            gateway.Simulator.Calls.ToList().Select(call => call.ToString()));
        Assert.Equal(ProtocolStatusCode.MxaccessFailure, gateway.Simulator.Calls.ToList()[6].Status);
        Assert.Equal(Enumerable.Range(1, 9).Select(number => (long)number), gateway.Simulator.Calls.ToList().Select(call => call.Number));
    }

    [Fact]
    public async Task A_command_that_is_not_built_yet_says_so()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        MxCommandReply reply = await session.InvokeAsync(new MxCommand { Kind = MxCommandKind.Suspend, Suspend = new SuspendCommand() });
        Assert.Equal(ProtocolStatusCode.InvalidRequest, reply.ProtocolStatus.Code);
        Assert.Contains("does not have the command Suspend yet", reply.ProtocolStatus.Message, StringComparison.Ordinal);
    }

    public static TheoryData<MxCommand?> WrongCommands => new()
    {
        { null },
        { new MxCommand() },
        { new MxCommand { Kind = (MxCommandKind)9999, Ping = new PingCommand() } },
        { new MxCommand { Kind = MxCommandKind.Register } },
        { new MxCommand { Kind = MxCommandKind.Register, Ping = new PingCommand() } },
    };

    [Theory]
    [MemberData(nameof(WrongCommands))]
    public async Task An_unknown_kind_a_missing_payload_and_the_payload_of_another_kind_are_invalid_requests(MxCommand? command)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        MxCommandReply reply = await gateway.CallAsync(GatewayMethods.Invoke, new MxCommandRequest { SessionId = session.Id, Command = command });
        Assert.Equal(ProtocolStatusCode.InvalidRequest, reply.ProtocolStatus.Code);
        Assert.NotEmpty(reply.ProtocolStatus.Message);
    }

    [Fact]
    public void Every_kind_of_the_contract_stands_in_the_command_table()
    {
        IEnumerable<MxCommandKind> kinds = Enum.GetValues<MxCommandKind>().Where(kind => kind != MxCommandKind.Unspecified);
        var replies = kinds.ToDictionary(kind => kind, kind => Commands.CommandTable.Run(null!, new MxCommand { Kind = kind }).ProtocolStatus.Message);
        Assert.All(replies, reply => Assert.Equal($"the command {reply.Key} has no payload", reply.Value));
    }
}
