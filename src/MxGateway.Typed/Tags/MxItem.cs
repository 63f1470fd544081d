namespace MxGateway.Typed;

/// <summary>
/// What the connection knows of one full tag reference: who wants its values, the MXAccess item behind it while somebody does, and its last sample.
/// It stays once it was made; only its MXAccess item comes and goes.
/// </summary>
/// <remarks>
/// There is one for each tag that was touched, so it is kept small: it is its own lock, is told the time by those who use it, and makes what few tags need when
/// they need it.
/// </remarks>
internal sealed partial class MxItem(string reference, DateTimeOffset now)
{
    private object? _sinks; // null, one sink, or an array of them: nearly all tags have one at most
    private MxRawSample _latest = MxRawSample.Waiting(now);
    private MxItemExtras? _extras;
    private long _arrived;
    private int _sampleCount;
    private int _holds;
    private bool _hasHandle;
    private bool _hasFirst;

    public string Reference => reference;

    /// <summary>The handle by which the registry has the item, or last had it. Set under the registry's lock, before the item is advised by it.</summary>
    public int Handle { get; set; }

    /// <summary>Whether the gateway refused to advise the tag; it is asked again when somebody new wants it. The registry's, under its lock.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether the item waits in the worker's queue. The registry's, under its lock.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether the tag gave no value when it was last read: who reads it is likely to wait.</summary>
    public bool IsSilent
    {
        get
        {
            lock (this)
                return _extras is { IsSilent: true };
        }

        set
        {
            lock (this)
            {
                if (value || _extras is not null)
                    Extras.IsSilent = value;
            }
        }
    }

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
                return _holds > 0 && !_hasHandle;
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
    public bool TryGetLatest(TimeSpan maxAge, TimeProvider time, out MxRawSample latest)
    {
        lock (this)
        {
            latest = _latest;
            bool isKnown = _holds > 0 && !latest.IsFromSession && _extras is not { IsOvertaken: true };
            return isKnown && maxAge > TimeSpan.Zero && (maxAge == TimeSpan.MaxValue || time.GetElapsedTime(_arrived) <= maxAge);
        }
    }

    /// <summary>Completes with the present handle when its first sample has come, or with 0 when there is none and the last sample says why.</summary>
    public Task<int> First
    {
        get
        {
            lock (this)
                return _hasFirst ? Task.FromResult(PresentHandle) : (Extras.First ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Whether somebody wants the tag advised by AdviseSupervisory.</summary>
    public bool IsSupervisoryWanted
    {
        get
        {
            lock (this)
                return _extras is { Supervisors: > 0 };
        }
    }

    private int PresentHandle => _hasHandle ? Handle : 0;

    // Made under the lock.
    private MxItemExtras Extras => _extras ??= new MxItemExtras();

    /// <summary>Wants the tag's values; whoever comes later is given the last one at once.</summary>
    public void Attach(IMxSampleSink? sink, bool isSupervisory)
    {
        lock (this)
        {
            _holds++;
            if (isSupervisory)
                Extras.Supervisors++;
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
                Extras.Supervisors--;
            if (sink is not null && _sinks is IMxSampleSink[] many)
                _sinks = many.Length == 2 ? many.Single(other => other != sink) : many.Where(other => other != sink).ToArray();
            else if (sink is not null)
                _sinks = null;
            return _holds == 0 || !_hasHandle;
        }
    }

    /// <summary>The item was added and is advised by its handle; what came before is not its first value.</summary>
    public void Advised(bool isSupervised)
    {
        lock (this)
        {
            _hasHandle = true;
            if (isSupervised || _extras is not null)
                Extras.IsSupervised = isSupervised;
            _hasFirst = false;
        }
    }

    /// <summary>
    /// The handle of an item that is advised and must be so by AdviseSupervisory, but is not; 0 where there is no such thing to do. It is said once.
    /// </summary>
    public int TakeSupervisoryDue()
    {
        lock (this)
        {
            if (!_hasHandle || _extras is not { Supervisors: > 0, IsSupervised: false } extras)
                return 0;
            extras.IsSupervised = true;
            return Handle;
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
    public bool TryLetGo(DateTimeOffset now, out int handle)
    {
        lock (this)
        {
            handle = PresentHandle;
            if (_holds > 0)
                return false;
            Forget(now);
            return true;
        }
    }

    /// <summary>Takes the handle away although the tag is wanted. Until a fresh item gives a value none is known, and those who listen are told so.</summary>
    public bool TryRetire(int handle, DateTimeOffset now)
    {
        lock (this)
        {
            if (PresentHandle != handle)
                return false;
            Forget(now);
            Tell(_latest);
            return true;
        }
    }

    /// <summary>AdviseSupervisory was refused; whoever wants it next asks for it again.</summary>
    public void NotSupervised()
    {
        lock (this)
            Extras.IsSupervised = false;
    }

    /// <summary>A sample from the gateway; one of a handle that was taken away says nothing any more.</summary>
    public void Publish(in MxRawSample sample, int handle, TimeProvider time)
    {
        lock (this)
        {
            if (handle == PresentHandle)
                Take(sample, time.GetTimestamp());
        }
    }

    /// <summary>A value that was read; what an event brought meanwhile is newer.</summary>
    public void PublishRead(in MxRawSample sample, int handle, int seen, TimeProvider time)
    {
        lock (this)
        {
            if (handle == PresentHandle && seen == _sampleCount)
                Take(sample, time.GetTimestamp());
        }
    }

    /// <summary>A sample that the session makes because the gateway gives none: there is no item from here on.</summary>
    public void PublishFromSession(in MxRawSample sample)
    {
        lock (this)
        {
            if (_holds == 0)
            {
                Forget(sample.Timestamp);
                return;
            }

            // It is no value of the plant's, so nobody asks when it came.
            _hasHandle = false;
            Take(sample, _arrived);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        _hasHandle = false;
        _latest = MxRawSample.Waiting(now);
        _hasFirst = false;
    }

    // Under the lock, so that a sink that attaches meanwhile sees each sample once and in order; sinks only put it into their queue.
    private void Take(in MxRawSample sample, long arrived)
    {
        _sampleCount++;
        _arrived = arrived;
        _latest = sample;
        _hasFirst = true;
        if (_extras is { } extras)
        {
            extras.IsOvertaken = false;
            extras.First?.TrySetResult(PresentHandle);
            extras.First = null;
        }

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
