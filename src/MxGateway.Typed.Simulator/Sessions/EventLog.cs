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

    /// <summary>How many bytes the kept events have together; the newest is kept in any case.</summary>
    public const int RingBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan s_ringTime = TimeSpan.FromSeconds(300);

    private readonly Lock _lock = new();
    private readonly Queue<Kept> _ring = new();
    private EventStream? _stream;
    private GrpcFault? _ended;
    private ulong _lastSequence = rules.Hold(GatewayRule.FirstSequence) ? 0UL : 1UL;
    private int _ringBytes;

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

    /// <summary>The connection of the stream that is attached; null where none is.</summary>
    public string? StreamConnection
    {
        get
        {
            lock (_lock)
                return _stream?.ConnectionId;
        }
    }

    /// <summary>Gives an event its number and time, and sends it. The event is not changed afterwards.</summary>
    public void Publish(MxEvent entry)
    {
        var now = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        entry.SessionId = sessionId;
        entry.WorkerTimestamp = now;
        entry.GatewayReceiveTimestamp = now;
        if (!rules.Hold(GatewayRule.OverflowSparesWorker))
            _stream?.WaitForRoom();
        lock (_lock)
        {
            entry.WorkerSequence = _lastSequence += rules.Hold(GatewayRule.SequencesContiguous) || _lastSequence == 0 ? 1UL : 2UL;
            int size = entry.CalculateSize();
            Keep(new Kept(entry, size, time.GetTimestamp()));

            // Never wait for a slow reader: it is cut off, and may come back for what the ring still has.
            if (_stream is not null && !_stream.TryAdd(entry, size) && rules.Hold(GatewayRule.QueueOverflow))
                CutOffSlow();
        }
    }

    /// <summary>Forgets the events that are kept: a stream that comes back finds a gap.</summary>
    public void EvictRing()
    {
        lock (_lock)
        {
            _ring.Clear();
            _ringBytes = 0;
        }
    }

    /// <summary>Cuts off the attached stream as if it had not read in time.</summary>
    /// <returns>Whether one was attached.</returns>
    public bool Overflow()
    {
        lock (_lock)
            return CutOffSlow();
    }

    /// <summary>Attaches a stream: from now on for 0, else after a sequence that its reader has seen.</summary>
    /// <param name="afterSequence">The sequence.</param>
    /// <param name="connectionId">The connection that the stream comes by.</param>
    public EventStream Attach(ulong afterSequence, string connectionId)
    {
        lock (_lock)
        {
            // The session was found before it ended: nothing would ever come.
            if (_ended is not null)
                throw _ended;
            if (_stream is not null && rules.Hold(GatewayRule.OneStream))
                throw new GrpcFault(GrpcStatusCode.AlreadyExists, $"session {sessionId} has an event stream already");
            if (afterSequence > _lastSequence && rules.Hold(GatewayRule.ResumeFromFuture))
                throw GrpcFault.Invalid($"after_worker_sequence is {afterSequence}, and session {sessionId} has come to {_lastSequence} only");

            var stream = new EventStream(this, connectionId);
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

    private bool CutOffSlow()
    {
        string reason = $"EventQueueOverflow: the stream did not read {EventStream.QueueSize} events, or {EventStream.QueueBytes} bytes of them, in time";
        _stream?.CutOff(GrpcFault.Exhausted(reason));
        return Interlocked.Exchange(ref _stream, null) is not null;
    }

    private void Keep(Kept kept)
    {
        _ring.Enqueue(kept);
        _ringBytes += kept.Size;
        int most = rules.Hold(GatewayRule.RingSize) ? RingSize : RingSize / 2;
        while (_ring.Count > most || (_ringBytes > RingBytes && _ring.Count > 1))
            DropOldest();
    }

    private void DropOldest() => _ringBytes -= _ring.Dequeue().Size;

    private void Replay(EventStream stream, ulong afterSequence)
    {
        while (_ring.TryPeek(out Kept? oldest) && time.GetElapsedTime(oldest.At) > s_ringTime && rules.Hold(GatewayRule.RingTime))
            DropOldest();

        ulong oldestAvailable = _ring.TryPeek(out Kept? first) ? first.Event.WorkerSequence : _lastSequence + 1;
        if (oldestAvailable > afterSequence + (rules.Hold(GatewayRule.GapFreeResume) ? 1UL : 0UL) && rules.Hold(GatewayRule.ReplayGap))
        {
            var gap = new MxEvent
            {
                SessionId = sessionId,
                ReplayGap = new ReplayGap { RequestedAfterSequence = afterSequence, OldestAvailableSequence = oldestAvailable },
            };
            stream.TryAdd(gap, gap.CalculateSize());
        }

        ulong from = rules.Hold(GatewayRule.Resume) ? afterSequence + 1 : afterSequence;
        foreach (Kept kept in _ring)
            if (kept.Event.WorkerSequence >= from)
                stream.TryAdd(kept.Event, kept.Size);
    }

    private sealed record Kept(MxEvent Event, int Size, long At);
}
