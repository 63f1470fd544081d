using System.Threading.Channels;

namespace MxGateway.Typed;

/// <summary>A sample that was taken out of a queue.</summary>
/// <param name="Slot">Whose.</param>
/// <param name="Sample">The sample.</param>
/// <param name="Missed">How many samples of the same tag were dropped before it.</param>
internal readonly record struct MxQueued(MxTagSlot Slot, MxRawSample Sample, int Missed);

/// <summary>
/// What lies between the event path, which must never wait, and one subscription's reader, who may take his time. Bounded; what is dropped is counted.
/// </summary>
internal abstract class MxSampleQueue
{
    /// <summary>Makes a queue.</summary>
    /// <param name="capacity">How many samples it holds; null for the newest of each tag.</param>
    /// <param name="isBehind">
    /// Told how many samples were dropped when the reader comes back to a queue that has overflowed, and not again before he has emptied it.
    /// Never called where only the newest are wanted.
    /// </param>
    public static MxSampleQueue Of(int? capacity, Action<int> isBehind) => capacity is { } count ? new EverySample(count, isBehind) : new NewestPerTag();

    /// <summary>Puts a sample in; under the lock of the slot's item.</summary>
    public abstract void Publish(MxTagSlot slot, in MxRawSample sample);

    /// <summary>Waits until there is something to take out.</summary>
    /// <returns>False where nothing will come any more.</returns>
    public abstract ValueTask<bool> WaitAsync(CancellationToken cancellationToken);

    public abstract bool TryTake(out MxQueued queued);

    /// <summary>There will be no more; what is in can still be taken out.</summary>
    public abstract void Complete();

    /// <summary>
    /// The newest sample of each tag. A tag stands in the queue once, and what it brings is looked up when it is taken out: so nothing is held twice, and
    /// it is as new as can be.
    /// </summary>
    private sealed class NewestPerTag : MxSampleQueue
    {
        private readonly Channel<MxTagSlot> _changed = Channel.CreateUnbounded<MxTagSlot>(new() { SingleReader = true });

        public override void Publish(MxTagSlot slot, in MxRawSample sample)
        {
            if (slot.IsQueued)
                slot.CountMissed();
            else
                slot.IsQueued = _changed.Writer.TryWrite(slot);
        }

        public override ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _changed.Reader.WaitToReadAsync(cancellationToken);

        public override bool TryTake(out MxQueued queued)
        {
            queued = default;
            if (!_changed.Reader.TryRead(out MxTagSlot? slot))
                return false;
            queued = slot.Tag.Item.TakeNewest(slot);
            return true;
        }

        public override void Complete() => _changed.Writer.TryComplete();
    }

    /// <summary>Every sample, up to a number of them; then the oldest ones go.</summary>
    private sealed class EverySample : MxSampleQueue
    {
        private readonly Channel<MxQueued> _samples;
        private readonly Action<int> _isBehind;
        private int _dropped;
        private bool _isTold;

        public EverySample(int capacity, Action<int> isBehind)
        {
            _isBehind = isBehind;
            _samples = Channel.CreateBounded<MxQueued>(
                new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, Drop);
        }

        public override void Publish(MxTagSlot slot, in MxRawSample sample) => _samples.Writer.TryWrite(new MxQueued(slot, sample, 0));

        public override ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _samples.Reader.WaitToReadAsync(cancellationToken);

        public override bool TryTake(out MxQueued queued)
        {
            // By the reader: the event path has no time for a log.
            int dropped = Interlocked.Exchange(ref _dropped, 0);
            if (dropped > 0 && !_isTold)
            {
                _isTold = true;
                _isBehind(dropped);
            }

            bool isThere = _samples.Reader.TryRead(out queued);
            _isTold &= isThere;
            if (isThere)
                queued = queued with { Missed = queued.Slot.TakeMissed() };
            return isThere;
        }

        public override void Complete() => _samples.Writer.TryComplete();

        private void Drop(MxQueued dropped)
        {
            dropped.Slot.CountMissed();
            Interlocked.Increment(ref _dropped);
        }
    }
}
