using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Keys;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>Carries a command out for the key that called. The token is cancelled when the worker is lost: waits end, nobody takes the reply.</summary>
internal delegate ValueTask<MxCommandReply> CommandRunner(MxCommandRequest request, SimulatorKey caller, CancellationToken lost);

/// <summary>
/// A session's commands: one after the other, and no more than 128 that are not done yet. A caller who leaves stops waiting only; the command runs on.
/// </summary>
internal sealed class CommandQueue
{
    /// <summary>How many commands may be pending, the running one included.</summary>
    public const int Capacity = 128;

    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _lost = new();
    private readonly CommandRunner _run;
    private readonly string _sessionId;
    private readonly LiveCounts _counts;
    private readonly GatewayRules _rules;
    private volatile GrpcFault? _fault;
    private int _pending;

    /// <param name="sessionId">Whose commands.</param>
    /// <param name="counts">Counts what is pending.</param>
    /// <param name="rules">The rules that it keeps.</param>
    /// <param name="run">Carries one out.</param>
    public CommandQueue(string sessionId, LiveCounts counts, GatewayRules rules, CommandRunner run)
    {
        _sessionId = sessionId;
        _counts = counts;
        _rules = rules;
        _run = run;
        Done = Task.Run(RunAllAsync);
    }

    /// <summary>Completes when the queue was closed and all its commands are done.</summary>
    public Task Done { get; }

    /// <summary>Adds a command.</summary>
    /// <param name="request">The command.</param>
    /// <param name="caller">The key that called.</param>
    /// <param name="dropped">Drops the command where its turn has not come.</param>
    /// <returns>Its reply, when it is done.</returns>
    public Task<MxCommandReply> RunAsync(MxCommandRequest request, SimulatorKey caller, CancellationToken dropped)
    {
        if (AddPending(1) > Capacity && _rules.Hold(GatewayRule.PendingLimit))
        {
            AddPending(-1);
            throw GrpcFault.Exhausted($"session {_sessionId} has {Capacity} commands pending, which is the limit");
        }

        var pending = new Pending(request, caller, dropped);
        if (!_queue.Writer.TryWrite(pending))
        {
            AddPending(-1);
            throw Session.Unknown(_sessionId);
        }

        return pending.Reply.Task;
    }

    /// <summary>Takes no more commands; those that are here are still carried out.</summary>
    public void Close() => _queue.Writer.TryComplete();

    /// <summary>Takes no more commands, and ends those that are here with a fault: the worker is lost.</summary>
    public void Lose(GrpcFault fault)
    {
        _fault = fault;
        _queue.Writer.TryComplete();
        _lost.Cancel();
    }

    private async Task RunAllAsync()
    {
        await foreach (Pending pending in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Task running = RunAsync(pending);
            if (_rules.Hold(GatewayRule.SerialCommands))
                await running.ConfigureAwait(false);
        }
    }

    private async Task RunAsync(Pending pending)
    {
        MxCommandReply? reply = null;
        Exception? failure = null;
        try
        {
            pending.Dropped.ThrowIfCancellationRequested();
            reply = _fault is null ? await _run(pending.Request, pending.Caller, _lost.Token).ConfigureAwait(false) : throw _fault;
        }
        catch (Exception exception)
        {
            // What the worker was doing when it was lost failed because of that.
            failure = _fault ?? exception;
        }

        // A caller who has the reply finds room for the next command.
        AddPending(-1);
        if (failure is null)
            pending.Reply.SetResult(reply!);
        else
            pending.Reply.SetException(failure);
    }

    private int AddPending(int by)
    {
        _counts.AddPending(by);
        return Interlocked.Add(ref _pending, by);
    }

    private sealed class Pending(MxCommandRequest request, SimulatorKey caller, CancellationToken dropped)
    {
        public MxCommandRequest Request { get; } = request;

        public SimulatorKey Caller { get; } = caller;

        public CancellationToken Dropped { get; } = dropped;

        public TaskCompletionSource<MxCommandReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
