using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Keys;
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
    private readonly FaultSwitches _faults;
    private readonly SimulatorCalls _calls;
    private readonly MxWorker _worker;
    private readonly CommandQueue _commands;
    private readonly ITimer _leaseTimer;
    private readonly Action<Session> _expired;
    private DateTimeOffset _leaseEnd;
    private bool _isLeaseCut;

    /// <param name="id">The session's id.</param>
    /// <param name="openedBy">The id of the key that opened it.</param>
    /// <param name="commandTimeout">How long a command may take.</param>
    /// <param name="events">The events.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="calls">Where the calls are noted.</param>
    /// <param name="counts">Counts the commands that are pending.</param>
    /// <param name="options">The clock, the rules and the faults.</param>
    /// <param name="expired">Called when the lease has run out.</param>
    public Session(
        string id, string openedBy, TimeSpan commandTimeout, EventLog events, MxWorker worker, SimulatorCalls calls, LiveCounts counts,
        GatewaySimulatorOptions options, Action<Session> expired)
    {
        Id = id;
        OpenedBy = openedBy;
        CommandTimeout = commandTimeout;
        Events = events;
        _worker = worker;
        _rules = options.Rules;
        _faults = options.Faults;
        _calls = calls;
        _time = options.TimeProvider;
        _expired = expired;
        _commands = new CommandQueue(id, counts, _rules, RunAsync);
        _leaseEnd = _time.GetUtcNow() + Lease;
        _leaseTimer = _time.CreateTimer(_ => OnLeaseTimer(), null, Lease, Timeout.InfiniteTimeSpan);
        events.Detached += OnStreamDetached;
    }

    public string Id { get; }

    /// <summary>The id of the key that opened it. Any other key may use it: the session's id is all that it takes.</summary>
    public string OpenedBy { get; }

    /// <summary>Whether it was opened while workers were slow to start: it takes no calls before they are quick again.</summary>
    public bool StartsSlowly { get; init; }

    public TimeSpan CommandTimeout { get; }

    public EventLog Events { get; }

    public static GrpcFault NotReady(string id) => new(GrpcStatusCode.FailedPrecondition, $"session {id} is not ready: its worker is starting; try again");

    public static GrpcFault Unknown(string id) =>
        GrpcFault.NotFound($"there is no session \"{CallerText.Quote(id)}\"; it was closed, it expired, or the gateway was restarted");

    /// <summary>Every unary call gives the session its full lease again.</summary>
    public void Extend()
    {
        // The timer looks at the end when it fires; it is not moved with each call.
        lock (_lock)
        {
            if (!_rules.Hold(_isLeaseCut ? GatewayRule.CallRestoresLease : GatewayRule.CallExtendsLease))
                return;
            _leaseEnd = _time.GetUtcNow() + Lease;
            _isLeaseCut = false;
        }
    }

    /// <summary>Carries a command out, after those before it. Throws where the caller's wait ends first.</summary>
    public async Task<MxCommandReply> InvokeAsync(MxCommandRequest request, SimulatorKey caller, CancellationToken cancellationToken)
    {
        MxCommandReply reply;
        try
        {
            // Who leaves stops waiting only: the worker's call runs on.
            CancellationToken dropped = _rules.Hold(GatewayRule.CallerLeaves) ? CancellationToken.None : cancellationToken;
            reply = await _commands.RunAsync(request, caller, dropped).WaitAsync(CommandTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (_rules.Hold(GatewayRule.CommandTimeout))
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

    /// <summary>
    /// Ends the session, lets go of everything, and ends the stream. Closed, it carries out what is pending first, and its stream ends with OK;
    /// lost, what is pending ends with the fault, and so does the stream.
    /// </summary>
    public async Task CloseAsync(GrpcFault? fault)
    {
        await _leaseTimer.DisposeAsync().ConfigureAwait(false);
        if (fault is not null)
            Lose(fault);
        _commands.Close();
        _worker.EndWaits();
        await _commands.Done.ConfigureAwait(false);
        _worker.Release();
        Events.End(_rules.Hold(GatewayRule.CloseEndsStream) ? fault : fault ?? Unknown(Id));
    }

    /// <summary>Ends what is pending with a fault: the worker is lost.</summary>
    public void Lose(GrpcFault fault)
    {
        _commands.Lose(fault);
        _worker.EndWaits();
    }

    private async ValueTask<MxCommandReply> RunAsync(MxCommandRequest request, SimulatorKey caller, CancellationToken lost)
    {
        await _faults.WorkAsync(request.Command?.Kind ?? default, lost).ConfigureAwait(false);
        IReadOnlyList<string> items = CommandTable.Items(_worker, request.Command);
        _worker.Caller = caller;
        MxCommandReply reply = await CommandTable.RunAsync(_worker, request.Command).ConfigureAwait(false);

        // A wait ends early where the worker is lost. What came of the command, nobody can say any more.
        lost.ThrowIfCancellationRequested();
        _calls.Add(nameof(GatewayService.Invoke), request.Command?.Kind, Id, items, reply.ProtocolStatus.Code);
        return reply;
    }

    private void OnStreamDetached()
    {
        lock (_lock)
        {
            if (Events.IsAttached || !_rules.Hold(GatewayRule.DetachedLease))
                return;
            _leaseEnd = _time.GetUtcNow() + DetachedLease;
            _isLeaseCut = true;
            _leaseTimer.Change(DetachedLease, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnLeaseTimer()
    {
        lock (_lock)
        {
            TimeSpan left = _leaseEnd - _time.GetUtcNow();
            if (Events.IsAttached && _rules.Hold(GatewayRule.StreamHoldsLease))
                left = Lease;
            if (left > TimeSpan.Zero)
            {
                _leaseTimer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        if (_rules.Hold(GatewayRule.LeaseEnds))
            _expired(this);
    }
}
