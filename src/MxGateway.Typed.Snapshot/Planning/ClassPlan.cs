namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>A class of objects while it is planned: a template's, or that of an object which differs from its template.</summary>
internal sealed class ClassPlan
{
    public ClassPlan(ClassPlan? @base)
    {
        Base = @base;
        if (@base is null)
            return;
        Tags = new(@base.Tags, StringComparer.Ordinal);
        Children = new(@base.Children, StringComparer.Ordinal);
        Identifiers = new(@base.Identifiers, StringComparer.Ordinal);
        SlotCount = @base.SlotCount;
        ChildSlotCount = @base.ChildSlotCount;
    }

    public ClassPlan? Base { get; }

    /// <summary>The template, or for an object's own class null.</summary>
    public SnapshotTemplate? Template { get; init; }

    /// <summary>The row of the object whose own class it is; -1 for a template's.</summary>
    public int Row { get; init; } = -1;

    public bool IsTemplate => Template is not null;

    /// <summary>The class's name, in the plant's namespace or in that of the objects' own classes.</summary>
    public string Name { get; set; } = "";

    /// <summary>How many objects have the class or one that derives from it.</summary>
    public int Instances { get; set; }

    /// <summary>The attributes' first names and what hangs below them, those of the bases included.</summary>
    public Dictionary<string, TagNode> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>The attributes by name, those of the bases included.</summary>
    public Dictionary<string, SnapshotAttribute> Attributes { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The contained children by contained name, those of the bases included.</summary>
    public Dictionary<string, ChildPlan> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of all members, those of the bases included.</summary>
    public HashSet<string> Identifiers { get; } = new(StringComparer.Ordinal);

    /// <summary>The attributes and groups that stand in this class, with their slots.</summary>
    public List<(TagNode Node, int Slot, bool Hides)> DeclaredTags { get; } = [];

    /// <summary>The children that stand in this class.</summary>
    public List<ChildPlan> DeclaredChildren { get; } = [];

    /// <summary>Whether something that a base says is not true here.</summary>
    public bool ContradictsBase { get; private set; }

    public int SlotCount { get; private set; }

    /// <summary>Whether the class has a record of its values: a template's where there are attributes, an object's own where its attributes are not as its template says.</summary>
    public bool HasValues => IsTemplate ? Tags.Count > 0 : DeclaredTags.Count > 0 || ContradictsBase;

    public int ChildSlotCount { get; set; }

    /// <summary>The classes from the base upwards.</summary>
    public IEnumerable<ClassPlan> Bases()
    {
        for (ClassPlan? plan = Base; plan is not null; plan = plan.Base)
            yield return plan;
    }

    /// <summary>Puts attributes over what the base has, and takes others away. Only the first names that are touched are copied; groups give their names to these alone.</summary>
    public void Change(IReadOnlyList<SnapshotAttribute> put, IReadOnlyList<string> without, IReadOnlyList<SnapshotGroup> groups, Looks looks)
    {
        Attributes = Base is null ? new(StringComparer.Ordinal) : put.Count + without.Count == 0 ? Base.Attributes : new(Base.Attributes, StringComparer.Ordinal);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in without)
        {
            if (!Attributes.Remove(name))
                continue;
            ContradictsBase = true;
            string[] path = AttributePath.Of(name);
            Touch(path[0]).Remove(path.AsSpan(1));
        }

        foreach (SnapshotAttribute attribute in put)
        {
            looks.Row();
            ContradictsBase |= Attributes.TryGetValue(attribute.Name, out SnapshotAttribute? old) && !IsSame(old, attribute);
            Attributes[attribute.Name] = attribute;
            string[] path = AttributePath.Of(attribute.Name);
            Touch(path[0]).Put(path.AsSpan(1), attribute);
        }

        foreach (SnapshotGroup group in groups)
        {
            string[] path = AttributePath.Of(group.Name);
            if (touched.Contains(path[0]) && Tags[path[0]].Find(path.AsSpan(1)) is { } node)
                (node.KeptName, node.KeptClass) = (group.KeptName, group.KeptClass);
        }

        TagNode Touch(string first)
        {
            bool isFirst = touched.Add(first);
            if (!Tags.TryGetValue(first, out TagNode? node))
                return Tags[first] = new TagNode(first);
            return isFirst ? Tags[first] = node.Clone() : node;
        }
    }

    /// <summary>Whether C# sees no difference between two definitions of an attribute.</summary>
    public static bool IsSame(SnapshotAttribute one, SnapshotAttribute other) => one.Reference == other.Reference && ValueTypes.AttributeType(one) == ValueTypes.AttributeType(other);

    /// <summary>Gives names to what is new here, and slots to what stands here: what is new, and what is not as in the base.</summary>
    /// <param name="avoid">Names that no new member may have.</param>
    /// <param name="yieldTo">Names that a new member may only have if it had it before.</param>
    public void Declare(IEnumerable<string> avoid, IReadOnlyCollection<string> yieldTo)
    {
        foreach (string gone in Tags.Where(tag => tag.Value.IsEmpty).Select(tag => tag.Key).ToList())
            Tags.Remove(gone);
        NameMembers(avoid, yieldTo);
        foreach (TagNode node in Tags.Values.OrderBy(node => node.Name, StringComparer.Ordinal))
        {
            TagNode? inherited = null;
            if (Base?.Tags.TryGetValue(node.Name, out inherited) == true && inherited!.IsSameAs(node))
                continue;
            DeclaredTags.Add((node, SlotCount++, inherited is not null));
        }
    }

    private void NameMembers(IEnumerable<string> avoid, IReadOnlyCollection<string> yieldTo)
    {
        var newcomers = new List<(string Name, string? Kept, Action<string> Assign)>();
        foreach (TagNode node in Tags.Values.Where(node => node.Identifier.Length == 0))
            newcomers.Add((node.Name, node.KeptName, identifier => node.Identifier = identifier));
        foreach (ChildPlan child in DeclaredChildren.Where(child => child.Identifier.Length == 0))
            newcomers.Add((child.Name, child.KeptName, identifier => child.Identifier = identifier));
        IEnumerable<string> taken = ReservedNames.OfObjects.Concat(Identifiers).Concat(avoid);
        Names.Assign(newcomers, newcomer => newcomer.Name, newcomer => newcomer.Kept, taken, yieldTo, (newcomer, identifier) =>
        {
            newcomer.Assign(identifier);
            Identifiers.Add(Names.Bare(identifier));
        });

        foreach (TagNode node in Tags.Values)
            node.NameMembers();
    }
}
