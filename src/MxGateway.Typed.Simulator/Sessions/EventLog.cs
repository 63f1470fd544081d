using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>
/// A session's events: numbers them without holes, keeps the last ones for a stream that comes back, and hands them to the one stream that is attached.
/// </summary>
internal sealed class EventLog(string sessionId, TimeProvider time, GatewayRules rules)
{
    /// <summary>How many events are kept for a stream that comes back.</summary>
    public const int RingSize = 1_024;

    private static readonly TimeSpan s_ringTime = TimeSpan.FromSeconds(300);

    private readonly Lock _lock = new();
    private readonly Queue<(MxEvent Event, long At)> _ring = new();
    private EventStream? _stream;
    private GrpcFault? _ended;
    private ulong _lastSequence = rules.Hold(GatewayRule.FirstSequence) ? 0UL : 1UL;

    /// <summary>Raised, outside of all locks, when a stream went away by itself or was cut off.</summary>
    public event Action? Detached;

    public bool IsAttached
    {
        get
        {
            lock (_lock)
                return _stream is not null;
        }
    }

    /// <summary>Gives an event its number and time, and sends it. The event is not changed afterwards.</summary>
    public void Publish(MxEvent entry)
    {
        var now = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        entry.SessionId = sessionId;
        entry.WorkerTimestamp = now;
        entry.GatewayReceiveTimestamp = now;
        lock (_lock)
        {
            entry.WorkerSequence = ++_lastSequence;
            if (_ring.Count == RingSize)
                _ring.Dequeue();
            _ring.Enqueue((entry, time.GetTimestamp()));

            // Never wait for a slow reader: it is cut off, and may come back for what the ring still has.
            if (_stream is not null && !_stream.TryAdd(entry))
            {
                _stream.CutOff(GrpcFault.Exhausted($"EventQueueOverflow: the stream did not read {EventStream.QueueSize} events in time"));
                _stream = null;
            }
        }
    }

    /// <summary>Attaches a stream: from now on for 0, else after a sequence that its reader has seen.</summary>
    public EventStream Attach(ulong afterSequence)
    {
        lock (_lock)
        {
            // The session was found before it ended: nothing would ever come.
            if (_ended is not null)
                throw _ended;
            if (_stream is not null)
                throw new GrpcFault(GrpcStatusCode.AlreadyExists, $"session {sessionId} has an event stream already");
            if (afterSequence > _lastSequence)
                throw GrpcFault.Invalid($"after_worker_sequence is {afterSequence}, and session {sessionId} has come to {_lastSequence} only");

            var stream = new EventStream(this);
            if (afterSequence > 0)
                Replay(stream, afterSequence);
            return _stream = stream;
        }
    }

    /// <summary>Ends the attached stream: with OK after its last event, or with a fault at once. No other stream attaches any more.</summary>
    public void End(GrpcFault? fault)
    {
        lock (_lock)
        {
            _ended = fault ?? Session.Unknown(sessionId);
            if (fault is null)
                _stream?.Complete();
            else
                _stream?.CutOff(fault);
            _stream = null;
        }
    }

    /// <summary>Called by a stream that is not read any more.</summary>
    internal void Detach(EventStream stream)
    {
        lock (_lock)
        {
            if (_stream == stream)
                _stream = null;
        }

        Detached?.Invoke();
    }

    private void Replay(EventStream stream, ulong afterSequence)
    {
        while (_ring.TryPeek(out (MxEvent Event, long At) oldest) && time.GetElapsedTime(oldest.At) > s_ringTime)
            _ring.Dequeue();

        ulong oldestAvailable = _ring.TryPeek(out (MxEvent Event, long At) first) ? first.Event.WorkerSequence : _lastSequence + 1;
        if (oldestAvailable > afterSequence + 1)
        {
            stream.TryAdd(new MxEvent
            {
                SessionId = sessionId,
                ReplayGap = new ReplayGap { RequestedAfterSequence = afterSequence, OldestAvailableSequence = oldestAvailable },
            });
        }

        foreach ((MxEvent entry, _) in _ring)
            if (entry.WorkerSequence > afterSequence)
                stream.TryAdd(entry);
    }
}
