using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Keys;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Simulator.Sessions;

namespace MxGateway.Typed.Simulator.Tests;

public class CommandQueueTests
{
    [Fact]
    public async Task At_most_128_commands_are_pending_and_the_next_fails_at_once()
    {
        using var go = new ManualResetEventSlim();
        var queue = Queue(_ =>
        {
            go.Wait();
            return Replies.Ok();
        });
        List<Task<MxCommandReply>> pending = [.. Enumerable.Range(0, 128).Select(_ => Run(queue))];
        GrpcFault fault = await Assert.ThrowsAsync<GrpcFault>(() => Run(queue));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, fault.Status.Code);
        go.Set();
        Assert.All(await Task.WhenAll(pending), reply => Assert.Equal(ProtocolStatusCode.Ok, reply.ProtocolStatus.Code));
        await Run(queue);
    }

    [Fact]
    public async Task Commands_run_one_after_the_other_in_order_and_one_that_fails_stops_none()
    {
        var order = new List<string>();
        int running = 0;
        var queue = Queue(request =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            order.Add(request.SessionId);
            Interlocked.Decrement(ref running);
            return request.SessionId == "5" ? throw new InvalidOperationException("five") : Replies.Ok();
        });
        List<Task<MxCommandReply>> replies = [.. Enumerable.Range(0, 100).Select(i => Run(queue, $"{i}"))];
        await Assert.ThrowsAsync<InvalidOperationException>(() => replies[5]);
        await replies[99];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), order);
    }

    [Fact]
    public async Task A_closed_queue_carries_out_what_it_has_and_takes_no_more()
    {
        using var go = new ManualResetEventSlim();
        var queue = Queue(_ =>
        {
            go.Wait();
            return Replies.Ok();
        });
        Task<MxCommandReply>[] pending = [Run(queue), Run(queue)];
        queue.Close();
        GrpcFault fault = await Assert.ThrowsAsync<GrpcFault>(() => Run(queue));
        Assert.Equal(GrpcStatusCode.NotFound, fault.Status.Code);
        go.Set();
        await queue.Done;
        Assert.All(pending, task => Assert.True(task.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task A_lost_worker_ends_what_is_pending_with_its_fault_the_command_that_it_waits_in_included()
    {
        var counts = new LiveCounts();
        var running = new TaskCompletionSource();
        int begun = 0;
        var queue = new CommandQueue("session-x", counts, GatewayRules.All, async (_, _, lost) =>
        {
            begun++;
            running.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(lost);
            return Replies.Ok();
        });
        Task<MxCommandReply>[] pending = [Run(queue), Run(queue)];
        await running.Task;
        Assert.Equal(2, counts.Now.PendingCommands);
        queue.Lose(new GrpcFault(GrpcStatusCode.Unavailable, "lost"));
        foreach (Task<MxCommandReply> task in pending)
            Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcFault>(() => task)).Status.Code);
        await queue.Done;
        Assert.Equal((1, 0), (begun, counts.Now.PendingCommands));
        Assert.Equal(GrpcStatusCode.NotFound, (await Assert.ThrowsAsync<GrpcFault>(() => Run(queue))).Status.Code);
    }

    private static CommandQueue Queue(Func<MxCommandRequest, MxCommandReply> run) =>
        new("session-x", new LiveCounts(), GatewayRules.All, (request, _, _) => ValueTask.FromResult(run(request)));

    private static Task<MxCommandReply> Run(CommandQueue queue, string session = "") =>
        queue.RunAsync(new MxCommandRequest { SessionId = session }, SimulatorKey.Anybody, CancellationToken.None);
}
