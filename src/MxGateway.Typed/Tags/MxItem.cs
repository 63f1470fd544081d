namespace MxGateway.Typed;

/// <summary>
/// What the connection knows of one full tag reference: who wants its values, the MXAccess item behind it while somebody does, and its last sample.
/// It stays once it was made; only its MXAccess item comes and goes.
/// </summary>
/// <remarks>There is one for each tag that was touched, so it is kept small: it is its own lock, and makes what few tags need when they need it.</remarks>
internal sealed class MxItem(string reference, TimeProvider time)
{
    private object? _sinks; // null, one sink, or an array of them: nearly all tags have one at most
    private MxRawSample _latest = MxRawSample.Waiting(time.GetUtcNow());
    private TaskCompletionSource<int>? _first;
    private MxItemWrites? _writes;
    private int _sampleCount;
    private long _arrived;
    private int _holds;
    private int _supervisors;
    private int _handle;
    private bool _hasFirst;
    private bool _isSupervised;
    private bool _isOvertaken;

    public string Reference => reference;

    /// <summary>The tag's writes; made when it is first written.</summary>
    public MxItemWrites Writes => _writes ?? Interlocked.CompareExchange(ref _writes, new MxItemWrites(), null) ?? _writes;

    /// <summary>Whether the gateway refused to advise the tag; it is asked again when somebody new wants it. The registry's, under its lock.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether the item waits in the worker's queue. The registry's, under its lock.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether the tag gave no value when it was last read: who reads it is likely to wait. The reader's.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether the tag's values are wanted, and the first one has not come yet.</summary>
    public bool IsFirstPending
    {
        get
        {
            lock (this)
                return _holds > 0 && !_hasFirst;
        }
    }

    /// <summary>Whether somebody wants the tag's values, and it has no handle.</summary>
    public bool IsItemDue
    {
        get
        {
            lock (this)
                return _holds > 0 && _handle == 0;
        }
    }

    public MxRawSample Latest
    {
        get
        {
            lock (this)
                return _latest;
        }
    }

    /// <summary>How many samples have come; tells whether one came meanwhile.</summary>
    public int SampleCount
    {
        get
        {
            lock (this)
                return _sampleCount;
        }
    }

    /// <summary>
    /// The last sample of an advised tag, where one has come no longer than an age ago by the client's clock. After a confirmed write it says nothing before
    /// another one comes, unless it says what was written: the change may be on its way, and where the value stayed the same it may not come at all.
    /// </summary>
    public bool TryGetLatest(TimeSpan maxAge, out MxRawSample latest)
    {
        lock (this)
        {
            latest = _latest;
            bool isKnown = _holds > 0 && !latest.IsFromSession && !_isOvertaken;
            return isKnown && maxAge > TimeSpan.Zero && (maxAge == TimeSpan.MaxValue || time.GetElapsedTime(_arrived) <= maxAge);
        }
    }

