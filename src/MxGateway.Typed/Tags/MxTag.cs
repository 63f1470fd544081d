namespace MxGateway.Typed;

/// <summary>Something that MXAccess can be asked for by a full tag reference: an attribute of an object.</summary>
public abstract class MxTag : MxNode
{
    private readonly MxNodeContext _context;
    private string? _reference;

    private protected MxTag(MxNodeContext context)
        : base(context.Parent.NodeGalaxy) => _context = context;

    /// <summary>The full tag reference, such as <c>Pump_001.PV.HiHi.Limit</c>. MXAccess: a whole array's ends in <c>[]</c>.</summary>
    public string Reference => _reference ??= _context.Reference ?? ReferencePrefix + ReferenceSuffix;

    internal sealed override string NodeName => _context.Name;

    internal sealed override string ReferencePrefix => $"{_context.Parent.ReferencePrefix}.{_context.Name}";

    internal sealed override string? Fault => _context.Fault;

    internal sealed override string? FaultAt(int slot, string attribute) => _context.Parent.FaultAt(_context.Slot, $"{_context.Name}.{attribute}");

    private protected virtual string ReferenceSuffix => "";

    /// <summary>Where a part of the tag hangs that has a reference of its own: what is wrong with the tag is wrong with its part.</summary>
    internal MxNodeContext ContextOfPart(string reference) => new(_context.Parent, _context.Slot, _context.Name, reference);

    /// <summary>The full tag reference.</summary>
    public sealed override string ToString() => Reference;
}
