namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>A name in a tree of attributes: an attribute, or a group of them, or both (an attribute with members).</summary>
internal sealed class TagNode(string name)
{
    public const string GroupType = "Mx::MxAttributeGroup";

    private List<TagNode> _members = [];

    /// <summary>The name without dots.</summary>
    public string Name => name;

    /// <summary>The member's name in C#; empty until given.</summary>
    public string Identifier { get; set; } = "";

    /// <summary>The member's name in C# that was given before; null for none.</summary>
    public string? KeptName { get; set; }

    /// <summary>The class's name in C# that was given before; null for none. A copy in a derived class has another class, or finds the same one by its shape.</summary>
    public string? KeptClass { get; set; }

    /// <summary>The attribute; null for a group.</summary>
    public SnapshotAttribute? Attribute { get; set; }

    /// <summary>The members, sorted by name.</summary>
    public IReadOnlyList<TagNode> Members => _members;

    /// <summary>The class that the node shares with others of its kind; null for an attribute without members.</summary>
    public Shape? Shape { get; set; }

    public bool IsEmpty => Attribute is null && _members.Count == 0;

    /// <summary>The attribute's own type, without regard to members.</summary>
    public string AttributeType => Attribute is null ? GroupType : ValueTypes.AttributeType(Attribute);

    public TagNode Clone() => new(name) { Identifier = Identifier, Attribute = Attribute, _members = [.. _members.Select(member => member.Clone())] };

    /// <summary>The member of a name; made where there is none.</summary>
    public TagNode Member(string member)
    {
        int at = Search(member);
        if (at < 0)
            _members.Insert(at = ~at, new TagNode(member));
        return _members[at];
    }

    /// <summary>Puts an attribute where its name below this node says.</summary>
    public void Put(ReadOnlySpan<string> path, SnapshotAttribute attribute)
    {
        TagNode node = this;
        foreach (string part in path)
            node = node.Member(part);
        (node.Attribute, node.KeptName, node.KeptClass) = (attribute, attribute.KeptName, attribute.KeptClass);
    }

    /// <summary>The node of a name below this one; null where there is none.</summary>
    public TagNode? Find(ReadOnlySpan<string> path)
    {
        TagNode node = this;
        foreach (string part in path)
        {
            int at = node.Search(part);
            if (at < 0)
                return null;
            node = node._members[at];
        }

        return node;
    }

    /// <summary>Takes an attribute away, with the groups that are empty then.</summary>
    public void Remove(ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            Attribute = null;
            return;
        }

        int at = Search(path[0]);
        if (at < 0)
            return;
        _members[at].Remove(path.Slice(1));
        if (_members[at].IsEmpty)
            _members.RemoveAt(at);
    }

    /// <summary>Whether C# sees no difference: same names, types and references.</summary>
    public bool IsSameAs(TagNode other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (Name != other.Name || Identifier != other.Identifier || AttributeType != other.AttributeType || Attribute?.Reference != other.Attribute?.Reference || Members.Count != other.Members.Count)
            return false;
        for (int i = 0; i < Members.Count; i++)
            if (!Members[i].IsSameAs(other.Members[i]))
                return false;
        return true;
    }

    /// <summary>Gives names to the members that have none, at any depth.</summary>
    public void NameMembers()
    {
        Names.Assign(
            [.. _members.Where(member => member.Identifier.Length == 0)],
            member => member.Name,
            member => member.KeptName,
            ReservedNames.OfAttributes.Concat(_members.Select(member => member.Identifier)),
            [],
            (member, identifier) => member.Identifier = identifier);
        foreach (TagNode member in _members)
            member.NameMembers();
    }

    /// <summary>The attributes at and below this node.</summary>
    public IEnumerable<(SnapshotAttribute Attribute, string Path)> Attributes(string path)
    {
        if (Attribute is not null)
            yield return (Attribute, path);
        foreach (TagNode member in _members)
            foreach ((SnapshotAttribute, string) attribute in member.Attributes($"{path}.{member.Identifier}"))
                yield return attribute;
    }

    /// <summary>This node and all below it, each with its name in the Galaxy from here on.</summary>
    public IEnumerable<(string Path, TagNode Node)> WithMembers(string path)
    {
        yield return (path, this);
        foreach (TagNode member in _members)
            foreach ((string, TagNode) below in member.WithMembers($"{path}.{member.Name}"))
                yield return below;
    }

    private int Search(string member)
    {
        int low = 0, high = _members.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(_members[middle].Name, member);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
