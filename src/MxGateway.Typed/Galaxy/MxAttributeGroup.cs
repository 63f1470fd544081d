namespace MxGateway.Typed;

/// <summary>A name that stands before the dot of attributes and is no attribute itself: the <c>Scheduler</c> of <c>Scheduler.ScanPeriod</c>.</summary>
public abstract class MxAttributeGroup : MxNode
{
    private readonly MxNodeContext _context;

    /// <summary>For generated code.</summary>
    /// <param name="context">Where the group hangs.</param>
    protected MxAttributeGroup(MxNodeContext context) => _context = context;

    internal override MxGalaxy NodeGalaxy => _context.Parent.NodeGalaxy;

    internal override MxObject Owner => _context.Parent.Owner;

    internal override string NodeName => _context.Name;

    internal override string ReferencePrefix => $"{_context.Parent.ReferencePrefix}.{_context.Name}";

    /// <summary>The name that stands before the attributes' own, such as <c>AppEngine_001.Scheduler</c>.</summary>
    public sealed override string ToString() => ReferencePrefix;

    internal override string? FaultAt(int slot, string attribute) => _context.Parent.FaultAt(_context.Slot, $"{_context.Name}.{attribute}");
}
