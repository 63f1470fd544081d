using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// All tags that the application has touched, and one worker that brings the gateway's items in line with what is wanted: many readers share one item,
/// the last one out lets it go, and what is asked for together travels together.
/// </summary>
internal sealed class MxTagRegistry
{
    /// <summary>How many tags travel in one bulk command.</summary>
    private const int BulkSize = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, MxItem> _byReference = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int, MxItem> _byHandle = [];
    private readonly HashSet<int> _retired = [];
    private readonly List<int> _leftOver = [];
    private readonly Dictionary<int, MxRawSample> _early = [];
    private readonly Channel<MxItem?> _changed = Channel.CreateUnbounded<MxItem?>(new() { SingleReader = true });
    private readonly MxSession _session;
    private readonly MxGatewayOptions _options;
    private readonly ILogger _log;
    private volatile bool _isStopping;
    private bool _isSubscribing;
    private bool _isRefreshDue;
    private MxRawSample? _lost;

    public MxTagRegistry(MxSession session, MxGatewayOptions options, ILogger log)
    {
        _session = session;
        _options = options;
        _log = log;
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
        MxRawSample? lost;
        lock (_lock)
            lost = _lost;
        if (lost is { } sample)
        {
            if (!item.First.IsCompleted)
                item.PublishFromSession(sample);
            return;
        }

        Changed(item);
    }

    public void Detach(MxItem item, IMxSampleSink? sink)
    {
        item.Detach(sink);
        if (!item.IsWanted)
            Changed(item);
    }

    /// <summary>After a time-out the item's handle takes no further write: a late OnWriteComplete would confirm the wrong one. A fresh item takes its place.</summary>
    public void Retire(MxItem item, int handle)
    {
        lock (_lock)
        {
            if (!item.TryRetire(handle) || !_byHandle.Remove(handle))
                return;
            _retired.Add(handle);
        }

        Changed(item);
    }

    /// <summary>Hands an event to its item. Called by the event loop only.</summary>
    public void Dispatch(Proto.MxEvent e)
    {
        bool isDataChange = e.Family == Proto.MxEventFamily.OnDataChange;
        bool isWriteComplete = e.Family == Proto.MxEventFamily.OnWriteComplete;
        if (!isDataChange && !isWriteComplete)
            return;

        MxItem? item;
        lock (_lock)
        {
            if (!_byHandle.TryGetValue(e.ItemHandle, out item))
            {
                // MXAccess: the first data change may come before the reply that tells the handle.
                if (isDataChange && _isSubscribing && _early.Count < 2 * BulkSize && !_retired.Contains(e.ItemHandle))
                    _early[e.ItemHandle] = MxRawSample.Of(e);

                // MXAccess: an item must not be removed before its OnWriteComplete; now it may.
                if (isWriteComplete && _retired.Remove(e.ItemHandle))
                {
                    _leftOver.Add(e.ItemHandle);
                    _changed.Writer.TryWrite(null);
                }

                return;
            }
        }

        if (isDataChange)
        {
            item.Publish(MxRawSample.Of(e), e.ItemHandle);
            return;
        }

        MxStatus[] statuses = Wire.ToStatuses(e.Statuses);
        if (!Array.Exists(statuses, status => status.Category == MxStatusCategory.Pending))
            item.CompleteWrite(e.ItemHandle, statuses);
    }

    /// <summary>Events were missed: all advised values are read anew.</summary>
    public void RequestRefresh()
    {
        lock (_lock)
            _isRefreshDue = true;
        _changed.Writer.TryWrite(null);
    }

    /// <summary>The connection is gone: nothing pretends. Last values turn bad, writes under way have an unknown outcome.</summary>
    public void Lose(string why, Exception cause)
    {
        MxItem[] items;
        MxRawSample sample = MxRawSample.FromSession(MxQuality.BadNotConnected, MxStatusCategory.CommunicationError, why, _options.TimeProvider.GetUtcNow());
        lock (_lock)
        {
            _lost ??= sample;
            items = [.. _byReference.Values];
            _byHandle.Clear();
        }

        foreach (MxItem item in items)
        {
            item.FailWrite(cause);
            item.PublishFromSession(sample);
        }
    }