    /// <summary>Completes with the present handle when its first sample has come, or with 0 when there is none and the last sample says why.</summary>
    public Task<int> First
    {
        get
        {
            lock (this)
                return _hasFirst ? Task.FromResult(_handle) : (_first ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Whether somebody wants the tag advised by AdviseSupervisory.</summary>
    public bool IsSupervisoryWanted
    {
        get
        {
            lock (this)
                return _supervisors > 0;
        }
    }

    /// <summary>Wants the tag's values; whoever comes later is given the last one at once.</summary>
    public void Attach(IMxSampleSink? sink, bool isSupervisory)
    {
        lock (this)
        {
            _holds++;
            if (isSupervisory)
                _supervisors++;
            if (sink is null)
                return;
            _sinks = _sinks switch
            {
                null => sink,
                IMxSampleSink one => new[] { one, sink },
                _ => (IMxSampleSink[])[.. (IMxSampleSink[])_sinks, sink],
            };
            if (_hasFirst)
                sink.Publish(_latest);
        }
    }

    /// <returns>Whether the worker has something to do: nobody wants the tag any more, or others do, and what wanted it here has retired its handle.</returns>
    public bool Detach(IMxSampleSink? sink, bool isSupervisory)
    {
        lock (this)
        {
            _holds--;
            if (isSupervisory)
                _supervisors--;
            if (sink is not null && _sinks is IMxSampleSink[] many)
                _sinks = many.Length == 2 ? many.Single(other => other != sink) : many.Where(other => other != sink).ToArray();
            else if (sink is not null)
                _sinks = null;
            return _holds == 0 || _handle == 0;
        }
    }

    /// <summary>The item was added and is advised; what came before is not its first value.</summary>
    public void Advised(int handle, bool isSupervised)
    {
        lock (this)
        {
            _handle = handle;
            _isSupervised = isSupervised;
            RenewFirst();
        }
    }

    /// <summary>
    /// The handle of an item that is advised and must be so by AdviseSupervisory, but is not; 0 where there is no such thing to do. It is said once.
    /// </summary>
    public int TakeSupervisoryDue()
    {
        lock (this)
        {
            if (_handle == 0 || _supervisors == 0 || _isSupervised)
                return 0;
            _isSupervised = true;
            return _handle;
        }
    }

    /// <summary>What a queue that holds a tag once takes out: the newest sample.</summary>
    public MxQueued TakeNewest(MxTagSlot slot)
    {
        lock (this)
        {
            slot.IsQueued = false;
            return new MxQueued(slot, _latest, slot.TakeMissed());
        }
    }

    /// <summary>Takes the handle away if nobody wants the tag: whoever comes from here on waits for a new first value.</summary>
    /// <returns>False where the tag is wanted; the handle stays.</returns>
    public bool TryLetGo(out int handle)
    {
        lock (this)
        {
            handle = _handle;
            if (_holds > 0)
                return false;
            Forget();
            return true;
        }
    }

    /// <summary>Takes the handle away although the tag is wanted. Until a fresh item gives a value none is known, and those who listen are told so.</summary>
    public bool TryRetire(int handle)
    {
        lock (this)
        {
            if (_handle != handle)
                return false;
            Forget();
            Tell(_latest);
            return true;
        }
    }

    /// <summary>AdviseSupervisory was refused; whoever wants it next asks for it again.</summary>
    public void NotSupervised()
    {
        lock (this)
            _isSupervised = false;
    }

    /// <summary>A sample from the gateway; one of a handle that was taken away says nothing any more.</summary>
    public void Publish(in MxRawSample sample, int handle)
    {
        lock (this)
        {
            if (handle == _handle)
                Take(sample);
        }
    }

    /// <summary>A value that was read; what an event brought meanwhile is newer.</summary>
    public void PublishRead(in MxRawSample sample, int handle, int seen)
    {
        lock (this)
        {
            if (handle == _handle && seen == _sampleCount)
                Take(sample);
        }
    }

    /// <summary>A sample that the session makes because the gateway gives none: there is no item from here on.</summary>
    public void PublishFromSession(in MxRawSample sample)
    {
        lock (this)
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
        lock (this)
            return write.Handle != 0 && write.Handle == _handle && write.TrySend();
    }

    /// <summary>A write was completed: from here on the last sample may be older than what was written.</summary>
    public void Overtake(int handle)
    {
        lock (this)
            _isOvertaken |= handle == _handle;
    }

    /// <summary>A value was written and confirmed. Where the last sample says the same, it is as new as the write.</summary>
    public void Written(in MxVariant value)
    {
        lock (this)
            _isOvertaken &= !(_latest.Quality.IsGood && _latest.Value == value);
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

    private void RenewFirst() => _hasFirst = false;

    // Under the lock, so that a sink that attaches meanwhile sees each sample once and in order; sinks only put it into their queue.
    private void Take(in MxRawSample sample)
    {
        _sampleCount++;
        _arrived = time.GetTimestamp();
        _isOvertaken = false;
        _latest = sample;
        _hasFirst = true;
        _first?.TrySetResult(_handle);
        _first = null;
        Tell(sample);
    }

    private void Tell(in MxRawSample sample)
    {
        if (_sinks is IMxSampleSink one)
            one.Publish(sample);
        else if (_sinks is IMxSampleSink[] many)
            foreach (IMxSampleSink sink in many)
                sink.Publish(sample);
    }
}
