namespace MxGateway.Typed;

/// <summary>
/// Keeps the first values of many tags that are advised at once from overrunning the gateway's queue of 10,000 events: more is advised only while few
/// first values are outstanding.
/// Some never come (an object off scan), so where nothing moves for a while, what is outstanding is not waited for.
/// </summary>
internal sealed class MxAdvisePace(TimeProvider time)
{
    /// <summary>How many first values may be outstanding: well below the gateway's queue, which other changes fill too.</summary>
    public const int Window = 4_000;

    /// <summary>How long nothing may move.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HashSet<int> _awaited = [];
    private TaskCompletionSource? _moved;
    private volatile bool _isIdle = true;
    private bool _isInterrupted;
    private bool _isStopped;

    /// <summary>An item was advised, and its first value has not come.</summary>
    public void Expect(int handle)
    {
        lock (_lock)
        {
            _awaited.Add(handle);
            _isIdle = false;
        }
    }

    /// <summary>The item's first value has come, or will not be waited for. Called for every data change.</summary>
    public void Settle(int handle)
    {
        if (_isIdle)
            return;
        lock (_lock)
        {
            if (!_awaited.Remove(handle))
                return;
            _isIdle = _awaited.Count == 0;
            if (_isIdle)
                _awaited.TrimExcess(MxTagCommands.Size);
            _moved?.TrySetResult();
        }
    }

    /// <summary>Waits until so many more may be advised.</summary>
    /// <returns>False where it was interrupted before that.</returns>
    public async Task<bool> WaitForRoomAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_isInterrupted)
                {
                    _isInterrupted = false;
                    return false;
                }

                if (_isStopped || _awaited.Count == 0 || _awaited.Count + count <= Window)
                    return true;
                moved = (_moved = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            try
            {
                await moved.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                GiveUp();
            }
        }
    }

    /// <summary>Something has come that must not wait for first values.</summary>
    public void Interrupt()
    {
        lock (_lock)
        {
            _isInterrupted = true;
            _moved?.TrySetResult();
        }
    }

    /// <summary>The connection ends: nobody waits any more.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            _moved?.TrySetResult();
        }
    }

    private void GiveUp()
    {
        lock (_lock)
        {
            _awaited.Clear();
            _isIdle = true;
        }
    }
}
