using System.ComponentModel;

namespace MxGateway.Typed;

/// <summary>Something that MXAccess can be asked for by a full tag reference: an attribute of an object.</summary>
public abstract class MxTag : MxNode, INotifyPropertyChanged
{
    // What the context says, without what the parent knows: there are many tags.
    private readonly MxNode _parent;
    private readonly int _slot;
    private readonly string _name;
    private string? _reference;
    private MxItem? _item;
    private MxPropertyChanges? _changes;

    private protected MxTag(MxNodeContext context)
    {
        _parent = context.Parent;
        _slot = context.Slot;
        _name = context.Name;
        _reference = context.Reference;
        Fault = context.Fault;
    }

    /// <summary>The full tag reference, such as <c>Pump_001.PV.HiHi.Limit</c>. MXAccess: a whole array's ends in <c>[]</c>.</summary>
    public string Reference => _reference ??= ReferencePrefix + ReferenceSuffix;

    /// <summary>
    /// For data binding: raised for <c>Latest</c> and <c>Value</c> when a sample has come, and for the last one when a handler is added. Adding the first
    /// handler advises the tag, and removing the last one lets it go, as a subscription does; the end of the plant ends it too. A handler is called on the
    /// synchronization context that it was added on (a window's own), and where there was none on a thread of the pool; with one call pending at a time, so
    /// that a slow window is told of the newest value and not of each.
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

    internal sealed override MxGalaxy NodeGalaxy => _parent.NodeGalaxy;

    internal MxGatewayConnection Connection => NodeGalaxy.Connection;

    internal MxItem Item => _item ??= Connection.Tags.Item(Reference);

    internal sealed override MxObject Owner => _parent.Owner;

    internal sealed override string NodeName => _name;

    internal sealed override string ReferencePrefix => $"{_parent.ReferencePrefix}.{_name}";

    internal sealed override string? Fault { get; }

    internal sealed override string? FaultAt(int slot, string attribute) => _parent.FaultAt(_slot, $"{_name}.{attribute}");

    private protected virtual string ReferenceSuffix => "";

    /// <summary>The sample as it is, or, where its value is not of this tag's type, one of bad configuration quality that names both types.</summary>
    internal abstract MxRawSample Checked(in MxRawSample raw);

    /// <summary>What is wrong where the sample's value is not of this tag's type, naming both types; else null.</summary>
    internal abstract string? TypeFault(in MxRawSample raw);

    /// <summary>The reference, for messages.</summary>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    internal string EnsureUsable() => Fault is { } fault ? throw new MxGalaxyException(fault) : Reference;

    /// <summary>Where a part of the tag hangs that has a reference of its own: what is wrong with the tag is wrong with its part.</summary>
    internal MxNodeContext ContextOfPart(string reference) => new(_parent, _slot, _name, reference);

    /// <summary>The attribute as the Galaxy has it: of an element its array.</summary>
    internal MxTag Whole => _parent.MemberAt(_slot) as MxTag ?? this;

    /// <summary>The full tag reference.</summary>
    public sealed override string ToString() => Reference;
}
