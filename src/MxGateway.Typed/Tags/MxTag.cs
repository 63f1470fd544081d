using System.ComponentModel;

namespace MxGateway.Typed;

/// <summary>Something that MXAccess can be asked for by a full tag reference: an attribute of an object.</summary>
public abstract class MxTag : MxNode, INotifyPropertyChanged
{
    private readonly MxNodeContext _context;
    private string? _reference;
    private MxItem? _item;
    private MxPropertyChanges? _changes;

    private protected MxTag(MxNodeContext context)
        : base(context.Parent.NodeGalaxy) => _context = context;

    /// <summary>The full tag reference, such as <c>Pump_001.PV.HiHi.Limit</c>. MXAccess: a whole array's ends in <c>[]</c>.</summary>
    public string Reference => _reference ??= _context.Reference ?? ReferencePrefix + ReferenceSuffix;

    /// <summary>
    /// For data binding: raised for <c>Latest</c> and <c>Value</c> when a sample has come. Adding the first handler advises the tag, and removing the last
    /// one lets it go, as a subscription does;
    /// the end of the plant ends it too. A handler is called on the synchronization context that it was added on (a window's own), and where there was
    /// none on a thread of the pool;
    /// with one call pending at a time, so that a slow window is told of the newest value and not of each.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public event PropertyChangedEventHandler? PropertyChanged
    {
        add
        {
            if (value is null)
                return;
            EnsureUsable();
            (_changes ?? Interlocked.CompareExchange(ref _changes, new MxPropertyChanges(this), null) ?? _changes).Add(value);
        }

        remove
        {
            if (value is not null)
                _changes?.Remove(value);
        }
    }

    internal MxGatewayConnection Connection => NodeGalaxy.Connection;

    internal MxItem Item => _item ??= Connection.Tags.Item(Reference);

    internal sealed override MxObject Owner => _context.Parent.Owner;

    internal sealed override string NodeName => _context.Name;

    internal sealed override string ReferencePrefix => $"{_context.Parent.ReferencePrefix}.{_context.Name}";

    internal sealed override string? Fault => _context.Fault;

    internal sealed override string? FaultAt(int slot, string attribute) => _context.Parent.FaultAt(_context.Slot, $"{_context.Name}.{attribute}");

    private protected virtual string ReferenceSuffix => "";

    /// <summary>The sample as it is, or, where its value is not of this tag's type, one of bad configuration quality that names both types.</summary>
    internal abstract MxRawSample Checked(in MxRawSample raw);

    /// <summary>The reference, for messages.</summary>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    internal string EnsureUsable() => Fault is { } fault ? throw new MxGalaxyException(fault) : Reference;

    /// <summary>Where a part of the tag hangs that has a reference of its own: what is wrong with the tag is wrong with its part.</summary>
    internal MxNodeContext ContextOfPart(string reference) => new(_context.Parent, _context.Slot, _context.Name, reference);

    /// <summary>The attribute as the Galaxy has it: of an element its array.</summary>
    internal MxTag Whole => _context.Parent.MemberAt(_context.Slot) as MxTag ?? this;

    /// <summary>The full tag reference.</summary>
    public sealed override string ToString() => Reference;
}
