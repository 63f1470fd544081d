using MxGateway.Typed.Simulator.Plant;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>
/// The changes of a server handle's buffered items. They are collected from the first one on for one update interval, and then told: one event per item.
/// </summary>
internal sealed class UpdateBuffer : IDisposable
{
    /// <summary>How many changes are kept; of more than that the oldest are lost.</summary>
    public const int MaxChanges = 10_000;

    /// <summary>How many bytes their values may have together, so that those of one item fit an event.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private Queue<Change> _changes = new();
    private TimeSpan _interval = TimeSpan.FromSeconds(1);
    private int _bytes;

    public UpdateBuffer(TimeProvider time) => _timer = time.CreateTimer(_ => TellAll(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Sets the update interval. What is collected already is told after the new one.</summary>
    public void SetInterval(TimeSpan interval)
    {
        lock (_lock)
        {
            _interval = interval;
            if (_changes.Count > 0)
                _timer.Change(interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Add(MxItem item, in TagSample sample)
    {
        lock (_lock)
        {
            if (_changes.Count == 0)
                _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            var change = new Change(item, sample, sample.Value.CalculateSize());
            _changes.Enqueue(change);
            _bytes += change.Size;
            while (_changes.Count > 1 && (_changes.Count > MaxChanges || _bytes > MaxBytes))
                _bytes -= _changes.Dequeue().Size;
        }
    }

    /// <summary>Forgets an item's changes: it is not advised any more. None of them is told once this returns.</summary>
    public void Forget(MxItem item)
    {
        lock (_lock)
        {
            _changes = new Queue<Change>(_changes.Where(change => change.Item != item));
            _bytes = _changes.Sum(change => change.Size);
        }
    }

    /// <summary>Tells an item's changes now: something else is to be told of it, and they came before that.</summary>
    public void Tell(MxItem item)
    {
        lock (_lock)
        {
            Tell(_changes.Where(change => change.Item == item));
            Forget(item);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void TellAll()
    {
        lock (_lock)
        {
            Tell(_changes);
            _changes.Clear();
            _bytes = 0;
        }
    }

    private static void Tell(IEnumerable<Change> changes)
    {
        // A redeploy may have given the attribute another type meanwhile.
        foreach (IGrouping<(MxItem Item, int Type), Change> ofOne in changes.GroupBy(change => (change.Item, change.Sample.Value.RawDataType)))
            ofOne.Key.Item.OnBufferedDataChange(DataType.Of(ofOne.Key.Type), [.. ofOne.Select(change => change.Sample)]);
    }

    private readonly record struct Change(MxItem Item, TagSample Sample, int Size);
}
