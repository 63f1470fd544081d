using System.Runtime.CompilerServices;

namespace MxGateway.Typed;

/// <summary>One reader of one tag or of many: one queue, and a slot for each tag.</summary>
internal sealed class MxSubscription : IMxListener
{
    private readonly MxGatewayConnection _connection;
    private readonly MxTagSlot[] _slots;
    private readonly MxSampleQueue _queue;
    private readonly bool _isSupervisory;
    private readonly Lock _lock = new();
    private bool _isAttached;
    private volatile bool _isDisposed;

    private MxSubscription(MxGatewayConnection connection, IReadOnlyCollection<MxTag> tags, MxAdviseOptions options)
    {
        _connection = connection;
        _queue = MxSampleQueue.Of(options.QueueCapacity, dropped => MxLog.ReaderIsBehind(connection.Log, Name, dropped, options.QueueCapacity!.Value));
        _slots = [.. tags.Select(tag => new MxTagSlot(tag, _queue))];
        _isSupervisory = options.Supervisory;
    }

    private string Name => _slots.Length == 1 ? _slots[0].Tag.Reference : $"{_slots[0].Tag.Reference} and {_slots.Length - 1} more";

    /// <summary>A subscription that its owner reads.</summary>
    /// <param name="tags">At least one; of one connection; each once.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    public static MxSubscription Start(IReadOnlyCollection<MxTag> tags, MxAdviseOptions options) => Start(tags, options, static _ => Task.CompletedTask);

    /// <summary>A subscription that delivers to an observer, one sample after the other, away from the event path.</summary>
    public static MxSubscription Start<T>(IReadOnlyCollection<MxTag> tags, MxAdviseOptions options, IObserver<T> observer, Func<MxQueued, T> toSample) =>
        Start(tags, options, subscription => Task.Run(() => subscription.DeliverAsync(observer, toSample)));

    /// <summary>What comes, until the connection ends.</summary>
    public async IAsyncEnumerable<MxQueued> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _queue.WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_queue.TryTake(out MxQueued queued))
            {
                yield return queued;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>What has come since the reader last looked, together.</summary>
    public async IAsyncEnumerable<IReadOnlyList<MxTagSample>> ReadBatchesAsync(int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _queue.WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            var batch = new List<MxTagSample>();
            while (batch.Count < most && _queue.TryTake(out MxQueued queued))
                batch.Add(new MxTagSample(queued));
            if (batch.Count > 0)
                yield return batch;
        }
    }

    public void Complete() => _queue.Complete();

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            if (_isAttached)
                _connection.Tags.Detach(_slots, _isSupervisory);
        }

        _connection.Subscriptions.Remove(this);
        Complete();
    }

    private static MxSubscription Start(IReadOnlyCollection<MxTag> tags, MxAdviseOptions options, Func<MxSubscription, Task> deliver)
    {
        MxTag first = tags.First();
        var subscription = new MxSubscription(first.Connection, tags, options);
        first.Connection.Subscriptions.Add(first.NodeGalaxy, subscription, subscription.Name, () => deliver(subscription));
        subscription.Attach();
        return subscription;
    }

    // The plant may have been disposed of meanwhile, and with it the subscription.
    private void Attach()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isAttached = true;
            _connection.Tags.Attach(_slots, _isSupervisory);
        }
    }

    private async Task DeliverAsync<T>(IObserver<T> observer, Func<MxQueued, T> toSample)
    {
        try
        {
            await foreach (MxQueued queued in ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                if (_isDisposed)
                    return;
                observer.OnNext(toSample(queued));
            }

            if (!_isDisposed)
                observer.OnCompleted();
        }
        catch (Exception e)
        {
            // The observer's own fault: it ends this subscription and nothing else.
            MxLog.ObserverFailed(_connection.Log, e, Name);
            Dispose();
        }
    }
}
