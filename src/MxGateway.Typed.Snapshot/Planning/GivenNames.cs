namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>The names in C# that a plan gave, asked for by what the Galaxy calls things. All without <c>@</c>.</summary>
internal sealed class GivenNames
{
    private readonly PlantPlanner _plan;
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly string?[] _members;
    private readonly HashSet<int> _inTemplates = [];

    // Where a member was not on the template yet: the name that it has in the first class below.
    private readonly Dictionary<(string Template, string Path), TagNode> _tagsBelow = [];
    private readonly Dictionary<(string Template, string ContainedName), string> _childrenBelow = [];

    public GivenNames(PlantPlanner plan)
    {
        _plan = plan;
        IReadOnlyList<SnapshotObject> objects = plan.Snapshot.Objects;
        _members = new string[objects.Count];
        foreach (ChildPlan root in plan.Roots)
            _members[root.Row] = Names.Bare(root.Identifier);
        for (int row = 0; row < objects.Count; row++)
        {
            _rows[objects[row].TagName] = row;
            NameChildren(row);
        }

        foreach (ClassPlan @class in plan.Templates.Concat(plan.OwnClasses))
            NoteBelow(@class);
    }

    /// <summary>The class of a template.</summary>
    public string? Template(string template) => _plan.ClassOf(template) is { } @class ? Names.Bare(@class.Name) : null;

    /// <summary>The own class of an object that differs from its template.</summary>
    public string? OwnClass(string tagName) =>
        _rows.TryGetValue(tagName, out int row) && _plan.ClassOf(row).Row == row ? Names.Bare(_plan.ClassOf(row).Name) : null;

    /// <summary>The tagname of the object above an object; null at the root, and where there is no such object.</summary>
    public string? Parent(string tagName) =>
        _rows.TryGetValue(tagName, out int row) && _plan.Hierarchy.Parent(row) is >= 0 and var parent ? _plan.Snapshot.Objects[parent].TagName : null;

    /// <summary>The member that leads to an object.</summary>
    public string? Object(string tagName) => _rows.TryGetValue(tagName, out int row) ? _members[row] : null;

    /// <summary>Whether the member that leads to an object is its container's template's, whose name holds for all.</summary>
    public bool IsInTemplate(string tagName) => _rows.TryGetValue(tagName, out int row) && _inTemplates.Contains(row);

    /// <summary>The member of a template's class for a contained child.</summary>
    public string? Child(string template, string containedName) =>
        _plan.ClassOf(template) is { } @class && @class.Children.TryGetValue(containedName, out ChildPlan? child) ? Names.Bare(child.Identifier)
        : _childrenBelow.TryGetValue((template, containedName), out string? below) ? below
        : null;

    /// <summary>An attribute or group, by its name up to a dot, in the class of its owner.</summary>
    public TagNode? Tag(TagOwner owner, string path)
    {
        if (!owner.IsTemplate)
            return _rows.TryGetValue(owner.Name, out int row) ? Find(_plan.ClassOf(row), path) : null;
        return (_plan.ClassOf(owner.Name) is { } @class ? Find(@class, path) : null)
            ?? (_tagsBelow.TryGetValue((owner.Name, path), out TagNode? below) ? below : null);
    }

    /// <summary>The class of an attribute with members, or of a group, as a snapshot keeps it.</summary>
    public string? Class(TagOwner owner, string path) =>
        Tag(owner, path)?.Shape is { } shape ? new KeptClass(Names.Bare(shape.Name), !shape.IsOfTemplate).ToString() : null;

    /// <summary>All attributes and groups, each with the class in which it is declared.</summary>
    public IEnumerable<(TagOwner Owner, string Path, TagNode Node)> Tags() =>
        from @class in _plan.Templates.Concat(_plan.OwnClasses)
        let owner = @class.IsTemplate ? new TagOwner(@class.Template!.Name, true) : new TagOwner(_plan.Snapshot.Objects[@class.Row].TagName, false)
        from declared in @class.DeclaredTags
        from tag in declared.Node.WithMembers(declared.Node.Name)
        select (owner, tag.Path, tag.Node);

    private static TagNode? Find(ClassPlan @class, string path)
    {
        string[] parts = AttributePath.Of(path);
        return @class.Tags.TryGetValue(parts[0], out TagNode? node) ? node.Find(parts.AsSpan(1)) : null;
    }

    private void NameChildren(int row)
    {
        IReadOnlyList<int> rows = _plan.ChildRows(row);
        if (rows.Count == 0)
            return;
        ClassPlan own = _plan.ClassOf(row);
        foreach (ClassPlan @class in own.Bases().Prepend(own))
        {
            foreach (ChildPlan child in @class.DeclaredChildren)
            {
                if (rows[child.Slot] is not (>= 0 and var at))
                    continue;
                _members[at] ??= Names.Bare(child.Identifier);
                if (@class.IsTemplate)
                    _inTemplates.Add(at);
            }
        }
    }

    private void NoteBelow(ClassPlan @class)
    {
        foreach (ClassPlan @base in @class.Bases())
        {
            string template = @base.Template!.Name;
            foreach ((TagNode node, _, _) in @class.DeclaredTags)
                foreach ((string path, TagNode at) in node.WithMembers(node.Name))
                    if (!_tagsBelow.ContainsKey((template, path)))
                        _tagsBelow.Add((template, path), at);
            foreach (ChildPlan child in @class.DeclaredChildren)
                if (!_childrenBelow.ContainsKey((template, child.Name)))
                    _childrenBelow.Add((template, child.Name), Names.Bare(child.Identifier));
        }
    }
}

/// <summary>Who has an attribute: a template (<c>$Pump</c>) or an object (its tagname).</summary>
internal readonly record struct TagOwner(string Name, bool IsTemplate);
