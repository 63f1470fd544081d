namespace MxGateway.Typed.Simulator.Plant;

/// <summary>
/// Says which of the advised tags move next: a stated fraction of them each second, in small ticks, in random order, and each once before any moves again.
/// With nothing to move no timer runs. Not safe from several threads: <see cref="SimulatedPlant"/> holds the lock.
/// </summary>
internal sealed class PlantMovement : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    // Tags before _moved have moved in this round, those from there on have not.
    private readonly List<PlantTag> _tags = [];
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly double _fractionPerSecond;
    private readonly ITimer _timer;
    private int _moved;
    private long _lastTick;
    private double _owed;

    public PlantMovement(TimeProvider time, Random random, double fractionPerSecond, Action tick)
    {
        _time = time;
        _random = random;
        _fractionPerSecond = fractionPerSecond;
        _timer = time.CreateTimer(_ => tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets a tag move from now on.</summary>
    public void Add(PlantTag tag)
    {
        if (tag.MoverIndex >= 0)
            return;
        tag.MoverIndex = _tags.Count;
        _tags.Add(tag);
        if (_tags.Count == 1 && _fractionPerSecond > 0)
        {
            _lastTick = _time.GetTimestamp();
            _owed = 0;
            _timer.Change(s_tick, s_tick);
        }
    }

    /// <summary>Lets a tag rest.</summary>
    public void Remove(PlantTag tag)
    {
        if (tag.MoverIndex < 0)
            return;
        if (tag.MoverIndex < _moved)
            Swap(tag.MoverIndex, --_moved);
        Swap(tag.MoverIndex, _tags.Count - 1);
        _tags.RemoveAt(_tags.Count - 1);
        tag.MoverIndex = -1;
        if (_tags.Count == 0)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The tags that are due since this was last asked.</summary>
    public IEnumerable<PlantTag> Due()
    {
        long now = _time.GetTimestamp();
        _owed += _tags.Count * _fractionPerSecond * _time.GetElapsedTime(_lastTick, now).TotalSeconds;
        _lastTick = now;

        // After a pause of the whole process each tag moves once, not once for each second that was missed.
        _owed = Math.Min(_owed, _tags.Count);
        for (; _owed >= 1; _owed--)
        {
            if (_moved >= _tags.Count)
                _moved = 0;
            Swap(_random.Next(_moved, _tags.Count), _moved);
            yield return _tags[_moved++];
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Swap(int a, int b)
    {
        (_tags[a], _tags[b]) = (_tags[b], _tags[a]);
        _tags[a].MoverIndex = a;
        _tags[b].MoverIndex = b;
    }
}
