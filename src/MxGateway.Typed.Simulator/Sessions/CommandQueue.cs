using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>
/// A session's commands: one after the other, and no more than 128 that are not done yet. A caller who leaves stops waiting only; the command runs on.
/// </summary>
internal sealed class CommandQueue
{
    /// <summary>How many commands may be pending, the running one included.</summary>
    public const int Capacity = 128;

    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Func<MxCommandRequest, ValueTask<MxCommandReply>> _run;
    private readonly string _sessionId;
    private readonly GatewayRules _rules;
    private int _pending;

    /// <param name="sessionId">Whose commands.</param>
    /// <param name="rules">The rules that it keeps.</param>
    /// <param name="run">Carries one out.</param>
    public CommandQueue(string sessionId, GatewayRules rules, Func<MxCommandRequest, ValueTask<MxCommandReply>> run)
    {
        _sessionId = sessionId;
        _rules = rules;
        _run = run;
        Done = Task.Run(RunAllAsync);
    }

    /// <summary>Completes when the queue was closed and all its commands are done.</summary>
    public Task Done { get; }

    /// <summary>Adds a command.</summary>
    /// <returns>Its reply, when it is done.</returns>
    public Task<MxCommandReply> RunAsync(MxCommandRequest request)
    {
        if (Interlocked.Increment(ref _pending) > Capacity)
        {
            Interlocked.Decrement(ref _pending);
            throw GrpcFault.Exhausted($"session {_sessionId} has {Capacity} commands pending, which is the limit");
        }

        var pending = new Pending(request);
        if (!_queue.Writer.TryWrite(pending))
        {
            Interlocked.Decrement(ref _pending);
            throw Session.Unknown(_sessionId);
        }

        return pending.Reply.Task;
    }

    /// <summary>Takes no more commands; those that are here are still carried out.</summary>
    public void Close() => _queue.Writer.TryComplete();

    private async Task RunAllAsync()
    {
        await foreach (Pending pending in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            MxCommandReply? reply = null;
            Exception? failure = null;
            try
            {
                reply = await _run(pending.Request).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            // A caller who has the reply finds room for the next command.
            Interlocked.Decrement(ref _pending);
            if (reply is not null)
                pending.Reply.SetResult(reply);
            else
                pending.Reply.SetException(failure!);
        }
    }

    private sealed class Pending(MxCommandRequest request)
    {
        public MxCommandRequest Request { get; } = request;

        public TaskCompletionSource<MxCommandReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
