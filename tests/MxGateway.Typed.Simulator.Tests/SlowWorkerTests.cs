using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Sessions that end while their worker is busy.</summary>
public class SlowWorkerTests
{
    private static readonly MxCommand s_ping = new() { Kind = MxCommandKind.Ping, Ping = new PingCommand() };

    [Fact]
    public async Task The_calls_that_wait_for_a_worker_which_is_lost_are_unavailable_and_later_ones_not_found()
    {
        await using TestGateway gateway = await StartAsync();
        TestSession session = await gateway.OpenAsync();
        Task<MxCommandReply>[] waiting = [session.InvokeAsync(s_ping), session.InvokeAsync(s_ping)];
        await Retry.Until("both commands have come to the worker", () => gateway.Simulator.Counts.PendingCommands == 2);
        gateway.Simulator.Faults.DropSession(session.Id);
        foreach (Task call in waiting)
            Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(() => call)).Code);
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(() => session.InvokeAsync(s_ping))).Code);
        Assert.Equal(0, gateway.Simulator.Counts.PendingCommands);
    }

    [Fact]
    public async Task A_session_whose_lease_ends_behind_a_slow_command_is_let_go_of()
    {
        await using TestGateway gateway = await StartAsync();
        TestSession session = await gateway.OpenAsync();
        await session.AddItemAsync(await session.RegisterAsync(), TestPlant.Level);
        Task<MxCommandReply> waiting = session.InvokeAsync(s_ping);
        await Retry.Until("the command has come to the worker", () => gateway.Simulator.Counts.PendingCommands == 1);
        gateway.Simulator.Faults.AdvanceClock(TimeSpan.FromMinutes(31));
        Assert.Equal(0, gateway.Simulator.Counts.Sessions);
        await Retry.Until("the session lets go of its items", () => gateway.Simulator.Counts == new SimulatorCounts());

        // The command's own time-out and the end of the session fell together: one of them is its answer.
        GrpcException? failed = await Record.ExceptionAsync(() => waiting) as GrpcException;
        Assert.True(failed is { Code: GrpcStatusCode.NotFound } || (await waiting).ProtocolStatus.Code == ProtocolStatusCode.Timeout, failed?.Message);
    }

    [Fact]
    public async Task A_session_that_is_not_ready_can_be_closed_and_those_opened_before_go_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession before = await gateway.OpenAsync();
        gateway.Simulator.Faults.SessionsStarting(on: true);
        TestSession starting = await gateway.OpenAsync();
        Assert.Equal(GrpcStatusCode.FailedPrecondition, (await TestGateway.StatusOf(() => starting.InvokeAsync(s_ping))).Code);
        await before.OkAsync(s_ping);
        Assert.Equal(SessionState.Closed, (await starting.CloseAsync()).FinalState);
    }

    private static async Task<TestGateway> StartAsync()
    {
        TestGateway gateway = await TestGateway.StartAsync();
        gateway.Simulator.Faults.SlowWorker(MxCommandKind.Ping, TimeSpan.FromDays(1));
        return gateway;
    }
}
