using System.ComponentModel;

namespace MxGateway.Typed;

/// <summary>
/// What has members in the plant's tree: an object, an attribute with nested attributes, a group of them. A member is made when it is first touched,
/// and is the same instance ever after. What is protected here is for generated code.
/// </summary>
public abstract class MxNode
{
    private MxNode?[]? _members;

    private protected MxNode()
    {
    }

    /// <summary>The plant that the node is part of.</summary>
    internal abstract MxGalaxy NodeGalaxy { get; }

    /// <summary>How many member slots the class has, those of its bases included.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual int SlotCount => 0;

    /// <summary>The node's name among its siblings: below an object or an attribute without dots, an object's is its tagname.</summary>
    internal abstract string NodeName { get; }

    /// <summary>What stands before a member's name in its reference, without the dot.</summary>
    internal abstract string ReferencePrefix { get; }

    /// <summary>The object that the node is part of, or is.</summary>
    internal abstract MxObject Owner { get; }

    /// <summary>The members that were touched so far.</summary>
    internal IEnumerable<MxNode> TouchedMembers => (_members ?? []).OfType<MxNode>();

    /// <summary>The member of a slot, where it was touched.</summary>
    internal MxNode? MemberAt(int slot) => _members?[slot];

    /// <summary>Set where this node cannot be used as its type says; the reason.</summary>
    internal virtual string? Fault => null;

    /// <summary>
    /// For generated classes of objects that differ from their template: why an attribute, reached through a slot of the template's class, cannot be used for this object; null where it can.
    /// </summary>
    /// <param name="slot">The slot of the object's member that leads to the attribute.</param>
    /// <param name="attribute">The attribute's name, such as <c>PV.HiHi.Limit</c>.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual string? Differs(int slot, string attribute) => null;

    /// <summary>The attribute, or group of attributes, of a slot.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="slot">The slot, from 0.</param>
    /// <param name="name">Its name below this node, without dots.</param>
    /// <param name="reference">Its full tag reference where that is not put together of the names.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected T Attribute<T>(int slot, string name, string? reference = null)
        where T : MxNode, IMxNode<T>
    {
        MxNode?[] members = _members ?? Interlocked.CompareExchange(ref _members, new MxNode?[SlotCount], null) ?? _members;
        MxNode member = members[slot]
            ?? Interlocked.CompareExchange(ref members[slot], T.Create(new MxNodeContext(this, slot, name, reference)), null)
            ?? members[slot]!;
        return (T)member;
    }

    /// <summary>What the object says about an attribute below it: nested nodes are shared between objects and know nothing of differences, so they ask upwards.</summary>
    internal virtual string? FaultAt(int slot, string attribute) => Differs(slot, attribute);
}

/// <summary>Makes a node of a generated class, without reflection.</summary>
/// <typeparam name="TSelf">The class.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IMxNode<TSelf>
    where TSelf : MxNode, IMxNode<TSelf>
{
    /// <summary>Makes the node.</summary>
    /// <param name="context">Where it hangs.</param>
    static abstract TSelf Create(MxNodeContext context);
}

/// <summary>Where a node hangs in the plant's tree. Generated code hands it on and never looks inside.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct MxNodeContext
{
    internal MxNodeContext(MxNode parent, int slot, string name, string? reference)
    {
        Parent = parent;
        Slot = slot;
        Name = name;
        Reference = reference;
        Fault = parent.FaultAt(slot, name);
    }

    internal MxNode Parent { get; }

    internal int Slot { get; }

    internal string Name { get; }

    internal string? Reference { get; }

    /// <summary>Why the node cannot be used as its type says; null where it can.</summary>
    internal string? Fault { get; }
}
