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
    private TaskCompletionSource<int> _first = NewFirst();
    private MxItemWrites? _writes;
    private long _sampleCount;
    private int _holds;
    private int _handle;

    public string Reference => reference;

    /// <summary>The tag's writes; made when it is first written.</summary>
    public MxItemWrites Writes => _writes ?? Interlocked.CompareExchange(ref _writes, new MxItemWrites(), null) ?? _writes;

    /// <summary>Whether the gateway refused to advise the tag; it is asked again when somebody new wants it. The registry's, under its lock.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether the item waits in the worker's queue. The registry's, under its lock.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether somebody wants the tag's values.</summary>
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

    /// <summary>How many samples have come; tells whether one came meanwhile.</summary>
    public long SampleCount
    {
        get
        {
            lock (_lock)
                return _sampleCount;
        }
    }

    /// <summary>Completes with the present handle when its first sample has come, or with 0 when there is none and the last sample says why.</summary>
    public Task<int> First
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

    /// <summary>The item was added and is advised; what came before is not its first value.</summary>
    public void Advised(int handle)
    {
        lock (_lock)
        {
            _handle = handle;
            RenewFirst();
        }
    }

    /// <summary>Takes the handle away if nobody wants the tag: whoever comes from here on waits for a new first value.</summary>
    /// <returns>False where the tag is wanted; the handle stays.</returns>
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

    /// <summary>A value that was read; what an event brought meanwhile is newer.</summary>
    public void PublishRead(in MxRawSample sample, int handle, long seen)
    {
        lock (_lock)
        {
            if (handle == _handle && seen == _sampleCount)
                Take(sample);
        }
    }

    /// <summary>A sample that the session makes because the gateway gives none: there is no item from here on.</summary>
    public void PublishFromSession(in MxRawSample sample)
    {
        lock (_lock)
        {
            if (_holds == 0)
            {
                Forget();
                return;
            }

            _handle = 0;
            RenewFirst();
            Take(sample);
        }
    }

    /// <summary>Begins a write, unless it was withdrawn, or its handle taken away meanwhile: then nothing may be sent.</summary>
    public bool TryBeginWrite(MxPendingWrite write)
    {
        lock (_lock)
            return write.Handle != 0 && write.Handle == _handle && write.TrySend();
    }

    public void CompleteWrite(int handle, MxWriteEnd end) => _writes?.Complete(handle, end);

    /// <summary>The connection is gone: the completion of a write under way will not come.</summary>
    public void LoseWrite(Exception cause) => _writes?.Lose(cause);

    private void Forget()
    {
        _handle = 0;
        _latest = MxRawSample.Waiting(time.GetUtcNow());
        RenewFirst();
    }

    private void RenewFirst()
    {
        if (_first.Task.IsCompleted)
            _first = NewFirst();
    }

    // Under the lock, so that a sink that attaches meanwhile sees each sample once and in order; sinks only put it into their queue.
    private void Take(in MxRawSample sample)
    {
        _sampleCount++;
        _latest = sample;
        _first.TrySetResult(_handle);
        foreach (IMxSampleSink sink in _sinks)
            sink.Publish(sample);
    }

    private static TaskCompletionSource<int> NewFirst() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
