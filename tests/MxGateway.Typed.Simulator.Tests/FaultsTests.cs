using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Faults of sessions, keys and commands, as a client sees them.</summary>
public class FaultsTests
{
    private static readonly MxCommand s_ping = new() { Kind = MxCommandKind.Ping, Ping = new PingCommand() };

    [Fact]
    public async Task A_dropped_session_ends_its_stream_with_unavailable_and_is_not_found_any_more()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession lost = await gateway.OpenAsync();
        TestSession other = await gateway.OpenAsync();
        TestEvents events = await lost.StreamAsync();
        gateway.Simulator.Faults.DropSession(lost.Id);
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(events.EndAsync)).Code);
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(() => lost.InvokeAsync(s_ping))).Code);
        await other.OkAsync(s_ping);

        gateway.Simulator.Faults.DropAllSessions();
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(() => other.InvokeAsync(s_ping))).Code);
        Assert.Throws<SimulatorFaultException>(() => gateway.Simulator.Faults.DropSession(lost.Id));
    }

    [Fact]
    public async Task A_slow_worker_holds_the_session_and_its_command_times_out_on_the_simulators_clock()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        gateway.Simulator.Faults.SlowWorker(MxCommandKind.Register, TimeSpan.FromSeconds(100));
        Task<MxCommandReply> register = session.InvokeAsync(new MxCommand { Kind = MxCommandKind.Register, Register = new RegisterCommand { ClientName = "slow" } }, TimeSpan.FromMinutes(5));
        await Retry.Until("the command is pending", () => gateway.Simulator.Counts.PendingCommands == 1);
        Task<MxCommandReply> ping = session.InvokeAsync(s_ping, TimeSpan.FromMinutes(5));
        await Retry.Until("the next one waits behind it", () => gateway.Simulator.Counts.PendingCommands == 2);

        gateway.Simulator.Faults.AdvanceClock(TimeSpan.FromSeconds(30));
        Assert.Equal(ProtocolStatusCode.Timeout, (await register).ProtocolStatus.Code);
        gateway.Simulator.Faults.Clear();
        await ping;
        await session.OkAsync(s_ping);
        Assert.Equal(["OpenSession", "Register", "Ping", "Ping"], gateway.Simulator.Calls.ToList().Select(call => call.ToString()));
    }

    [Fact]
    public async Task A_late_answer_is_late_though_the_call_was_carried_out()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        gateway.Simulator.Faults.DelayAnswers(TimeSpan.FromDays(1), "OpenSession");
        Task<TestSession> opening = gateway.OpenAsync();
        await Retry.Until("the session is open", () => gateway.Simulator.Counts.Sessions == 1);
        Assert.True((await gateway.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest())).Ok);
        Assert.False(opening.IsCompleted);

        gateway.Simulator.Faults.DelayAnswers(TimeSpan.Zero, "OpenSession");
        TestSession session = await opening;
        gateway.Simulator.Faults.DelayAnswers(TimeSpan.FromHours(1));
        Task<MxCommandReply> ping = session.InvokeAsync(s_ping);
        await Retry.Until("the command ran", () => gateway.Simulator.Calls.Count == 3);
        Assert.False(ping.IsCompleted);
        await Retry.Until("the answer comes when its time has passed", () =>
        {
            gateway.Simulator.Faults.AdvanceClock(TimeSpan.FromHours(1));
            return ping.IsCompleted;
        });
        Assert.Equal(ProtocolStatusCode.Ok, (await ping).ProtocolStatus.Code);
    }

    [Fact]
    public async Task Rows_of_a_bulk_command_fail_at_their_places_and_are_not_carried_out()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        gateway.Simulator.Faults.FailRows(MxCommandKind.SubscribeBulk, [0, 2], "off");
        BulkSubscribeReply reply = await session.SubscribeAsync(server, TestPlant.Level, TestPlant.Count, TestPlant.Recipe);
        Assert.Equal([false, true, false], reply.Results.Select(row => row.WasSuccessful));
        Assert.Equal(["off", "", "off"], reply.Results.Select(row => row.ErrorMessage));
        Assert.Equal([TestPlant.Level, TestPlant.Count, TestPlant.Recipe], reply.Results.Select(row => row.TagAddress));
        Assert.Equal(1, gateway.Simulator.Counts.Items);
        Assert.All((await session.ReadAsync(server, TestPlant.Level)).Results, row => Assert.True(row.WasSuccessful));

        gateway.Simulator.Faults.FailRows(MxCommandKind.ReadBulk, [0]);
        Assert.Equal("the row fails on command", (await session.ReadAsync(server, TestPlant.Level)).Results.Single().ErrorMessage);
        gateway.Simulator.Faults.FailRows(MxCommandKind.SubscribeBulk, []);
        Assert.All((await session.SubscribeAsync(server, TestPlant.Level)).Results, row => Assert.True(row.WasSuccessful));
        Assert.Throws<SimulatorFaultException>(() => gateway.Simulator.Faults.FailRows(MxCommandKind.Advise, [0]));
    }

    [Fact]
    public async Task A_revoked_key_is_unauthenticated_at_the_next_call_and_its_stream_goes_on()
    {
        SimulatorKeys keys = TestGateway.Keys(
            """{"keys": [{"key": "mxgw_a_planted5ecret", "scopes": ["session:open", "invoke:read", "events:read"]}, {"key": "mxgw_b_planted5ecret", "scopes": ["session:open", "invoke:read"]}]}""");
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { Keys = keys, ChangingPerSecond = 0 }, key: "mxgw_a_planted5ecret");
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        gateway.Simulator.Faults.RevokeKey("a");
        GrpcStatus status = await TestGateway.StatusOf(() => session.InvokeAsync(s_ping));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.Unauthenticated, "the API key a was revoked"), status);

        GrpcHttp2Transport other = gateway.Caller("mxgw_b_planted5ecret");
        var register = new MxCommandRequest { SessionId = session.Id, Command = new MxCommand { Kind = MxCommandKind.Register, Register = new RegisterCommand { ClientName = "b" } } };
        int server = (await other.CallAsync(GatewayMethods.Invoke, register, default, default)).Register.ServerHandle;
        var subscribe = new MxCommand { Kind = MxCommandKind.SubscribeBulk, SubscribeBulk = new SubscribeBulkCommand { ServerHandle = server, TagAddresses = { TestPlant.Level } } };
        await other.CallAsync(GatewayMethods.Invoke, new MxCommandRequest { SessionId = session.Id, Command = subscribe }, default, default);
        await events.NextAsync(MxEventFamily.OnDataChange);

        gateway.Simulator.Faults.Clear();
        await session.OkAsync(s_ping);
        Assert.Throws<SimulatorFaultException>(() => gateway.Simulator.Faults.RevokeKey("c"));
    }

    [Fact]
    public async Task Chosen_commands_are_unimplemented_and_the_others_go_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        gateway.Simulator.Faults.Unimplemented(MxCommandKind.ReadBulk, MxCommandKind.Ping);
        Assert.Equal(new GrpcStatus(GrpcStatusCode.Unimplemented, "this gateway does not implement the command Ping"), await TestGateway.StatusOf(() => session.InvokeAsync(s_ping)));
        await session.RegisterAsync();
        gateway.Simulator.Faults.Unimplemented();
        await session.OkAsync(s_ping);
    }

    [Fact]
    public async Task A_session_that_starts_is_not_ready_before_that_is_over()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        gateway.Simulator.Faults.SessionsStarting(on: true);
        TestSession session = await gateway.OpenAsync();
        Assert.Equal(GrpcStatusCode.FailedPrecondition, (await TestGateway.StatusOf(() => session.InvokeAsync(s_ping))).Code);
        gateway.Simulator.Faults.SessionsStarting(on: false);
        await session.OkAsync(s_ping);
    }

    [Fact]
    public async Task An_evicted_ring_makes_a_gap_for_the_stream_that_comes_back()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await session.SubscribeAsync(server, TestPlant.Level, TestPlant.Count);
        gateway.Simulator.Faults.EvictRing(session.Id);
        await using TestEvents events = await session.StreamAsync(after: 1);
        MxEvent gap = await events.NextAsync(MxEventFamily.Unspecified);
        Assert.Equal((1UL, 3UL), (gap.ReplayGap.RequestedAfterSequence, gap.ReplayGap.OldestAvailableSequence));
    }

    [Fact]
    public async Task An_overflow_cuts_the_stream_off_and_leaves_the_session()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        Assert.Throws<SimulatorFaultException>(() => gateway.Simulator.Faults.OverflowQueue(session.Id));
        TestEvents events = await session.StreamAsync();
        gateway.Simulator.Faults.OverflowQueue(session.Id);
        GrpcStatus status = await TestGateway.StatusOf(events.EndAsync);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, status.Code);
        Assert.StartsWith("EventQueueOverflow", status.Detail, StringComparison.Ordinal);
        await session.OkAsync(s_ping);
    }

    [Fact]
    public async Task A_write_is_completed_when_the_test_says()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        SimulatorFaults faults = gateway.Simulator.Faults;
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Count)).Results.Single().ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);

        faults.CompleteWrites(CompletionOrder.After, "Tank_*");
        await session.OkAsync(TestSession.Write(server, item, new MxValue { Int32Value = 1001 }));
        await events.NextAsync(MxEventFamily.OnDataChange);
        await events.NextAsync(MxEventFamily.OnWriteComplete);

        faults.CompleteWrites(CompletionOrder.Held);
        await session.OkAsync(TestSession.Write(server, item, new MxValue { Int32Value = 1002 }));
        await session.OkAsync(TestSession.Write(server, item, new MxValue { Int32Value = 1003 }));
        await events.NextAsync(MxEventFamily.OnDataChange);
        await events.NextAsync(MxEventFamily.OnDataChange);
        faults.ReleaseCompletions();
        await events.NextAsync(MxEventFamily.OnWriteComplete);
        await events.NextAsync(MxEventFamily.OnWriteComplete);

        faults.CompleteWrites(CompletionOrder.Never, "Other_*");
        await session.OkAsync(TestSession.Write(server, item, new MxValue { Int32Value = 1004 }));
        await events.NextAsync(MxEventFamily.OnWriteComplete);
        await events.NextAsync(MxEventFamily.OnDataChange);
    }

    [Fact]
    public async Task A_silent_tag_has_no_first_value_until_it_speaks()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await using TestEvents events = await session.StreamAsync();
        gateway.Simulator.Faults.Silence("Tank_001.Level");
        BulkSubscribeReply items = await session.SubscribeAsync(server, TestPlant.Level, TestPlant.Count);
        Assert.Equal(items.Results[1].ItemHandle, (await events.NextAsync()).ItemHandle);
        gateway.Simulator.Faults.Silence();
        Assert.Equal(items.Results[0].ItemHandle, (await events.NextAsync()).ItemHandle);
    }

    [Fact]
    public async Task A_redeploy_without_a_tag_takes_it_away_and_leaves_the_rest()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await using TestEvents events = await session.StreamAsync();
        int gone = (await session.SubscribeAsync(server, TestPlant.Level)).Results.Single().ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);

        await gateway.Simulator.Faults.RedeployWithoutAsync(TestPlant.Level, "Filler_*");
        MxEvent told = await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((gone, 4, MxStatusCategory.ConfigurationError), (told.ItemHandle, told.Quality, told.Statuses.Single().Category));
        Assert.Equal([false, true], (await session.ReadAsync(server, TestPlant.Level, TestPlant.Count)).Results.Select(row => row.WasSuccessful));
        DiscoverHierarchyReply objects = await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest());
        Assert.DoesNotContain(objects.Objects, o => o.TagName == "Filler_001");
        Assert.DoesNotContain(objects.Objects.SelectMany(o => o.Attributes), attribute => attribute.FullTagReference == TestPlant.Level);
        await Assert.ThrowsAsync<SimulatorFaultException>(() => gateway.Simulator.Faults.RedeployWithoutAsync("Nothing_*"));
    }

    [Fact]
    public async Task A_repository_that_is_down_says_so_until_it_is_up()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        gateway.Simulator.Faults.Repository(up: false);
        Assert.False((await gateway.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest())).Ok);
        gateway.Simulator.Faults.Clear();
        Assert.True((await gateway.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest())).Ok);
    }

    [Fact]
    public async Task The_call_record_has_a_call_once_whose_answer_is_too_large()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Recipe)).Results[0].ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);
        await session.OkAsync(TestSession.Write(server, item, new MxValue { StringValue = new string('x', 9_000_000) }));
        await session.OkAsync(TestSession.Remove(server, item));
        gateway.Simulator.Calls.Clear();

        // The values come late, so that it is the whole answer that is too large, and no row of it.
        gateway.Simulator.Faults.Silence(TestPlant.Recipe);
        Task<BulkReadReply> reading = session.ReadAsync(server, TestPlant.Recipe, TestPlant.Recipe);
        await Retry.Until("the read waits", () => gateway.Simulator.Counts.AdvisedItems == 2);
        gateway.Simulator.Faults.Silence();
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await TestGateway.StatusOf(() => reading)).Code);
        Assert.Equal(["ReadBulk Tank_001.Recipe, Tank_001.Recipe"], gateway.Simulator.Calls.ToList().Select(call => call.ToString()));
    }

    [Fact]
    public async Task The_call_record_has_refused_calls_with_what_they_asked_for_and_no_secret()
    {
        SimulatorKeys keys = TestGateway.Keys("""{"keys": [{"key": "mxgw_a_planted5ecret", "scopes": ["session:open", "invoke:read"]}]}""");
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { Keys = keys, ChangingPerSecond = 0 }, key: "mxgw_a_planted5ecret");
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await TestGateway.StatusOf(() => session.InvokeAsync(TestSession.Write(server, 7, new MxValue { Int32Value = 1 })));
        await TestGateway.StatusOf(() => session.AuthenticateAsync(server, "ann", "planted5ecret"));
        await TestGateway.StatusOf(async () => await (await session.StreamAsync()).NextAsync());
        await TestGateway.StatusOf(() => gateway.Caller("mxgw_b_planted5ecret").CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default));
        await session.CloseAsync();
        await TestGateway.StatusOf(() => session.SubscribeAsync(server, TestPlant.Level));

        IReadOnlyList<SimulatorCall> calls = gateway.Simulator.Calls.ToList(after: 2);
        Assert.Equal(
            [
                "Write 7 (PermissionDenied)", "AuthenticateUser (PermissionDenied)", "StreamEvents (PermissionDenied)", "OpenSession (Unauthenticated)", "CloseSession",
                "SubscribeBulk Tank_001.Level (NotFound)",
            ],
            calls.Select(call => call.ToString()));
        Assert.Equal(session.Id, calls[0].SessionId);
        Assert.Equal(Enumerable.Range(3, 6).Select(number => (long)number), calls.Select(call => call.Number));
        Assert.DoesNotContain("planted5ecret", string.Join("\n", calls), StringComparison.Ordinal);
    }
}
