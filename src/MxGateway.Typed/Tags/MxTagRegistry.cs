using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// All tags that the application has touched, and one worker that brings the gateway's items in line with what is wanted: many readers share one item,
/// the last one out lets it go, and what is asked for together travels together.
/// </summary>
/// <remarks>Lock order: this lock, then an item's.</remarks>
internal sealed class MxTagRegistry : IDisposable
{
    // After a bulk command failed as a whole, its tags are asked for again.
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, MxItem> _byReference = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int, MxItem> _byHandle = [];
    private readonly Dictionary<int, ITimer> _retired = [];
    private readonly List<int> _leftOver = [];
    private readonly HashSet<MxItem> _toRetry = [];
    private readonly Dictionary<int, MxRawSample> _early = [];
    private readonly Channel<MxItem?> _changed = Channel.CreateUnbounded<MxItem?>(new() { SingleReader = true });
    private readonly MxBulkCommands _commands;
    private readonly MxGatewayOptions _options;
    private readonly ILogger _log;
    private readonly ITimer _retry;
    private volatile bool _isStopping;
    private bool _isSubscribing;
    private bool _isRefreshDue;
    private MxRawSample? _lost;

    public MxTagRegistry(MxBulkCommands commands, MxGatewayOptions options, ILogger log)
    {
        _commands = commands;
        _options = options;
        _log = log;
        _retry = options.TimeProvider.CreateTimer(static registry => ((MxTagRegistry)registry!).Retry(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The item of a reference. Names are case-insensitive to MXAccess.</summary>
    public MxItem Item(string reference)
    {
        lock (_lock)
        {
            if (!_byReference.TryGetValue(reference, out MxItem? item))
                _byReference.Add(reference, item = new MxItem(reference, _options.TimeProvider));
            return item;
        }
    }

    /// <summary>Wants a tag's values until <see cref="Detach"/>.</summary>
    public void Attach(MxItem item, IMxSampleSink? sink)
    {
        item.Attach(sink);
        lock (_lock)
        {
            if (_lost is { } lost)
            {
                if (!item.First.IsCompleted)
                    item.PublishFromSession(lost);
                return;
            }

            item.IsRefused = false;
        }

        Changed(item);
    }

    public void Detach(MxItem item, IMxSampleSink? sink)
    {
        item.Detach(sink);
        if (!item.IsWanted)
            Changed(item);
    }

    /// <summary>
    /// After a time-out the item's handle takes no further write: a late OnWriteComplete would confirm the wrong one. A fresh item takes its place.
    /// MXAccess: an item must not be removed before its OnWriteComplete, so it goes when that comes, or when no worker can still be at it.
    /// </summary>
    public void Retire(MxItem item, int handle)
    {
        lock (_lock)
        {
            if (!item.TryRetire(handle) || !_byHandle.Remove(handle))
                return;
            _retired[handle] = _options.TimeProvider.CreateTimer(_ => ReleaseRetired(handle), null, _options.CommandTimeout, Timeout.InfiniteTimeSpan);
        }

        Changed(item);
    }

    /// <summary>Hands an event to its item. Called by the event loop only.</summary>
    public void Dispatch(Proto.MxEvent e)
    {
        bool isDataChange = e.Family == Proto.MxEventFamily.OnDataChange;
        if (!isDataChange && e.Family != Proto.MxEventFamily.OnWriteComplete)
            return;

        MxItem? item;
        lock (_lock)
        {
            // MXAccess: the first data change may come before the reply that tells the handle.
            if (!_byHandle.TryGetValue(e.ItemHandle, out item) && isDataChange && MayBeEarly(e.ItemHandle))
                _early[e.ItemHandle] = MxRawSample.Of(e, _options.TimeProvider.GetUtcNow());
        }

        if (isDataChange)
        {
            item?.Publish(MxRawSample.Of(e, _options.TimeProvider.GetUtcNow()), e.ItemHandle);
            return;
        }

        MxWriteEnd end = MxWriteEnd.Of(e);
        if (end.IsPending)
            return;
        if (item is null)
            ReleaseRetired(e.ItemHandle);
        else
            item.CompleteWrite(e.ItemHandle, end);
    }

    /// <summary>Events were missed: all advised values are read anew.</summary>
    public void RequestRefresh()
    {
        lock (_lock)
            _isRefreshDue = true;
        _changed.Writer.TryWrite(null);
    }

    /// <summary>The connection is gone: nothing pretends. Last values turn bad, writes under way have an unknown outcome, writes that wait are not sent.</summary>
    public void Lose(string why, Exception cause)
    {
        MxRawSample sample = MxRawSample.FromSession(MxQuality.BadNotConnected, MxStatusCategory.CommunicationError, why, _options.TimeProvider.GetUtcNow());
        lock (_lock)
        {
            if (_lost is not null)
                return;
            _lost = sample;
            foreach (MxItem item in _byReference.Values)
            {
                // The handle first: then no write begins that nobody would end.
                item.PublishFromSession(sample);
                item.LoseWrite(cause);
            }
        }
    }

    /// <summary>Ends the worker after what it is doing now.</summary>
    public void Stop()
    {
        _isStopping = true;
        _changed.Writer.TryComplete();
    }

    /// <summary>Brings the gateway in line with what is wanted, until <see cref="Stop"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _changed.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && !_isStopping)
        {
            // A set: an item may be queued again while the queue is emptied.
            var wanted = new HashSet<MxItem>();
            var unwanted = new List<int>();
            while (wanted.Count < MxBulkCommands.Size && unwanted.Count < MxBulkCommands.Size && _changed.Reader.TryRead(out MxItem? item))
                if (item is not null)
                    Sort(item, wanted, unwanted);

            bool isRefreshDue;
            lock (_lock)
            {
                unwanted.AddRange(_leftOver);
                _leftOver.Clear();
                (isRefreshDue, _isRefreshDue) = (_isRefreshDue, false);
            }

            if (unwanted.Count > 0)
                await UnsubscribeAsync(unwanted, cancellationToken).ConfigureAwait(false);
            if (wanted.Count > 0)
                await SubscribeAsync([.. wanted], cancellationToken).ConfigureAwait(false);
            if (isRefreshDue)
                await RefreshAsync(cancellationToken).ConfigureAwait(false);
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

    public void Dispose()
    {
        _retry.Dispose();
        lock (_lock)
            foreach (ITimer timer in _retired.Values)
                timer.Dispose();
    }

    private bool MayBeEarly(int handle) => _isSubscribing && _early.Count < 2 * MxBulkCommands.Size && !_retired.ContainsKey(handle);

    private void Changed(MxItem item)
    {
        lock (_lock)
        {
            if (item.IsQueued)
                return;
            item.IsQueued = true;
        }

        _changed.Writer.TryWrite(item);
    }

    private void Sort(MxItem item, HashSet<MxItem> wanted, List<int> unwanted)
    {
        lock (_lock)
        {
            item.IsQueued = false;
            if (!item.TryLetGo(out int handle))
            {
                if (handle == 0 && !item.IsRefused)
                    wanted.Add(item);
                return;
            }

            wanted.Remove(item);
            if (_byHandle.Remove(handle))
                unwanted.Add(handle);
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

        _changed.Writer.TryWrite(null);
    }

    private async Task SubscribeAsync(IReadOnlyList<MxItem> items, CancellationToken cancellationToken)
    {
        lock (_lock)
            _isSubscribing = true;
        try
        {
            IReadOnlyList<Proto.SubscribeResult> rows = await _commands.SubscribeAsync([.. items.Select(item => item.Reference)], cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < items.Count; i++)
            {
                if (rows[i].WasSuccessful)
                    Advised(items[i], rows[i].ItemHandle);
                else
                    Refused(items[i], MxStatusCategory.OtherError, rows[i].ErrorMessage);
            }
        }
        catch (MxGatewayException e)
        {
            bool isPermission = e is MxAuthorizationException;
            foreach (MxItem item in items)
                Refused(item, isPermission ? MxStatusCategory.SecurityError : MxStatusCategory.CommunicationError, e.Message);
            if (!isPermission)
                RetryLater(items);
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

    private void Advised(MxItem item, int handle)
    {
        lock (_lock)
        {
            // Also when the connection is lost by now: what the session holds is let go when it closes.
            _byHandle[handle] = item;
            if (_lost is not null)
                return;
            item.Advised(handle);

            // Inside the lock, so that it stays in front of what the event loop brings next.
            if (_early.Remove(handle, out MxRawSample first))
                item.Publish(first, handle);
        }
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

        foreach (MxItem item in items)
            Changed(item);
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
        (MxItem Item, int Handle, long Seen)[] advised;
        lock (_lock)
            advised = [.. _byHandle.Select(entry => (entry.Value, entry.Key, entry.Value.SampleCount))];

        foreach ((MxItem Item, int Handle, long Seen)[] some in advised.Chunk(MxBulkCommands.Size))
        {
            try
            {
                IReadOnlyList<Proto.BulkReadResult> rows = await _commands.ReadAsync([.. some.Select(entry => entry.Item.Reference)], cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < some.Length; i++)
                    some[i].Item.PublishRead(MxRawSample.Of(rows[i], _options.TimeProvider.GetUtcNow()), some[i].Handle, some[i].Seen);
            }
            catch (MxGatewayException e)
            {
                MxLog.RefreshFailed(_log, some.Length, e.Message);
            }
        }
    }
}