    /// <summary>Brings the gateway in line with what is wanted, until <see cref="Stop"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _changed.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && !_isStopping)
        {
            var wanted = new List<MxItem>();
            var unwanted = new List<int>();
            while (wanted.Count < BulkSize && unwanted.Count < BulkSize && _changed.Reader.TryRead(out MxItem? item))
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
                await SubscribeAsync(wanted, cancellationToken).ConfigureAwait(false);
            if (isRefreshDue)
                await RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the worker after what it is doing now; writes under way have an unknown outcome.</summary>
    public void Stop(Exception cause)
    {
        _isStopping = true;
        _changed.Writer.TryComplete();
        MxItem[] items;
        lock (_lock)
            items = [.. _byReference.Values];
        foreach (MxItem item in items)
            item.FailWrite(cause);
    }

    /// <summary>Lets all items go; the worker must have ended.</summary>
    public async Task ReleaseAllAsync(CancellationToken cancellationToken)
    {
        int[] handles;
        lock (_lock)
        {
            handles = [.. _byHandle.Keys, .. _retired, .. _leftOver];
            _byHandle.Clear();
            _retired.Clear();
            _leftOver.Clear();
        }

        foreach (int[] some in handles.Chunk(BulkSize))
            await UnsubscribeAsync(some, cancellationToken).ConfigureAwait(false);
    }

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

    private void Sort(MxItem item, List<MxItem> wanted, List<int> unwanted)
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

            item.IsRefused = false;
            if (_byHandle.Remove(handle))
                unwanted.Add(handle);
        }
    }

    private async Task SubscribeAsync(List<MxItem> items, CancellationToken cancellationToken)
    {
        lock (_lock)
            _isSubscribing = true;
        try
        {
            var command = new Proto.SubscribeBulkCommand { ServerHandle = _session.ServerHandle, TagAddresses = { items.Select(item => item.Reference) } };
            Proto.MxCommandReply reply = await _session.InvokeAsync(
                new Proto.MxCommand { Kind = Proto.MxCommandKind.SubscribeBulk, SubscribeBulk = command }, What("advising", items), cancellationToken).ConfigureAwait(false);

            IList<Proto.SubscribeResult> rows = reply.SubscribeBulk?.Results ?? [];
            for (int i = 0; i < items.Count; i++)
            {
                if (i < rows.Count && rows[i].WasSuccessful)
                    Advised(items[i], rows[i].ItemHandle);
                else
                    Refused(items[i], MxStatusCategory.OtherError, i < rows.Count ? rows[i].ErrorMessage : "the gateway answered without a row for this tag");
            }
        }
        catch (MxGatewayException e)
        {
            foreach (MxItem item in items)
                Refused(item, e is MxAuthorizationException ? MxStatusCategory.SecurityError : MxStatusCategory.CommunicationError, e.Message);
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
            if (_lost is not null)
                return;
            item.Advised(handle);
            _byHandle[handle] = item;

            // Inside the lock, so that it stays in front of what the event loop brings next.
            if (_early.Remove(handle, out MxRawSample first))
                item.Publish(first, handle);
        }
    }

    private void Refused(MxItem item, MxStatusCategory category, string why)
    {
        item.IsRefused = true;
        MxLog.AdviseFailed(_log, item.Reference, why);
        item.PublishFromSession(MxRawSample.FromSession(new MxQuality(0), category, why, _options.TimeProvider.GetUtcNow()));
    }

    private async Task UnsubscribeAsync(IReadOnlyList<int> handles, CancellationToken cancellationToken)
    {
        try
        {
            var command = new Proto.UnsubscribeBulkCommand { ServerHandle = _session.ServerHandle, ItemHandles = { handles } };
            await _session.InvokeAsync(
                new Proto.MxCommand { Kind = Proto.MxCommandKind.UnsubscribeBulk, UnsubscribeBulk = command }, $"un-advising {handles.Count} items", cancellationToken).ConfigureAwait(false);
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

        foreach ((MxItem Item, int Handle, long Seen)[] some in advised.Chunk(BulkSize))
        {
            try
            {
                IList<Proto.BulkReadResult> rows = await ReadRowsAsync([.. some.Select(entry => entry.Item.Reference)], cancellationToken).ConfigureAwait(false);

                // What an event brought meanwhile is newer than what was read.
                for (int i = 0; i < some.Length && i < rows.Count; i++)
                    if (some[i].Item.SampleCount == some[i].Seen)
                        some[i].Item.Publish(MxRawSample.Of(rows[i], _options.TimeProvider.GetUtcNow()), some[i].Handle);
            }
            catch (MxGatewayException e)
            {
                MxLog.RefreshFailed(_log, some.Length, e.Message);
            }
        }
    }

    /// <summary>Reads tags by the gateway: the cached value of an advised one, else a first value that it waits for.</summary>
    public async Task<IList<Proto.BulkReadResult>> ReadRowsAsync(IReadOnlyList<string> references, CancellationToken cancellationToken)
    {
        var command = new Proto.ReadBulkCommand { ServerHandle = _session.ServerHandle, TagAddresses = { references }, TimeoutMs = (uint)Math.Clamp(_options.ReadTimeout.TotalMilliseconds, 1, uint.MaxValue) };
        Proto.MxCommandReply reply = await _session.InvokeAsync(
            new Proto.MxCommand { Kind = Proto.MxCommandKind.ReadBulk, ReadBulk = command }, references.Count == 1 ? $"reading {references[0]}" : $"reading {references[0]} and {references.Count - 1} more", cancellationToken).ConfigureAwait(false);
        return reply.ReadBulk?.Results ?? [];
    }

    private static string What(string verb, List<MxItem> items) => items.Count == 1 ? $"{verb} {items[0].Reference}" : $"{verb} {items[0].Reference} and {items.Count - 1} more";
}
