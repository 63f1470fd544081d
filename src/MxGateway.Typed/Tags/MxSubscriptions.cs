namespace MxGateway.Typed;

/// <summary>All subscriptions of a connection, so that its end is theirs.</summary>
internal sealed class MxSubscriptions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IMxSampleSink, Task> _active = [];
    private bool _isComplete;

    /// <summary>Adds a subscription and the task that delivers to it, where there is one.</summary>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public void Add(IMxSampleSink sink, Task delivery)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isComplete, typeof(MxGatewayConnection));
            _active.Add(sink, delivery);
        }
    }

    public void Remove(IMxSampleSink sink)
    {
        lock (_lock)
            _active.Remove(sink);
    }

    /// <summary>Completes all, and waits until their last sample is delivered or the time is up: an observer may well wait for this very end.</summary>
    public async Task CompleteAllAsync(CancellationToken limit)
    {
        KeyValuePair<IMxSampleSink, Task>[] active;
        lock (_lock)
        {
            _isComplete = true;
            active = [.. _active];
        }

        foreach ((IMxSampleSink sink, _) in active)
            sink.Complete();
        try
        {
            await Task.WhenAll(active.Select(entry => entry.Value)).WaitAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // An observer that takes longer than closing may take does not keep the session open.
        }
    }
}
