namespace MxGateway.Typed.TestSupport;

/// <summary>How much data a client lets a server send: on the connection (stream 0), and on each stream.</summary>
internal sealed class Http2Windows
{
    private const ushort InitialWindowSetting = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, long> _granted = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _initial = 65535;

    /// <summary>What may be sent on a stream now.</summary>
    public long Of(int stream)
    {
        lock (_lock)
            return Math.Min(65535 + _granted.GetValueOrDefault(0), _initial + _granted.GetValueOrDefault(stream));
    }

    /// <summary>Waits until so much may be sent on a stream.</summary>
    public async Task OpenAsync(int stream, int size, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (Of(stream) >= size)
                return;
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The client changed a setting; the window of streams is one.</summary>
    public void Set(ushort id, uint value)
    {
        if (id == InitialWindowSetting)
            Change(() => _initial = value);
    }

    /// <summary>The client gave more.</summary>
    public void Open(int stream, uint size) => Change(() => _granted[stream] = _granted.GetValueOrDefault(stream) + size);

    /// <summary>The server sent data.</summary>
    public void Take(int stream, int size) => Change(() =>
    {
        _granted[stream] = _granted.GetValueOrDefault(stream) - size;
        _granted[0] = _granted.GetValueOrDefault(0) - size;
    });

    /// <summary>The client has left.</summary>
    public void Close(Exception reason)
    {
        lock (_lock)
            _changed.TrySetException(reason);

        // Nobody need be waiting.
        _ = _changed.Task.Exception;
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            if (_changed.Task.IsCompleted)
                return;
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
