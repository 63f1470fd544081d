namespace MxGateway.Typed.Snapshot;

/// <summary>What the snapshot before said; nothing where there was none.</summary>
internal sealed class PreviousSnapshot
{
    private readonly Dictionary<string, SnapshotTemplate> _templates;
    private readonly Dictionary<string, PreviousObject> _objects = new(StringComparer.Ordinal);

    public PreviousSnapshot(GalaxySnapshot? snapshot)
    {
        _templates = (snapshot?.Templates ?? []).ToDictionary(template => template.Name, StringComparer.Ordinal);
        if (snapshot is null)
            return;

        var tree = TemplateTree.Of(snapshot.Templates);
        var given = new Dictionary<string, IReadOnlyDictionary<string, AttributeDefinition>>(StringComparer.Ordinal);
        foreach (SnapshotObject @object in snapshot.Objects)
            _objects.Add(@object.TagName, new PreviousObject(@object, Given(@object.Template)));

        // Whom a child's parent id names, if that is no area, contains it; of twins the first has the name.
        Dictionary<int, PreviousObject> byId = snapshot.Objects.Where(@object => !@object.IsArea)
            .ToDictionary(@object => @object.Id, @object => _objects[@object.TagName]);
        foreach (SnapshotObject child in snapshot.Objects)
            if (child.ContainedName.Length > 0 && child.ParentId != 0 && byId.TryGetValue(child.ParentId, out PreviousObject? container))
                container.AddChild(child.ContainedName, child.Template);

        IReadOnlyDictionary<string, AttributeDefinition> Given(string? template)
        {
            if (given.TryGetValue(template ?? "", out IReadOnlyDictionary<string, AttributeDefinition>? known))
                return known;
            var all = new Dictionary<string, AttributeDefinition>(StringComparer.Ordinal);
            if (template is not null)
                foreach (SnapshotAttribute attribute in tree.Chain(template).SelectMany(name => _templates[name].Attributes))
                    all[attribute.Name] = AttributeDefinition.Of(attribute);
            return given[template ?? ""] = all;
        }
    }

    public IEnumerable<SnapshotTemplate> Templates => _templates.Values;

    public SnapshotTemplate? Template(string name) => _templates.TryGetValue(name, out SnapshotTemplate? template) ? template : null;

    /// <summary>The object, if it was there and of this template: one that has another now is a newcomer among its objects.</summary>
    public PreviousObject? Object(string tagName, string template) =>
        _objects.TryGetValue(tagName, out PreviousObject? @object) && @object.Template == template ? @object : null;
}

/// <summary>An object as it was.</summary>
internal sealed class PreviousObject(SnapshotObject @object, IReadOnlyDictionary<string, AttributeDefinition> given)
{
    private readonly Dictionary<string, AttributeDefinition>? _own = @object.Attributes.Count == 0
        ? null
        : @object.Attributes.ToDictionary(attribute => attribute.Name, attribute => AttributeDefinition.Of(attribute), StringComparer.Ordinal);

    private readonly HashSet<string>? _without = @object.Without.Count == 0 ? null : new(@object.Without, StringComparer.Ordinal);

    private Dictionary<string, string?>? _children;

    public string? Template => @object.Template;

    /// <summary>The attribute's definition; null where it did not have one of that name.</summary>
    public AttributeDefinition? Attribute(string name) =>
        _own?.TryGetValue(name, out AttributeDefinition own) == true ? own
        : _without?.Contains(name) != true && given.TryGetValue(name, out AttributeDefinition placed) ? placed
        : null;

    /// <summary>Whether it contained a child of that name, and of which template.</summary>
    public (bool IsThere, string? Template) Child(string containedName) =>
        _children?.TryGetValue(containedName, out string? template) == true ? (true, template) : default;

    public void AddChild(string containedName, string? template)
    {
        _children ??= new(StringComparer.Ordinal);
        if (!_children.ContainsKey(containedName))
            _children.Add(containedName, template);
    }
}
