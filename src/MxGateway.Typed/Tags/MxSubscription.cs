using System.Threading.Channels;

namespace MxGateway.Typed;

/// <summary>
/// One reader of one tag. Its queue holds the newest sample: a slow reader misses what came between, and slows nobody.
/// </summary>
internal sealed class MxSubscription<T> : IMxSampleSink, IDisposable
{
    private readonly Channel<MxSample<T>> _newest = Channel.CreateBounded<MxSample<T>>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly MxTag<T> _tag;
    private readonly MxGatewayConnection _connection;
    private int _isDisposed;

    private MxSubscription(MxTag<T> tag)
    {
        _tag = tag;
        _connection = tag.Connection;
    }

    public ChannelReader<MxSample<T>> Samples => _newest.Reader;

    /// <summary>A subscription that its owner reads.</summary>
    public static MxSubscription<T> Start(MxTag<T> tag)
    {
        var subscription = new MxSubscription<T>(tag);
        subscription._connection.Subscriptions.Add(subscription, Task.CompletedTask);
        subscription._connection.Tags.Attach(tag.Item, subscription);
        return subscription;
    }

    /// <summary>A subscription that delivers to an observer, one sample after the other, away from the event path.</summary>
    public static MxSubscription<T> Start(MxTag<T> tag, IObserver<MxSample<T>> observer)
    {
        var subscription = new MxSubscription<T>(tag);
        subscription._connection.Subscriptions.Add(subscription, Task.Run(() => subscription.DeliverAsync(observer)));
        subscription._connection.Tags.Attach(tag.Item, subscription);
        return subscription;
    }

    public void Publish(in MxRawSample sample) => _newest.Writer.TryWrite(_tag.ToSample(sample));

    public void Complete() => _newest.Writer.TryComplete();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _connection.Tags.Detach(_tag.Item, this);
        _connection.Subscriptions.Remove(this);
        Complete();
    }

    private async Task DeliverAsync(IObserver<MxSample<T>> observer)
    {
        try
        {
            await foreach (MxSample<T> sample in Samples.ReadAllAsync().ConfigureAwait(false))
            {
                if (Volatile.Read(ref _isDisposed) != 0)
                    return;
                observer.OnNext(sample);
            }

            if (Volatile.Read(ref _isDisposed) == 0)
                observer.OnCompleted();
        }
        catch (Exception e)
        {
            // The observer's own fault: it ends this subscription and nothing else.
            MxLog.ObserverFailed(_connection.Log, e, _tag.Reference);
            Dispose();
        }
    }
}
