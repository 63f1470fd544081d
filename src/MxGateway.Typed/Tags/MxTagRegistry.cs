using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// All tags that the application has touched, and one worker that brings the gateway's items in line with what is wanted: many readers share one item,
/// the last one out lets it go, and what is asked for together travels together.
/// </summary>
/// <remarks>Lock order: this lock, then an item's.</remarks>
internal sealed partial class MxTagRegistry : IDisposable
{
    // After a bulk command failed as a whole, its tags are asked for again.
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<MxItem> _items = new(ByReference.Instance);
    private readonly HashSet<MxItem>.AlternateLookup<string> _byReference;
    private readonly MxHandleTable _byHandle = new();
    private readonly Dictionary<int, (MxItem Item, ITimer Timer)> _retired = [];
    private readonly List<int> _leftOver = [];
    private readonly List<int> _toRelease = [];
    private readonly HashSet<MxItem> _toRetry = [];
    private readonly Dictionary<int, MxRawSample> _early = [];
    private readonly Queue<MxItem> _changed = [];
    private readonly Queue<MxItem> _urgent = [];
    private readonly Channel<bool> _work =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly MxAdvisePace _pace;
    private readonly MxTagCommands _commands;
    private readonly MxGatewayOptions _options;
    private readonly ILogger _log;
    private readonly ITimer _retry;
    private volatile bool _isStopping;
    private bool _isSubscribing;
    private bool _isRefreshDue;
    private MxRawSample? _lost;

