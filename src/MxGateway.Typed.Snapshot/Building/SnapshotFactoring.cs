namespace MxGateway.Typed.Snapshot;

/// <summary>Splits the objects into what their templates say and what is their own.</summary>
internal sealed class SnapshotFactoring
{
    private readonly SnapshotSource _source;
    private readonly TemplateTree _tree;
    private readonly PreviousSnapshot _before;
    private readonly IReadOnlyDictionary<string, Dictionary<string, AttributeDefinition>> _attributes;
    private readonly IReadOnlyDictionary<string, Dictionary<string, string?>> _children;

    // What holds for the objects of a template, its bases included; made when an object first needs it.
    private readonly Dictionary<string, Dictionary<string, AttributeDefinition>> _effective = new(StringComparer.Ordinal);

    public SnapshotFactoring(SnapshotSource source, TemplateTree tree, PreviousSnapshot before)
    {
        _source = source;
        _tree = tree;
        _before = before;
        _attributes = PlaceAttributes();
        _children = PlaceChildren();
    }

    public IReadOnlyList<SnapshotTemplate> Templates() =>
    [
        .. _tree.TopDown.OrderBy(name => name, StringComparer.Ordinal).Select(name => new SnapshotTemplate
        {
            Name = name,
            Base = _tree.BaseOf(name),
            Attributes = [.. Sorted(_attributes[name]).Select(pair => pair.Value.ToAttribute(pair.Key))],
            Children = [.. Sorted(_children[name]).Select(pair => new SnapshotChild(pair.Key, pair.Value))],
        }),
    ];

    public IReadOnlyList<SnapshotObject> Objects() => [.. _source.Objects.Select(Factor)];

    private SnapshotObject Factor(RepositoryObject @object)
    {
        string? template = Template(@object);
        Dictionary<string, AttributeDefinition> given = Effective(template);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var own = new List<SnapshotAttribute>();
        foreach (RepositoryAttribute attribute in @object.Attributes)
        {
            names.Add(attribute.AttributeName);
            var definition = AttributeDefinition.Of(attribute);
            bool plainReference = attribute.FullTagReference == AttributeDefinition.DefaultReference(@object.TagName, attribute.AttributeName, attribute.IsArray);
            if (!plainReference || !given.TryGetValue(attribute.AttributeName, out AttributeDefinition placed) || placed != definition)
                own.Add(definition.ToAttribute(attribute.AttributeName, plainReference ? null : attribute.FullTagReference));
        }

        return new SnapshotObject
        {
            Id = @object.GobjectId,
            TagName = @object.TagName,
            ContainedName = @object.ContainedName,
            BrowseName = @object.BrowseName,
            ParentId = @object.ParentGobjectId,
            HostId = @object.HostedByGobjectId,
            IsArea = @object.IsArea,
            CategoryId = @object.CategoryId,
            Template = template,
            Chain = template is null || _tree.Chain(template).SequenceEqual(@object.TemplateChain) ? null : [.. @object.TemplateChain],
            Attributes = [.. own.OrderBy(attribute => attribute.Name, StringComparer.Ordinal)],
            Without = [.. given.Keys.Where(name => !names.Contains(name)).OrderBy(name => name, StringComparer.Ordinal)],
        };
    }

    private IReadOnlyDictionary<string, Dictionary<string, AttributeDefinition>> PlaceAttributes()
    {
        var placement = new Placement<AttributeDefinition>(_tree, (a, b) => a.CompareTo(b));
        foreach (RepositoryObject @object in _source.Objects)
        {
            if (Template(@object) is not { } template)
                continue;
            PreviousObject? before = _before.Object(@object.TagName, template);
            placement.AddObject(template, wasThere: before is not null);
            foreach (RepositoryAttribute attribute in @object.Attributes)
            {
                var definition = AttributeDefinition.Of(attribute);
                placement.AddMember(template, attribute.AttributeName, definition,
                    isNews: before is not null && before.Attribute(attribute.AttributeName) != definition);
            }
        }

        foreach (SnapshotTemplate template in _before.Templates)
            foreach (SnapshotAttribute attribute in template.Attributes)
                placement.AddBefore(template.Name, attribute.Name, AttributeDefinition.Of(attribute));
        return placement.Place();
    }

    private IReadOnlyDictionary<string, Dictionary<string, string?>> PlaceChildren()
    {
        var placement = new Placement<string?>(_tree, string.CompareOrdinal);
        foreach (RepositoryObject @object in _source.Objects)
            if (Template(@object) is { } template)
                placement.AddObject(template, wasThere: _before.Object(@object.TagName, template) is not null);

        // Contained names are unique in their container; should two objects claim one, the first by tagname has it.
        var seen = new HashSet<(int Container, string Name)>();
        foreach (RepositoryObject @object in _source.Objects)
        {
            if (_source.ContainerOf(@object) is not { } container || Template(container) is not { } template
                || !seen.Add((container.GobjectId, @object.ContainedName)))
                continue;
            PreviousObject? before = _before.Object(container.TagName, template);
            placement.AddMember(template, @object.ContainedName, Template(@object),
                isNews: before is not null && before.Child(@object.ContainedName) != (true, Template(@object)));
        }

        foreach (SnapshotTemplate template in _before.Templates)
            foreach (SnapshotChild child in template.Children)
                placement.AddBefore(template.Name, child.ContainedName, child.Template);
        return placement.Place();
    }

    private Dictionary<string, AttributeDefinition> Effective(string? template)
    {
        if (template is null)
            return [];
        if (_effective.TryGetValue(template, out Dictionary<string, AttributeDefinition>? known))
            return known;
        var effective = new Dictionary<string, AttributeDefinition>(StringComparer.Ordinal);
        foreach (string name in _tree.Chain(template))
            foreach (KeyValuePair<string, AttributeDefinition> attribute in _attributes[name])
                effective.Add(attribute.Key, attribute.Value);
        return _effective[template] = effective;
    }

    private static string? Template(RepositoryObject @object) => @object.TemplateChain.Count > 0 ? @object.TemplateChain[0] : null;

    private static IEnumerable<KeyValuePair<string, T>> Sorted<T>(Dictionary<string, T> members) => members.OrderBy(member => member.Key, StringComparer.Ordinal);
}
