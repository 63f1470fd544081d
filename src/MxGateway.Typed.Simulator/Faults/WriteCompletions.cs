using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Commands;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>
/// Says when the OnWriteComplete of a write comes: before its data change, unless a test wants it otherwise.
/// Those of one item always come in the order of its writes.
/// </summary>
internal sealed class WriteCompletions
{
    /// <summary>How many are held; of more than that the oldest come.</summary>
    public const int MaxHeld = 10_000;

    private readonly Lock _lock = new();
    private readonly List<(MxItem Item, MxStatusProxy Status)> _held = [];
    private CompletionOrder _order;
    private Predicate<string> _concerns = static _ => true;

    /// <summary>Sets the order from now on; it does not release what is held.</summary>
    /// <param name="order">The order.</param>
    /// <param name="concerns">Which references it concerns; the others complete before their data change.</param>
    public void Set(CompletionOrder order, Predicate<string> concerns)
    {
        lock (_lock)
            (_order, _concerns) = (order, concerns);
    }

    /// <summary>Sends what is held, in its order.</summary>
    public void Release()
    {
        lock (_lock)
        {
            foreach ((MxItem item, MxStatusProxy status) in _held)
                item.OnWriteComplete(status);
            _held.Clear();
        }
    }

    /// <summary>Whether a write's data change comes before its OnWriteComplete.</summary>
    public bool ChangeComesFirst(MxItem item)
    {
        lock (_lock)
            return OrderOf(item) == CompletionOrder.After;
    }

    /// <summary>A write is done: its OnWriteComplete is sent, held or dropped.</summary>
    public void Complete(MxItem item, MxStatusProxy status)
    {
        lock (_lock)
        {
            CompletionOrder order = OrderOf(item);
            if (order == CompletionOrder.Never)
                return;
            if (order != CompletionOrder.Held && !_held.Exists(held => held.Item == item))
            {
                item.OnWriteComplete(status);
                return;
            }

            _held.Add((item, status));
            if (_held.Count > MaxHeld)
            {
                _held[0].Item.OnWriteComplete(_held[0].Status);
                _held.RemoveAt(0);
            }
        }
    }

    /// <summary>Drops what is held of an item: its handle is gone.</summary>
    public void Forget(MxItem item)
    {
        lock (_lock)
            _held.RemoveAll(held => held.Item == item);
    }

    private CompletionOrder OrderOf(MxItem item) =>
        _concerns(item.Definition) || (item.Tag is { } tag && _concerns(tag.Definition.FullTagReference)) ? _order : CompletionOrder.Before;
}
