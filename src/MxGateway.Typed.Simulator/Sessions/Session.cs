using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>
/// A session: its worker, its command queue, its events, its lease. The lease is held open by an attached stream, extended by every unary call,
/// and cut to 30 s when a stream goes away.
/// </summary>
internal sealed class Session
{
    /// <summary>How long a session lives on after a unary call.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1_800);

    /// <summary>How long a session lives on after its stream went away.</summary>
    public static readonly TimeSpan DetachedLease = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly GatewayRules _rules;
    private readonly SimulatorCalls _calls;
    private readonly MxWorker _worker;
    private readonly CommandQueue _commands;
    private readonly ITimer _leaseTimer;
    private readonly Action<Session> _expired;
    private DateTimeOffset _leaseEnd;

    /// <param name="id">The session's id.</param>
    /// <param name="commandTimeout">How long a command may take.</param>
    /// <param name="events">The events.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="calls">Where the calls are noted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="rules">The rules that it keeps.</param>
    /// <param name="expired">Called when the lease has run out.</param>
    public Session(string id, TimeSpan commandTimeout, EventLog events, MxWorker worker, SimulatorCalls calls, TimeProvider time, GatewayRules rules, Action<Session> expired)
    {
        Id = id;
        CommandTimeout = commandTimeout;
        Events = events;
        _worker = worker;
        _rules = rules;
        _calls = calls;
        _time = time;
        _expired = expired;
        _commands = new CommandQueue(id, rules, RunAsync);
        _leaseEnd = time.GetUtcNow() + Lease;
        _leaseTimer = time.CreateTimer(_ => OnLeaseTimer(), null, Lease, Timeout.InfiniteTimeSpan);
        events.Detached += OnStreamDetached;
    }

    public string Id { get; }

    public TimeSpan CommandTimeout { get; }

    public EventLog Events { get; }

    public static GrpcFault Unknown(string id) => GrpcFault.NotFound($"there is no session \"{CallerText.Quote(id)}\"; it was closed, it expired, or the gateway was restarted");

    /// <summary>Every unary call gives the session its full lease again.</summary>
    public void Extend()
    {
        // The timer looks at the end when it fires; it is not moved with each call.
        lock (_lock)
            _leaseEnd = _time.GetUtcNow() + Lease;
    }

    /// <summary>Carries a command out, after those before it. Throws where the caller's wait ends first.</summary>
    public async Task<MxCommandReply> InvokeAsync(MxCommandRequest request, CancellationToken cancellationToken)
    {
        MxCommandReply reply;
        try
        {
            reply = await _commands.RunAsync(request).WaitAsync(CommandTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            reply = Replies.TimedOut(CommandTimeout);
        }

        if (!_rules.Hold(GatewayRule.ReplyEchoes))
            return reply;
        reply.SessionId = Id;
        reply.CorrelationId = request.ClientCorrelationId;
        reply.Kind = request.Command?.Kind ?? default;
        return reply;
    }

    /// <summary>Carries out what is pending, lets go of everything, and ends the stream: with OK, or with a fault.</summary>
    public async Task CloseAsync(GrpcFault? fault)
    {
        await _leaseTimer.DisposeAsync().ConfigureAwait(false);
        _commands.Close();
        _worker.EndWaits();
        await _commands.Done.ConfigureAwait(false);
        _worker.Release();
        Events.End(fault);
    }

    private async ValueTask<MxCommandReply> RunAsync(MxCommandRequest request)
    {
        IReadOnlyList<string> items = CommandTable.Items(_worker, request.Command);
        MxCommandReply reply = await CommandTable.RunAsync(_worker, request.Command).ConfigureAwait(false);
        _calls.Add(nameof(GatewayService.Invoke), request.Command?.Kind, Id, items, reply.ProtocolStatus.Code);
        return reply;
    }

    private void OnStreamDetached()
    {
        lock (_lock)
        {
            if (Events.IsAttached)
                return;
            _leaseEnd = _time.GetUtcNow() + DetachedLease;
            _leaseTimer.Change(DetachedLease, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnLeaseTimer()
    {
        lock (_lock)
        {
            TimeSpan left = _leaseEnd - _time.GetUtcNow();
            if (Events.IsAttached)
                left = Lease;
            if (left > TimeSpan.Zero)
            {
                _leaseTimer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        _expired(this);
    }
}
