namespace MxGateway.Typed;

/// <summary>All who listen to tags of a connection, so that its end is theirs, and the end of a plant the end of those who listen to its tags.</summary>
internal sealed class MxSubscriptions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IMxListener, (MxGalaxy Galaxy, Task Delivery)> _active = [];
    private bool _isComplete;

    /// <summary>Adds a listener, and starts the task that delivers to it.</summary>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    public void Add(MxGalaxy galaxy, IMxListener listener, string name, Func<Task> deliver)
    {
        lock (_lock)
        {
            if (_isComplete || galaxy.IsEnded)
            {
                (Type closed, string why) = _isComplete
                    ? (typeof(MxGatewayConnection), $"the connection with {galaxy.Connection.Options.Endpoint} was closed")
                    : (galaxy.GetType(), "the plant was disposed of");
                throw new ObjectDisposedException(closed.Name, $"advising {name}: {why}");
            }

            _active.Add(listener, (galaxy, deliver()));
        }
    }

    public void Remove(IMxListener listener)
    {
        lock (_lock)
            _active.Remove(listener);
    }

    /// <summary>
    /// The connection ends: completes all, and waits until their last sample is delivered or the time is up: an observer may well wait for this very end.
    /// </summary>
    public Task CompleteAllAsync(CancellationToken limit)
    {
        lock (_lock)
            _isComplete = true;
        return CompleteAsync(static _ => true, limit);
    }

    /// <summary>A plant ends whose connection goes on: its listeners end, and let their items go.</summary>
    public async Task EndAsync(MxGalaxy galaxy, CancellationToken limit)
    {
        lock (_lock)
            galaxy.IsEnded = true;
        foreach (IMxListener listener in await CompleteAsync(of => of == galaxy, limit).ConfigureAwait(false))
            listener.Dispose();
    }

    private async Task<IReadOnlyList<IMxListener>> CompleteAsync(Func<MxGalaxy, bool> isIn, CancellationToken limit)
    {
        KeyValuePair<IMxListener, (MxGalaxy Galaxy, Task Delivery)>[] ending;
        lock (_lock)
            ending = [.. _active.Where(entry => isIn(entry.Value.Galaxy))];

        foreach ((IMxListener listener, _) in ending)
            listener.Complete();
        try
        {
            await Task.WhenAll(ending.Select(entry => entry.Value.Delivery)).WaitAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // An observer that takes longer than closing may take does not keep the session open.
        }

        return [.. ending.Select(entry => entry.Key)];
    }
}
