namespace MxGateway.Typed;

/// <summary>
/// What the connection knows of one full tag reference: who wants its values, the MXAccess item behind it while somebody does, and its last sample.
/// It stays once it was made; only its MXAccess item comes and goes.
/// </summary>
internal sealed class MxItem(string reference, TimeProvider time)
{
    private readonly Lock _lock = new();
    private IMxSampleSink[] _sinks = [];
    private MxRawSample _latest = MxRawSample.Waiting(time.GetUtcNow());
    private TaskCompletionSource<MxRawSample> _first = NewFirst();
    private TaskCompletionSource<MxStatus[]>? _write;
    private int _holds;

    public string Reference => reference;

    /// <summary>One write at a time: OnWriteComplete names only the item.</summary>
    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    /// <summary>The MXAccess item handle; 0 for none. Only the registry's worker sets it.</summary>
    public int Handle { get; set; }

    /// <summary>Whether the gateway refused the reference; it is asked again when somebody new wants the tag.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether the item waits in the worker's queue; set and cleared by the registry.</summary>
    public bool IsQueued { get; set; }

    /// <summary>How many samples have come; tells whether one came meanwhile.</summary>
    public long SampleCount { get; private set; }

    public bool IsWanted
    {
        get
        {
            lock (_lock)
                return _holds > 0;
        }
    }

    public MxRawSample Latest
    {
        get
        {
            lock (_lock)
                return _latest;
        }
    }

    /// <summary>Completes with the first sample since the tag is advised, or with the session's word that there will be none.</summary>
    public Task<MxRawSample> First
    {
        get
        {
            lock (_lock)
                return _first.Task;
        }
    }

    /// <summary>Wants the tag's values; whoever comes later is given the last one at once.</summary>
    public void Attach(IMxSampleSink? sink)
    {
        lock (_lock)
        {
            _holds++;
            if (sink is null)
                return;
            _sinks = [.. _sinks, sink];
            if (_first.Task.IsCompleted)
                sink.Publish(_latest);
        }
    }

    public void Detach(IMxSampleSink? sink)
    {
        lock (_lock)
        {
            _holds--;
            if (sink is not null)
                _sinks = [.. _sinks.Where(other => other != sink)];
        }
    }

    public void Publish(in MxRawSample sample)
    {
        // Under the lock, so that a sink that attaches meanwhile sees this sample once and in order; sinks only put it into their queue.
        lock (_lock)
        {
            SampleCount++;
            _latest = sample;
            _first.TrySetResult(sample);
            foreach (IMxSampleSink sink in _sinks)
                sink.Publish(sample);
        }
    }

    /// <summary>Nobody wants the tag any more and its item is gone: what was known is out of date from here on.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _latest = MxRawSample.Waiting(time.GetUtcNow());
            if (_first.Task.IsCompleted)
                _first = NewFirst();
        }
    }

    public Task<MxStatus[]> BeginWrite()
    {
        var write = new TaskCompletionSource<MxStatus[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _write = write;
        return write.Task;
    }

    public void CompleteWrite(MxStatus[] statuses) => Interlocked.Exchange(ref _write, null)?.TrySetResult(statuses);

    public void FailWrite(Exception cause) => Interlocked.Exchange(ref _write, null)?.TrySetException(cause);

    private static TaskCompletionSource<MxRawSample> NewFirst() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Takes samples on the event path: must return at once and never throw.</summary>
internal interface IMxSampleSink
{
    void Publish(in MxRawSample sample);

    /// <summary>There will be no more.</summary>
    void Complete();
}
