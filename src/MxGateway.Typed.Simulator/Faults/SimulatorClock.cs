namespace MxGateway.Typed.Simulator.Faults;

/// <summary>
/// The simulator's clock: it runs like another one, and can be moved ahead. A move is a jump, as for a machine that slept: each timer that falls due on the way
/// fires once, a periodic one too, in the order of the due times and before <see cref="Advance"/> returns.
/// </summary>
internal sealed class SimulatorClock(TimeProvider other) : TimeProvider
{
    /// <summary>How far ahead of the other clock it can come; much further lies the end of the calendar.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromDays(36_500);

    /// <summary>What a timer can wait for.</summary>
    public static readonly TimeSpan MaxTimer = TimeSpan.FromDays(24);

    private readonly Lock _lock = new();
    private readonly HashSet<Timer> _armed = [];
    private readonly TimeProvider _other = other;
    private long _ahead;

    public override TimeZoneInfo LocalTimeZone => _other.LocalTimeZone;

    public override long TimestampFrequency => _other.TimestampFrequency;

    /// <summary>How far it is ahead. Read without the lock: every event looks at the time, and nobody waits for another who does.</summary>
    private TimeSpan Ahead => TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    public override DateTimeOffset GetUtcNow() => _other.GetUtcNow() + Ahead;

    public override long GetTimestamp() => _other.GetTimestamp() + Stamps(Ahead);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock ahead.</summary>
    /// <returns>False where it would come too far ahead; then it has not moved.</returns>
    public bool Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            if (by > MaxAhead - Ahead)
                return false;
            Volatile.Write(ref _ahead, (Ahead + by).Ticks);
            long now = GetTimestamp();
            due = [.. _armed.Where(timer => timer.Due <= now).OrderBy(timer => timer.Due)];

            // The rest comes due sooner on the other clock.
            foreach (Timer timer in _armed.Except(due))
                timer.Arm();
        }

        foreach (Timer timer in due)
            timer.Fire();
        return true;
    }

    // Whole numbers: a time stamp may have more digits than a double.
    private long Stamps(TimeSpan time) => (long)((Int128)time.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);

    private TimeSpan Span(long stamps) => TimeSpan.FromTicks((long)((Int128)stamps * TimeSpan.TicksPerSecond / TimestampFrequency));

    private sealed class Timer : ITimer
    {
        private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

        private readonly SimulatorClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private TimeSpan _period;
        private bool _disposed;

        public Timer(SimulatorClock clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _callback = callback;
            _state = state;
            _timer = clock._other.CreateTimer(static timer => ((Timer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        /// <summary>When it fires, as a time stamp of the clock. Means something while it is armed.</summary>
        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._lock)
            {
                if (_disposed)
                    return false;
                _period = period;
                Schedule(dueTime);
                return true;
            }
        }

        /// <summary>Fires if it is due: the other clock's timer may be a little early, and somebody else may have been first.</summary>
        public void Fire()
        {
            lock (_clock._lock)
            {
                if (!_clock._armed.Contains(this))
                    return;
                if (Due > _clock.GetTimestamp())
                {
                    Arm();
                    return;
                }

                Schedule(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);
            }

            _callback(_state);
        }

        /// <summary>Sets the other clock's timer. It never fires at once: a clock that a test moves would fire it here, inside the lock.</summary>
        public void Arm() => Arm(_clock.Span(Due - _clock.GetTimestamp()));

        public void Dispose()
        {
            Forget();
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Forget();
            return _timer.DisposeAsync();
        }

        private void Forget()
        {
            lock (_clock._lock)
            {
                _disposed = true;
                _clock._armed.Remove(this);
            }
        }

        private void Schedule(TimeSpan dueTime)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                _clock._armed.Remove(this);
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            _clock._armed.Add(this);
            Due = _clock.GetTimestamp() + _clock.Stamps(dueTime);
            Arm(dueTime);
        }

        private void Arm(TimeSpan left) => _timer.Change(left > s_shortest ? left : s_shortest, Timeout.InfiniteTimeSpan);
    }
}
