using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Simulator.Sessions;

namespace MxGateway.Typed.Simulator.Tests;

public class CommandQueueTests
{
    [Fact]
    public async Task At_most_128_commands_are_pending_and_the_next_fails_at_once()
    {
        using var go = new ManualResetEventSlim();
        var queue = new CommandQueue("session-x", GatewayRules.All, _ =>
        {
            go.Wait();
            return Replies.Ok();
        });
        List<Task<MxCommandReply>> pending = [.. Enumerable.Range(0, 128).Select(_ => queue.RunAsync(new MxCommandRequest()))];
        GrpcFault fault = await Assert.ThrowsAsync<GrpcFault>(() => queue.RunAsync(new MxCommandRequest()));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, fault.Status.Code);
        go.Set();
        Assert.All(await Task.WhenAll(pending), reply => Assert.Equal(ProtocolStatusCode.Ok, reply.ProtocolStatus.Code));
        await queue.RunAsync(new MxCommandRequest());
    }

    [Fact]
    public async Task Commands_run_one_after_the_other_in_order_and_one_that_fails_stops_none()
    {
        var order = new List<string>();
        int running = 0;
        var queue = new CommandQueue("session-x", GatewayRules.All, request =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            order.Add(request.SessionId);
            Interlocked.Decrement(ref running);
            return request.SessionId == "5" ? throw new InvalidOperationException("five") : Replies.Ok();
        });
        List<Task<MxCommandReply>> replies = [.. Enumerable.Range(0, 100).Select(i => queue.RunAsync(new MxCommandRequest { SessionId = $"{i}" }))];
        await Assert.ThrowsAsync<InvalidOperationException>(() => replies[5]);
        await replies[99];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), order);
    }

    [Fact]
    public async Task A_closed_queue_carries_out_what_it_has_and_takes_no_more()
    {
        using var go = new ManualResetEventSlim();
        var queue = new CommandQueue("session-x", GatewayRules.All, _ =>
        {
            go.Wait();
            return Replies.Ok();
        });
        Task<MxCommandReply>[] pending = [queue.RunAsync(new MxCommandRequest()), queue.RunAsync(new MxCommandRequest())];
        queue.Close();
        GrpcFault fault = await Assert.ThrowsAsync<GrpcFault>(() => queue.RunAsync(new MxCommandRequest()));
        Assert.Equal(GrpcStatusCode.NotFound, fault.Status.Code);
        go.Set();
        await queue.Done;
        Assert.All(pending, task => Assert.True(task.IsCompletedSuccessfully));
    }
}
