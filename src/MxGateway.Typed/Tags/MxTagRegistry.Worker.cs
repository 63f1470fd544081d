using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

// The worker: the one who asks the gateway for items and gives them back.
internal sealed partial class MxTagRegistry
{
    // Of the 128 commands that may be pending in a session.
    private const int SupervisedAtOnce = 16;

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
            handles = [.. _byHandle.Keys, .. _retired.Keys, .. _leftOver];
        foreach (int[] some in handles.Chunk(MxBulkCommands.Size))
            await UnsubscribeAsync(some, cancellationToken).ConfigureAwait(false);
    }

    private async Task DoAsync(Work work, CancellationToken cancellationToken)
    {
        if (work.Unwanted.Count > 0)
            await UnsubscribeAsync(work.Unwanted, cancellationToken).ConfigureAwait(false);
        if (work.Wanted.Count > 0)
            await SubscribeAsync([.. work.Wanted], cancellationToken).ConfigureAwait(false);
        if (work.ToSupervise.Count > 0)
            await SuperviseAsync(work.ToSupervise, cancellationToken).ConfigureAwait(false);
        if (work.IsRefreshDue)
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    private Work TakeWork()
    {
        // A set: an item may have been queued twice, and be no longer wanted the second time.
        var wanted = new HashSet<MxItem>();
        var unwanted = new List<int>();
        var toSupervise = new List<(MxItem, int)>();
        lock (_lock)
        {
            while (wanted.Count < MxBulkCommands.Size && unwanted.Count < MxBulkCommands.Size && _changed.TryDequeue(out MxItem? item))
            {
                item.IsQueued = false;
                if (item.TryLetGo(out int handle))
                {
                    wanted.Remove(item);
                    _pace.Settle(handle);
                    if (_byHandle.Remove(handle))
                        unwanted.Add(handle);
                }
                else if (handle == 0 && !item.IsRefused)
                {
                    wanted.Add(item);
                }
                else if (item.TakeSupervisoryDue() is var due and not 0)
                {
                    toSupervise.Add((item, due));
                }
            }

            // A whole plant may have been in it, and needs the room only once.
            if (_changed.Count == 0)
                _changed.TrimExcess(MxBulkCommands.Size);

            unwanted.AddRange(_leftOver);
            _leftOver.Clear();
            var work = new Work(wanted, unwanted, toSupervise, _isRefreshDue);
            _isRefreshDue = false;
            return work;
        }
    }

    private void ReleaseRetired(int handle)
    {
        lock (_lock)
        {
            if (!_retired.Remove(handle, out ITimer? timer))
                return;
            timer.Dispose();
            _leftOver.Add(handle);
        }

        _work.Writer.TryWrite(true);
    }

    private async Task SubscribeAsync(IReadOnlyList<MxItem> items, CancellationToken cancellationToken)
    {
        await _pace.WaitForRoomAsync(items.Count, cancellationToken).ConfigureAwait(false);
        if (_isStopping)
            return;
        ILookup<bool, MxItem> bySupervisory = items.ToLookup(item => item.IsSupervisoryWanted);
        if (bySupervisory[false].Any())
            await SubscribeAsync([.. bySupervisory[false]], isSupervisory: false, cancellationToken).ConfigureAwait(false);
        if (bySupervisory[true].Any())
            await SubscribeAsync([.. bySupervisory[true]], isSupervisory: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task SubscribeAsync(IReadOnlyList<MxItem> items, bool isSupervisory, CancellationToken cancellationToken)
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
                await SuperviseAsync([.. items.Select((item, i) => (item, rows[i].ItemHandle)).Where((_, i) => rows[i].WasSuccessful)], cancellationToken).ConfigureAwait(false);
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

    /// <summary>AdviseSupervisory for each item, also for those that are advised: MXAccess has it in no bulk, so a few are under way at once.</summary>
    private async Task SuperviseAsync(IReadOnlyList<(MxItem Item, int Handle)> items, CancellationToken cancellationToken)
    {
        foreach ((MxItem Item, int Handle)[] some in items.Chunk(SupervisedAtOnce))
            await Task.WhenAll(some.Select(entry => SuperviseAsync(entry.Item, entry.Handle, cancellationToken))).ConfigureAwait(false);
    }

    private async Task SuperviseAsync(MxItem item, int handle, CancellationToken cancellationToken)
    {
        try
        {
            await _commands.AdviseSupervisoryAsync(item.Reference, handle, cancellationToken).ConfigureAwait(false);
        }
        catch (MxGatewayException e)
        {
            // Also where it was advised before: who asked for a supervisory advise must not take a lesser one for it.
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
            // Also when the connection is lost by now: what the session holds is let go when it closes.
            _byHandle[handle] = item;
            if (_lost is not null)
                return;
            item.Advised(handle, isSupervisory);

            // Inside the lock, so that it stays in front of what the event loop brings next.
            if (_early.Remove(handle, out MxRawSample first))
                item.Publish(first, handle);
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
            RetryLater(items);
    }

    private void Refused(MxItem item, MxStatusCategory category, string why)
    {
        lock (_lock)
        {
            if (_lost is not null)
                return;
            item.IsRefused = true;
            item.PublishFromSession(MxRawSample.FromSession(new MxQuality(0), category, why, _options.TimeProvider.GetUtcNow()));
        }

        MxLog.AdviseFailed(_log, item.Reference, why);
    }

    private void RetryLater(IEnumerable<MxItem> items)
    {
        lock (_lock)
            _toRetry.UnionWith(items);
        _retry.Change(s_retryDelay, Timeout.InfiniteTimeSpan);
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
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        (MxItem Item, int Handle, int Seen)[] advised;
        lock (_lock)
            advised = [.. _byHandle.Select(entry => (entry.Value, entry.Key, entry.Value.SampleCount))];

        foreach ((MxItem Item, int Handle, int Seen)[] some in advised.Chunk(MxBulkCommands.Size))
        {
            try
            {
                IReadOnlyList<Proto.BulkReadResult> rows = await _commands.ReadAsync([.. some.Select(entry => entry.Item.Reference)], MxBulkCommands.ShortWait, cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < some.Length; i++)
                    some[i].Item.PublishRead(MxRawSample.Of(rows[i], _options.TimeProvider.GetUtcNow()), some[i].Handle, some[i].Seen);
            }
            catch (MxGatewayException e)
            {
                MxLog.RefreshFailed(_log, some.Length, e.Message);
            }
        }
    }

    /// <summary>What the worker does in one round.</summary>
    private readonly record struct Work(HashSet<MxItem> Wanted, List<int> Unwanted, List<(MxItem Item, int Handle)> ToSupervise, bool IsRefreshDue)
    {
        public bool IsNothing => Wanted.Count == 0 && Unwanted.Count == 0 && ToSupervise.Count == 0 && !IsRefreshDue;
    }
}
