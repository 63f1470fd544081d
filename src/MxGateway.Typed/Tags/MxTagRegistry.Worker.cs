using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

// The worker: the one who asks the gateway for items and gives them back.
internal sealed partial class MxTagRegistry
{
    // Of the 128 commands that may be pending in a session.
    private const int SupervisedAtOnce = 16;

    private bool _isUrgentTurn;

    /// <summary>Ends the worker after what it is doing now.</summary>
    public void Stop()
    {
        _isStopping = true;
        _pace.Stop();
        _work.Writer.TryComplete();
    }

    /// <summary>Brings the gateway in line with what is wanted, until <see cref="Stop"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _work.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Taken before the looking: what comes from here on is a round of its own.
            _work.Reader.TryRead(out _);
            while (!_isStopping && TakeWork() is { IsNothing: false } work)
                await DoAsync(work, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets all items go; the worker must have ended.</summary>
    public async Task ReleaseAllAsync(CancellationToken cancellationToken)
    {
        int[] handles;
        lock (_lock)
            handles = [.. _byHandle.Items.Select(item => item.Handle), .. _retired.Keys, .. _leftOver, .. _toRelease];
        foreach (int[] some in handles.Chunk(MxTagCommands.Size))
            await UnsubscribeAsync(some, cancellationToken).ConfigureAwait(false);
    }

    private async Task DoAsync(Work work, CancellationToken cancellationToken)
    {
        if (work.Unwanted.Count > 0)
            await UnsubscribeAsync(work.Unwanted, cancellationToken).ConfigureAwait(false);
        if (work.Wanted.Count > 0)
            await SubscribeAsync([.. work.Wanted], work.IsUrgent, cancellationToken).ConfigureAwait(false);
        if (work.ToSupervise.Count > 0)
            await SuperviseAsync(work.ToSupervise, isNew: false, cancellationToken).ConfigureAwait(false);
        if (work.IsRefreshDue)
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    // What is urgent goes by itself, so that it waits for nothing but the command that is under way; and in turn with the rest, which it must not hold up
    // for ever.
    private Work TakeWork()
    {
        lock (_lock)
        {
            _isUrgentTurn = !_isUrgentTurn;
            Work first = _isUrgentTurn ? TakeWork(_urgent) : TakeOrdinaryWork();
            return first.IsNothing ? _isUrgentTurn ? TakeOrdinaryWork() : TakeWork(_urgent) : first;
        }
    }

    private Work TakeOrdinaryWork()
    {
        Work work = TakeWork(_changed);

        // A whole plant may have been in them, and needs the room only once.
        if (_changed.Count == 0)
        {
            _changed.TrimExcess(MxTagCommands.Size);
            _early.TrimExcess();
        }

        work.Unwanted.AddRange(_leftOver);
        _leftOver.Clear();
        work = work with { IsRefreshDue = _isRefreshDue };
        _isRefreshDue = false;
        return work;
    }

    private Work TakeWork(Queue<MxItem> queue)
    {
        // A set: an item may have been queued twice, and be no longer wanted the second time.
        var work = new Work([], [], [], IsUrgent: queue == _urgent);
        while (work.Wanted.Count < MxTagCommands.Size && work.Unwanted.Count < MxTagCommands.Size && queue.TryDequeue(out MxItem? item))
        {
            item.IsQueued = false;
            if (item.TryLetGo(Now, out int handle))
            {
                work.Wanted.Remove(item);
                _pace.Settle(handle);
                if (_byHandle.Remove(handle))
                    work.Unwanted.Add(handle);
            }
            else if (handle == 0 && !item.IsRefused && _lost is null)
            {
                work.Wanted.Add(item);
            }
            else if (item.TakeSupervisoryDue() is var due and not 0)
            {
                work.ToSupervise.Add((item, due));
            }
        }

        return work;
    }

    private void ReleaseRetired(int handle)
    {
        lock (_lock)
        {
            if (!_retired.Remove(handle, out (MxItem Item, ITimer Timer) retired))
                return;
            retired.Timer.Dispose();
            _leftOver.Add(handle);
        }

        _work.Writer.TryWrite(true);
    }

    private async Task SubscribeAsync(IReadOnlyList<MxItem> items, bool isUrgent, CancellationToken cancellationToken)
    {
        // Urgent ones are few, and go while the others wait for room.
        while (!isUrgent && !await _pace.WaitForRoomAsync(items.Count, cancellationToken).ConfigureAwait(false))
            await DoAsync(TakeUrgentWork(), cancellationToken).ConfigureAwait(false);
        if (_isStopping)
            return;

        // Meanwhile some may have become urgent, and been advised or refused, or not be wanted any more.
        MxItem[] due;
        lock (_lock)
            due = [.. items.Where(item => item.IsItemDue && !item.IsRefused)];
        ILookup<bool, MxItem> bySupervisory = due.ToLookup(item => item.IsSupervisoryWanted);
        if (bySupervisory[false].Any())
            await AdviseAsync([.. bySupervisory[false]], isSupervisory: false, cancellationToken).ConfigureAwait(false);
        if (bySupervisory[true].Any())
            await AdviseAsync([.. bySupervisory[true]], isSupervisory: true, cancellationToken).ConfigureAwait(false);
    }

    private Work TakeUrgentWork()
    {
        lock (_lock)
            return TakeWork(_urgent);
    }

    private async Task AdviseAsync(IReadOnlyList<MxItem> items, bool isSupervisory, CancellationToken cancellationToken)
    {
        lock (_lock)
            _isSubscribing = true;
        try
        {
            string[] references = [.. items.Select(item => item.Reference)];
            IReadOnlyList<Proto.SubscribeResult> rows = isSupervisory
                ? await _commands.AddAsync(references, cancellationToken).ConfigureAwait(false)
                : await _commands.SubscribeAsync(references, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < items.Count; i++)
            {
                if (rows[i].WasSuccessful)
                    Advised(items[i], rows[i].ItemHandle, isSupervisory);
                else
                    Refused(items[i], MxStatusCategory.OtherError, rows[i].ErrorMessage);
            }

            if (isSupervisory)
            {
                (MxItem, int)[] added = [.. items.Zip(rows).Where(entry => entry.Second.WasSuccessful).Select(entry => (entry.First, entry.Second.ItemHandle))];
                await SuperviseAsync(added, isNew: true, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MxGatewayException e)
        {
            Refused(items, e);
        }
        finally
        {
            lock (_lock)
            {
                _isSubscribing = false;
                _early.Clear();
            }
        }
    }

    /// <summary>AdviseSupervisory for each item, new or advised already: MXAccess has it in no bulk, so a few are under way at once.</summary>
    private async Task SuperviseAsync(IReadOnlyList<(MxItem Item, int Handle)> items, bool isNew, CancellationToken cancellationToken)
    {
        foreach ((MxItem Item, int Handle)[] some in items.Chunk(SupervisedAtOnce))
            await Task.WhenAll(some.Select(entry => SuperviseAsync(entry.Item, entry.Handle, isNew, cancellationToken))).ConfigureAwait(false);
    }

    private async Task SuperviseAsync(MxItem item, int handle, bool isNew, CancellationToken cancellationToken)
    {
        try
        {
            await _commands.AdviseSupervisoryAsync(item.Reference, handle, cancellationToken).ConfigureAwait(false);
        }
        catch (MxGatewayException e) when (!isNew)
        {
            // It stays as it is for those who had it before, and for a write that may be under way.
            item.NotSupervised();
            MxLog.NotSupervisory(_log, item.Reference, e.Message);
        }
        catch (MxGatewayException e)
        {
            lock (_lock)
            {
                _pace.Settle(handle);
                if (_byHandle.Remove(handle))
                    _leftOver.Add(handle);
            }

            Refused([item], e);
            _work.Writer.TryWrite(true);
        }
    }

    private void Advised(MxItem item, int handle, bool isSupervisory)
    {
        lock (_lock)
        {
            // What the session holds is let go when it closes.
            if (_lost is not null)
            {
                _leftOver.Add(handle);
                return;
            }

            _byHandle.Add(item, handle);
            item.Advised(isSupervisory);

            // Inside the lock, so that it stays in front of what the event loop brings next.
            if (_early.Remove(handle, out MxRawSample first))
                item.Publish(first, handle, _options.TimeProvider);
            else
                _pace.Expect(handle);
        }
    }

    private void Refused(IReadOnlyList<MxItem> items, MxGatewayException e)
    {
        bool isPermission = e is MxAuthorizationException;
        foreach (MxItem item in items)
            Refused(item, isPermission ? MxStatusCategory.SecurityError : MxStatusCategory.CommunicationError, e.Message);
        if (!isPermission && e is not MxAccessException)
            RetryLater(items, []);
    }

    private void Refused(MxItem item, MxStatusCategory category, string why)
    {
        lock (_lock)
        {
            if (_lost is not null)
                return;
            item.IsRefused = true;
            item.PublishFromSession(MxRawSample.FromSession(new MxQuality(0), category, why, Now));
        }

        MxLog.AdviseFailed(_log, item.Reference, why);
    }

    private void RetryLater(IEnumerable<MxItem> items, IEnumerable<int> toRelease)
    {
        lock (_lock)
        {
            // Once: failures that go on coming must not put it off for ever. What a lost session holds is tried again when it closes.
            bool isArmed = _toRetry.Count > 0 || _toRelease.Count > 0;
            _toRetry.UnionWith(items);
            _toRelease.AddRange(toRelease);
            if (!isArmed && _lost is null)
                _retry.Change(s_retryDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private void Retry()
    {
        MxItem[] items;
        lock (_lock)
        {
            items = [.. _toRetry];
            _toRetry.Clear();
            foreach (MxItem item in items)
                item.IsRefused = false;
            _leftOver.AddRange(_toRelease);
            _toRelease.Clear();
        }

        Changed(items);
    }

    private async Task UnsubscribeAsync(IReadOnlyCollection<int> handles, CancellationToken cancellationToken)
    {
        try
        {
            await _commands.UnsubscribeAsync(handles, cancellationToken).ConfigureAwait(false);
        }
        catch (MxGatewayException e)
        {
            // The session's end releases them at the latest.
            MxLog.ReleaseFailed(_log, handles.Count, e.Message);
            if (e is not (MxAuthorizationException or MxAccessException))
                RetryLater([], handles);
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        (MxItem Item, int Handle, int Seen)[] advised;
        lock (_lock)
            advised = [.. _byHandle.Items.Select(item => (item, item.Handle, item.SampleCount))];

        foreach ((MxItem Item, int Handle, int Seen)[] some in advised.Chunk(MxTagCommands.Size))
        {
            try
            {
                string[] references = [.. some.Select(entry => entry.Item.Reference)];
                IReadOnlyList<Proto.BulkReadResult> rows =
                    await _commands.ReadAsync(references, MxTagCommands.ShortWait, cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < some.Length; i++)
                    some[i].Item.PublishRead(MxRawSample.Of(rows[i], Now), some[i].Handle, some[i].Seen, _options.TimeProvider);
            }
            catch (MxGatewayException e)
            {
                // A gateway without ReadBulk, or one that is busy: nobody knows any more whether the last values hold. Fresh items bring first values.
                MxLog.RefreshFailed(_log, some.Length, e.Message);
                foreach ((MxItem item, int handle, _) in some)
                    Retire(item, handle);
                Changed([.. some.Select(entry => entry.Item)]);
            }
        }
    }

    /// <summary>What the worker does in one round.</summary>
    private readonly record struct Work(
        HashSet<MxItem> Wanted, List<int> Unwanted, List<(MxItem Item, int Handle)> ToSupervise, bool IsUrgent, bool IsRefreshDue = false)
    {
        public bool IsNothing => Wanted.Count == 0 && Unwanted.Count == 0 && ToSupervise.Count == 0 && !IsRefreshDue;
    }
}
