using System.ComponentModel;

namespace MxGateway.Typed;

/// <summary>An object of the Galaxy: its attributes and contained objects are members of the generated class that derives from this.</summary>
public abstract class MxObject : MxNode
{
    private readonly int _row;

    /// <summary>For generated code.</summary>
    /// <param name="galaxy">The plant.</param>
    /// <param name="row">The object's row in the plant's table.</param>
    protected MxObject(MxGalaxy galaxy, int row)
    {
        NodeGalaxy = galaxy;
        _row = row;
    }

    /// <summary>The tagname, unique in the Galaxy.</summary>
    public string TagName => NodeGalaxy.Table.TagName(_row);

    internal sealed override MxGalaxy NodeGalaxy { get; }

    internal int Row => _row;

    internal sealed override MxObject Owner => this;

    internal sealed override string NodeName => TagName;

    internal sealed override string ReferencePrefix => TagName;

    /// <summary>The contained object of a child slot.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <param name="child">The child slot, from 0.</param>
    /// <param name="name">The child's contained name, or the tagname of what an area holds, as the Galaxy spells it.</param>
    /// <exception cref="MxGalaxyException">This object has no such child, or one of another template than the others.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected T Child<T>(int child, string name)
        where T : MxObject
    {
        int row = NodeGalaxy.Table.Child(_row, child);
        if (row < 0)
            throw new MxGalaxyException($"{TagName} has no '{name}', though its template's other objects have one: it is not in the snapshot, or the project's filter leaves it out; reach what it has by its own class");
        return NodeGalaxy.ObjectAt(row) as T
            ?? throw new MxGalaxyException($"{NodeGalaxy.Table.TagName(row)}, contained in {TagName}, is not a {typeof(T).Name} in the snapshot; reach it by plant[\"{NodeGalaxy.Table.TagName(row)}\"]");
    }

    /// <summary>The tagname.</summary>
    public override string ToString() => TagName;
}
