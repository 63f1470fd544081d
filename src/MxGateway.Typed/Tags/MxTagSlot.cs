namespace MxGateway.Typed;

/// <summary>One tag of a subscription: hands what comes to the subscription's queue, which keeps its marks here.</summary>
internal sealed class MxTagSlot(MxTag tag, MxSampleQueue queue) : IMxSampleSink
{
    private int _missed;

    public MxTag Tag => tag;

    /// <summary>Whether the tag waits in a queue that holds it once. Under the item's lock.</summary>
    public bool IsQueued { get; set; }

    public void Publish(in MxRawSample sample) => queue.Publish(this, sample);

    /// <summary>A sample of this tag was dropped.</summary>
    public void CountMissed() => Interlocked.Increment(ref _missed);

    /// <summary>How many were dropped since this was last asked.</summary>
    public int TakeMissed() => Interlocked.Exchange(ref _missed, 0);
}