    public MxTagRegistry(MxTagCommands commands, MxGatewayOptions options, ILogger log)
    {
        _commands = commands;
        _options = options;
        _log = log;
        _byReference = _items.GetAlternateLookup<string>();
        _pace = new MxAdvisePace(options.TimeProvider);
        _retry = options.TimeProvider.CreateTimer(
            static registry => ((MxTagRegistry)registry!).Retry(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private DateTimeOffset Now => _options.TimeProvider.GetUtcNow();

    /// <summary>The item of a reference. Names are case-insensitive to MXAccess.</summary>
    public MxItem Item(string reference)
    {
        lock (_lock)
        {
            if (!_byReference.TryGetValue(reference, out MxItem? item))
                _items.Add(item = new MxItem(reference, Now));
            return item;
        }
    }

    /// <summary>
    /// Wants a tag's values until <see cref="Detach(MxItem, IMxSampleSink?)"/>. Without a sink it is a write or a read that waits: it goes before what is
    /// only listened to.
    /// </summary>
    public void Attach(MxItem item, IMxSampleSink? sink)
    {
        item.Attach(sink, isSupervisory: false);
        Wanted([item], isUrgent: sink is null);
    }

    /// <summary>Wants the values of many tags, which travel together, until <see cref="Detach(IReadOnlyList{MxTagSlot}, bool)"/>.</summary>
    public void Attach(IReadOnlyList<MxTagSlot> slots, bool isSupervisory)
    {
        MakeRoom(slots.Count);
        foreach (MxTagSlot slot in slots)
            slot.Tag.Item.Attach(slot, isSupervisory);
        Wanted([.. slots.Select(slot => slot.Tag.Item)], isUrgent: false);
    }

    public void Detach(MxItem item, IMxSampleSink? sink)
    {
        if (item.Detach(sink, isSupervisory: false))
            Changed([item]);
    }

    public void Detach(IReadOnlyList<MxTagSlot> slots, bool isSupervisory)
    {
        Changed([.. slots.Where(slot => slot.Tag.Item.Detach(slot, isSupervisory)).Select(slot => slot.Tag.Item)]);
    }

    /// <summary>
    /// After a time-out the item's handle takes no further write: a late OnWriteComplete would confirm the wrong one. A fresh item takes its place.
    /// MXAccess: an item must not be removed before its OnWriteComplete, so it goes when that comes, or when no worker can still be at it.
    /// The caller sees to a fresh one for those who want the tag: a write by its Detach, a refresh by Changed.
    /// </summary>
    public void Retire(MxItem item, int handle)
    {
        lock (_lock)
        {
            if (!item.TryRetire(handle, Now) || !_byHandle.Remove(handle))
                return;
            _pace.Settle(handle);
            ITimer timer = _options.TimeProvider.CreateTimer(_ => ReleaseRetired(handle), null, _options.CommandTimeout, Timeout.InfiniteTimeSpan);
            _retired[handle] = (item, timer);
        }
    }

    /// <summary>Hands an event to its item. Called by the event loop only.</summary>
    public void Dispatch(Proto.MxEvent e)
    {
        bool isDataChange = e.Family == Proto.MxEventFamily.OnDataChange;
        if (!isDataChange && e.Family != Proto.MxEventFamily.OnWriteComplete)
            return;

        MxItem? item;
        bool isRetired = false;
        lock (_lock)
        {
            // MXAccess: the first data change may come before the reply that tells the handle.
            if (!_byHandle.TryGet(e.ItemHandle, out item) && isDataChange && MayBeEarly(e.ItemHandle))
                _early[e.ItemHandle] = MxRawSample.Of(e, Now);
            if (item is null && _retired.TryGetValue(e.ItemHandle, out (MxItem Item, ITimer Timer) retired))
                (item, isRetired) = (retired.Item, true);
        }

        if (isDataChange)
        {
            item?.Publish(MxRawSample.Of(e, Now), e.ItemHandle, _options.TimeProvider);
            _pace.Settle(e.ItemHandle);
            return;
        }

        MxWriteEnd end = MxWriteEnd.Of(e);
        if (end.IsPending)
            return;
        if (!end.IsRejected)
            item?.Overtake();

        // By its handle, so that it ends no other write: one that timed out has left, and the next one has another handle.
        item?.CompleteWrite(e.ItemHandle, end);
        if (isRetired)
            ReleaseRetired(e.ItemHandle);
    }

    /// <summary>Events were missed: all advised values are read anew.</summary>
    public void RequestRefresh()
    {
        lock (_lock)
            _isRefreshDue = true;
        _work.Writer.TryWrite(true);
    }

    /// <summary>
    /// The connection is gone: nothing pretends. Last values turn bad, writes under way have an unknown outcome, writes that wait are not sent.
    /// </summary>
    public void Lose(string why, Exception cause)
    {
        MxRawSample sample = MxRawSample.FromSession(MxQuality.BadNotConnected, MxStatusCategory.CommunicationError, why, Now);
        lock (_lock)
        {
            if (_lost is not null)
                return;
            _lost = sample;
            foreach (MxItem item in _items)
            {
                // The handle first: then no write begins that nobody would end.
                item.PublishFromSession(sample);
                item.LoseWrite(cause);
            }
        }
    }

    public void Dispose()
    {
        _retry.Dispose();
        lock (_lock)
            foreach ((_, ITimer timer) in _retired.Values)
                timer.Dispose();
    }

    private bool MayBeEarly(int handle) => _isSubscribing && _early.Count < 2 * MxTagCommands.Size && !_retired.ContainsKey(handle);

    // For a whole plant at once no more than it takes; what comes tag by tag grows by doubling, as usual.
    private void MakeRoom(int count)
    {
        lock (_lock)
        {
            if (count <= _items.Count)
                return;
            _items.EnsureCapacity(_items.Count + count);
            _byHandle.MakeRoom(count);
        }
    }

    private void Wanted(IReadOnlyList<MxItem> items, bool isUrgent)
    {
        lock (_lock)
        {
            if (_lost is not { } lost)
            {
                foreach (MxItem item in items)
                    item.IsRefused = false;
            }
            else
            {
                foreach (MxItem item in items.Where(item => !item.First.IsCompleted))
                    item.PublishFromSession(lost);
                return;
            }
        }

        if (isUrgent)
            Urgent(items);
        else
            Changed(items);
    }

    private void Urgent(IReadOnlyList<MxItem> items)
    {
        lock (_lock)
            foreach (MxItem item in items)
                _urgent.Enqueue(item);
        _pace.Interrupt();
        _work.Writer.TryWrite(true);
    }

    // All at once, so that the worker finds together what was asked for together.
    private void Changed(IReadOnlyList<MxItem> items)
    {
        lock (_lock)
        {
            foreach (MxItem item in items)
            {
                if (item.IsQueued)
                    continue;
                item.IsQueued = true;
                _changed.Enqueue(item);
            }
        }

        _work.Writer.TryWrite(true);
    }

    /// <summary>
    /// Items by their references, of which there are as many as tags were touched: a set takes less than a dictionary, whose keys would repeat them.
    /// </summary>
    private sealed class ByReference : IEqualityComparer<MxItem>, IAlternateEqualityComparer<string, MxItem>
    {
        public static readonly ByReference Instance = new();

        public bool Equals(MxItem? x, MxItem? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Equals(x.Reference, y));

        public bool Equals(string alternate, MxItem other) => string.Equals(alternate, other.Reference, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode(MxItem item) => GetHashCode(item.Reference);

        public int GetHashCode(string alternate) => StringComparer.OrdinalIgnoreCase.GetHashCode(alternate);

        // The item of a reference is made with more than the reference.
        public MxItem Create(string alternate) => throw new NotSupportedException();
    }
}
