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
    private TaskCompletionSource<(MxRawSample Sample, int Handle)> _first = NewFirst();
    private (int Handle, TaskCompletionSource<MxStatus[]> Outcome)? _write;
    private int _holds;
    private int _handle;

    public string Reference => reference;

    /// <summary>One write at a time: OnWriteComplete names only the item.</summary>
    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    /// <summary>Whether the gateway refused the reference; it is asked again when somebody new wants the tag. The registry's.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether the item waits in the worker's queue. The registry's.</summary>
    public bool IsQueued { get; set; }

    /// <summary>How many samples have come; tells whether one came meanwhile.</summary>
    public long SampleCount { get; private set; }

    /// <summary>Whether somebody wants the tag's values.</summary>
    public bool IsWanted
    {
        get
        {
            lock (_lock)
                return _holds > 0;
        }
    }

    /// <summary>The MXAccess item handle; 0 for none.</summary>
    public int Handle
    {
        get
        {
            lock (_lock)
                return _handle;
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

    /// <summary>Completes with the first sample of the present handle, or with the session's word that there will be none (handle 0).</summary>
    public Task<(MxRawSample Sample, int Handle)> First
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

    /// <summary>The item was added and is advised.</summary>
    public void Advised(int handle)
    {
        lock (_lock)
            _handle = handle;
    }

    /// <summary>Takes the handle away if nobody wants the tag: whoever comes from here on waits for a new first value.</summary>
    public bool TryLetGo(out int handle)
    {
        lock (_lock)
        {
            handle = _handle;
            if (_holds > 0)
                return false;
            Forget();
            return true;
        }
    }

    /// <summary>Takes the handle away although the tag is wanted.</summary>
    public bool TryRetire(int handle)
    {
        lock (_lock)
        {
            if (_handle != handle)
                return false;
            Forget();
            return true;
        }
    }

    /// <summary>A sample from the gateway; one of a handle that was taken away says nothing any more.</summary>
    public void Publish(in MxRawSample sample, int handle)
    {
        lock (_lock)
        {
            if (handle == _handle)
                Take(sample);
        }
    }

    /// <summary>A sample that the session makes, because the gateway gives none.</summary>
    public void PublishFromSession(in MxRawSample sample)
    {
        lock (_lock)
        {
            _handle = 0;
            if (_holds > 0)
                Take(sample);
        }
    }

    public Task<MxStatus[]> BeginWrite(int handle)
    {
        var outcome = new TaskCompletionSource<MxStatus[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _write = (handle, outcome);
        return outcome.Task;
    }

    public void CompleteWrite(int handle, MxStatus[] statuses)
    {
        lock (_lock)
        {
            if (_write?.Handle == handle)
                _write.Value.Outcome.TrySetResult(statuses);
        }
    }

    public void FailWrite(Exception cause)
    {
        lock (_lock)
            _write?.Outcome.TrySetException(cause);
    }

    public void EndWrite()
    {
        lock (_lock)
            _write = null;
    }

    private void Forget()
    {
        _handle = 0;
        _latest = MxRawSample.Waiting(time.GetUtcNow());
        if (_first.Task.IsCompleted)
            _first = NewFirst();
    }

    // Under the lock, so that a sink that attaches meanwhile sees each sample once and in order; sinks only put it into their queue.
    private void Take(in MxRawSample sample)
    {
        SampleCount++;
        _latest = sample;
        _first.TrySetResult((sample, _handle));
        foreach (IMxSampleSink sink in _sinks)
            sink.Publish(sample);
    }

    private static TaskCompletionSource<(MxRawSample Sample, int Handle)> NewFirst() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Takes samples on the event path: must return at once and never throw.</summary>
internal interface IMxSampleSink
{
    void Publish(in MxRawSample sample);

    /// <summary>There will be no more.</summary>
    void Complete();
}
