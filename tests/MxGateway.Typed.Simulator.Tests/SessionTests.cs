using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
        Assert.Equal((16 << 20, 64 << 20), (Sessions.EventLog.RingBytes, Sessions.EventStream.QueueBytes));
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
    public async Task Every_payload_of_the_contract_stands_in_the_command_table()
    {
        // Our own file: a build against the gateway's may know commands that nobody here can name.
        string contract = await File.ReadAllTextAsync(RepositoryRoot.PathTo("protos", "mxaccess_gateway.proto"));
        string payloads = Regex.Match(contract, @"message MxCommand \{.*?oneof payload \{(.*?)\}", RegexOptions.Singleline).Groups[1].Value;
        string[] names = [.. Regex.Matches(payloads, @"(\w+) = \d+;").Select(match => match.Groups[1].Value)];
        Assert.Contains("register", names);

        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        foreach (string name in names)
        {
            FieldDescriptor field = MxCommand.Descriptor.FindFieldByName(name);
            EnumDescriptor kinds = MxCommand.Descriptor.FindFieldByName("kind").EnumType;
            var command = new MxCommand { Kind = (MxCommandKind)kinds.FindValueByName($"MX_COMMAND_KIND_{name.ToUpperInvariant()}").Number };
            field.Accessor.SetValue(command, field.MessageType.Parser.ParseFrom([]));
            ProtocolStatus status = (await session.InvokeAsync(command)).ProtocolStatus;
            Assert.True(status.Code != ProtocolStatusCode.InvalidRequest, $"{name}: {status.Message}");
        }
    }

    [Fact]
    public async Task What_a_caller_sends_is_told_and_logged_short_and_on_one_line()
    {
        var log = new LogLines();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { LoggerFactory = log, ChangingPerSecond = 0 });
        await gateway.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest { ClientSessionName = "line 1\nline 2\u2028" + new string('x', 100_000) });

        foreach (GrpcStatus status in new[]
                 {
                     await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.CloseSession, new CloseSessionRequest { SessionId = new string('\u00FC', 100_000) })),
                     await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new Contracts.Proto.Galaxy.DiscoverHierarchyRequest { RootTagName = new string('\n', 100_000) })),
                 })
        {
            Assert.Equal(GrpcStatusCode.NotFound, status.Code);
            Assert.Contains("100000 characters", status.Detail, StringComparison.Ordinal);
        }

        Assert.Contains(log.Lines, line => line.Contains("opened for line 1\\nline 2\\u2028xxx", StringComparison.Ordinal));
        Assert.All(log.Lines, line => Assert.True(line.Length < 2_000 && !line.Any(char.IsControl), line[..Math.Min(line.Length, 100)]));
    }

    [Fact]
    public async Task Sessions_that_expire_while_the_simulator_stops_are_closed_when_it_has_stopped()
    {
        for (int round = 0; round < 20; round++)
        {
            var time = new FakeTimeProvider();
            await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 0 });
            for (int i = 0; i < 16; i++)
            {
                TestSession session = await gateway.OpenAsync();
                await session.SubscribeAsync(await session.RegisterAsync(), TestPlant.Level);
            }

            var expiring = Task.Run(() => time.Advance(TimeSpan.FromSeconds(1_801)));
            await gateway.Simulator.DisposeAsync();
            Assert.Equal(new SimulatorCounts(), gateway.Simulator.Counts);
            await expiring;
        }
    }

    private sealed class LogLines : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("MxGateway", StringComparison.Ordinal) ? this : NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));
    }
}
