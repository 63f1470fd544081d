namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>A class that attributes with members, or groups, share when C# sees no difference between them.</summary>
/// <param name="baseType">The attribute's own type, or the groups' base.</param>
/// <param name="members">The members.</param>
internal sealed class Shape(string baseType, IReadOnlyList<ShapeMember> members)
{
    private readonly HashSet<string> _lastNames = new(StringComparer.Ordinal);
    private bool _isUsedByTemplate;

    public string BaseType => baseType;

    public IReadOnlyList<ShapeMember> Members => members;

    /// <summary>The attributes whose class it is; none for groups.</summary>
    public List<SnapshotAttribute> Uses { get; } = [];

    /// <summary>The class and path where it was first met.</summary>
    public (ClassPlan Owner, string Path) First { get; private set; }

    /// <summary>
    /// Whether it stands in the plant's namespace, where it did before or where a template's class has it; else it stands with the objects' own classes.
    /// </summary>
    public bool IsOfTemplate => Kept is { } kept ? !kept.IsOfObjects : _isUsedByTemplate;

    /// <summary>The class's name, in the plant's namespace or in that of the objects' own classes.</summary>
    public string Name { get; set; } = "";

    /// <summary>The class's name that was given before; null for none.</summary>
    public KeptClass? Kept { get; set; }

    /// <summary>What its users agree to call it; null where they do not.</summary>
    public string? CommonName => _lastNames.Count == 1 ? _lastNames.First() + (baseType == TagNode.GroupType ? "Group" : "Attribute") : null;

    /// <summary>The name after where it was first met.</summary>
    public string OwnName => Names.Bare(First.Owner.Name) + string.Concat(First.Path.Split('.').Select(Names.Bare));

    public void Use(TagNode node, ClassPlan owner, string path)
    {
        if (_lastNames.Count == 0)
            First = (owner, path);
        _lastNames.Add(Names.Bare(node.Identifier));
        _isUsedByTemplate |= owner.IsTemplate;
        if (node.Attribute is not null)
            Uses.Add(node.Attribute);
        for (int i = 0; i < members.Count; i++)
            if (node.Members[i].Attribute is { } attribute)
                members[i].Uses.Add(attribute);
    }
}

/// <summary>A member of a shape.</summary>
internal sealed record ShapeMember(string Name, string Identifier, string? Reference, string AttributeType, Shape? Shape)
{
    /// <summary>The attributes that it is, one for each use of the shape; none for a group.</summary>
    public List<SnapshotAttribute> Uses { get; } = [];
}
