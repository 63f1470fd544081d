using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace MxGateway.Typed;

/// <summary>
/// The items that are advised, by their handles. A set takes less than a dictionary, whose keys would repeat what each item says itself; so an item is in it
/// once at most.
/// </summary>
internal sealed class MxHandleTable
{
    private readonly HashSet<MxItem> _items = new(ByHandle.Instance);
    private readonly HashSet<MxItem>.AlternateLookup<int> _byHandle;

    public MxHandleTable() => _byHandle = _items.GetAlternateLookup<int>();

    public IEnumerable<MxItem> Items => _items;

    public void MakeRoom(int count) => _items.EnsureCapacity(_items.Count + count);

    /// <summary>Puts in an item that is not in it, by a handle that it is given; what was there by that handle goes.</summary>
    public void Add(MxItem item, int handle)
    {
        Debug.Assert(!_items.Contains(item), "by another handle it would never be found again");
        _byHandle.Remove(handle);
        item.Handle = handle;
        _items.Add(item);
    }

    public bool TryGet(int handle, [MaybeNullWhen(false)] out MxItem item) => _byHandle.TryGetValue(handle, out item);

    public bool Remove(int handle) => _byHandle.Remove(handle);

    private sealed class ByHandle : IEqualityComparer<MxItem>, IAlternateEqualityComparer<int, MxItem>
    {
        public static readonly ByHandle Instance = new();

        public bool Equals(MxItem? x, MxItem? y) => ReferenceEquals(x, y);

        public bool Equals(int alternate, MxItem other) => alternate == other.Handle;

        public int GetHashCode(MxItem item) => item.Handle;

        public int GetHashCode(int alternate) => alternate;

        // An item is made of its reference.
        public MxItem Create(int alternate) => throw new NotSupportedException();
    }
}
