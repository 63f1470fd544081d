namespace MxGateway.Typed.Snapshot;

/// <summary>Holds a file's rows against each other: duplicates, names that lead nowhere. Makes the snapshot of what is sound, such that every template named in it has a row.</summary>
internal sealed class SnapshotAssembler(ParsedRows rows, ProblemList problems, Looks looks)
{
    private readonly Dictionary<string, int> _idOfTag = new(StringComparer.Ordinal);

    public GalaxySnapshot Assemble()
    {
        List<ParsedTemplate> templates = Sorted(rows.Templates, template => template.Name, template => template.Position, "template");
        List<ParsedObject> objects = Objects();
        AddMissingTemplates(templates, objects);
        return new GalaxySnapshot
        {
            ToolVersion = rows.ToolVersion ?? "",
            ToolPosition = rows.ToolPosition,
            DeployTime = rows.DeployTime,
            Filter = rows.Filter,
            ContentHash = rows.ContentHash ?? "",
            Templates = Templates(templates),
            Objects = [.. objects.Select(Object)],
            Tombstones = Tombstones(),
        };
    }

    /// <summary>Sorts rows by name, and gives up those whose name stands further up in the file.</summary>
    private List<T> Sorted<T>(IEnumerable<T> rows, Func<T, string> name, Func<T, SnapshotPosition> position, string kind)
    {
        var sorted = new List<T>();
        foreach (T row in rows.OrderBy(name, StringComparer.Ordinal)) // stable
        {
            looks.Row();
            if (sorted.Count > 0 && name(sorted[sorted.Count - 1]) == name(row))
                Duplicate(position(row), $"{kind} {JsonText.Quote(name(row))} stands here again; it is already at {position(sorted[sorted.Count - 1])}. Keep one of the rows");
            else
                sorted.Add(row);
        }

        return sorted;
    }

    private List<ParsedObject> Objects()
    {
        var objects = new List<ParsedObject>();
        var byId = new Dictionary<int, ParsedObject>();
        foreach (ParsedObject @object in rows.Objects.OrderBy(row => row.Position.Line).ThenBy(row => row.Position.Column))
        {
            looks.Row();
            if (byId.TryGetValue(@object.Id, out ParsedObject? twin) && twin.TagName != @object.TagName)
            {
                Duplicate(@object.Position, $"object {JsonText.Quote(@object.TagName)} has the id of {JsonText.Quote(twin.TagName)} at {twin.Position}. Take the file back from version control");
                rows.BrokenTags.Add(@object.TagName);
                continue;
            }

            byId[@object.Id] = @object;
            objects.Add(@object);
        }

        objects = Sorted(objects, @object => @object.TagName, @object => @object.Position, "object");
        foreach (ParsedObject @object in objects)
        {
            looks.Row();
            _idOfTag.Add(@object.TagName, @object.Id);
        }

        return objects;
    }

    private void AddMissingTemplates(List<ParsedTemplate> templates, List<ParsedObject> objects)
    {
        var known = new HashSet<string>(templates.Select(template => template.Name), StringComparer.Ordinal);
        int rowCount = templates.Count;
        for (int i = 0; i < rowCount; i++)
        {
            looks.Row();
            Demand(templates[i].Base, templates[i].Position);
            foreach (SnapshotChild child in templates[i].Children)
                Demand(child.Template, child.Position);
        }

        foreach (ParsedObject @object in objects)
        {
            looks.Row();
            Demand(@object.Chain is { Count: > 0 } chain ? chain[0] : @object.Template, @object.Position);
        }

        if (templates.Count > rowCount)
            templates.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));

        void Demand(string? name, SnapshotPosition position)
        {
            if (name is null || !known.Add(name))
                return;
            templates.Add(new ParsedTemplate { Name = name, Position = position });
            if (!rows.BrokenTemplates.Contains(name))
                problems.Add(SnapshotProblemKind.InvalidRow, position, $"template {JsonText.Quote(name)}, named here, has no row of its own. Add it, or take the file back from version control");
        }
    }

    private List<SnapshotTemplate> Templates(List<ParsedTemplate> parsed)
    {
        Dictionary<string, ParsedTemplate> byName = parsed.ToDictionary(template => template.Name, StringComparer.Ordinal);
        var tree = new TemplateTree(parsed.ToDictionary(template => template.Name, template => template.Base, StringComparer.Ordinal));
        foreach (string name in tree.Cut)
        {
            problems.Add(
                SnapshotProblemKind.InvalidRow,
                byName[name].Position,
                $"the bases of template {JsonText.Quote(name)} run in a circle, or are more than {TemplateTree.MaxDepth}. Its base is left out; take the file back from version control");
        }

        var attributeNames = new MemberNames();
        var childNames = new MemberNames();
        var templates = new List<SnapshotTemplate>();
        foreach (string name in tree.TopDown)
        {
            looks.Row();
            ParsedTemplate template = byName[name];
            IEnumerable<SnapshotAttribute> attributes = Sorted(template.Attributes, attribute => attribute.Name, attribute => attribute.Position, "attribute")
                .Where(attribute => IsNew(attributeNames, tree, name, attribute.Name, attribute.Position, "attribute"));
            IEnumerable<SnapshotChild> children = Sorted(template.Children, child => child.ContainedName, child => child.Position, "child")
                .Where(child => IsNew(childNames, tree, name, child.ContainedName, child.Position, "child"));
            templates.Add(new SnapshotTemplate
            {
                Name = name,
                Base = tree.BaseOf(name),
                KeptName = template.KeptName,
                Attributes = [.. attributes],
                Children = [.. children],
                Groups = Groups(template.Groups),
                Position = template.Position,
            });
        }

        return [.. templates.OrderBy(template => template.Name, StringComparer.Ordinal)];
    }

    /// <summary>Whether no base of the template has the member already: it would be there twice for every object.</summary>
    private bool IsNew(MemberNames names, TemplateTree tree, string template, string member, SnapshotPosition position, string kind)
    {
        for (string? @base = tree.BaseOf(template); @base is not null; @base = tree.BaseOf(@base))
        {
            if (names.Contains((@base, member)))
            {
                Duplicate(position, $"{kind} {JsonText.Quote(member)} of template {JsonText.Quote(template)} stands on its base {JsonText.Quote(@base)} already. Remove this row");
                return false;
            }
        }

        names.Add((template, member));
        return true;
    }

    private SnapshotObject Object(ParsedObject @object)
    {
        looks.Row();
        string tagName = @object.TagName, containedName = @object.ContainedName;
        return new SnapshotObject
        {
            Id = @object.Id,
            TagName = tagName,
            ContainedName = containedName,
            BrowseName = @object.BrowseName ?? (containedName.Length > 0 ? containedName : tagName),
            ParentId = Resolve(@object.Parent, tagName),
            ParentPosition = @object.Parent.Position,
            HostId = Resolve(@object.Host, tagName),
            IsArea = @object.IsArea,
            CategoryId = @object.CategoryId,
            Template = @object.Chain is { Count: > 0 } chain ? chain[0] : @object.Template,
            Chain = @object.Chain is { Count: > 0 } ? @object.Chain : null,
            Attributes = Sorted(@object.Attributes, attribute => attribute.Name, attribute => attribute.Position, "attribute"),
            Without = [.. @object.Without.Distinct(StringComparer.Ordinal).OrderBy(name => name, StringComparer.Ordinal)],
            Groups = Groups(@object.Groups),
            KeptName = @object.KeptName,
            KeptClass = @object.KeptClass,
            Position = @object.Position,
        };
    }

    private List<SnapshotGroup> Groups(List<SnapshotGroup> groups) => Sorted(groups, group => group.Name, group => group.Position, "group");

    private int Resolve(ParsedReference reference, string tagName)
    {
        if (reference.TagName is not { } name)
            return reference.Id;
        if (_idOfTag.TryGetValue(name, out int id))
            return id;
        if (!rows.BrokenTags.Contains(name))
        {
            problems.Add(
                SnapshotProblemKind.InvalidRow,
                reference.Position,
                $"object {JsonText.Quote(tagName)} refers to {JsonText.Quote(name)}, which has no row. Add it, write its gobject id, or take the file back from version control");
        }

        return 0;
    }

    private List<SnapshotTombstone> Tombstones()
    {
        var members = new HashSet<(string, string)>();
        var tombstones = new List<SnapshotTombstone>();
        foreach (SnapshotTombstone tombstone in rows.Tombstones)
        {
            looks.Row();
            if (members.Add((tombstone.Owner, tombstone.Member)))
                tombstones.Add(tombstone);
            else
                Duplicate(tombstone.Position, $"the tombstone of {JsonText.Quote(tombstone.Member)} of {JsonText.Quote(tombstone.Owner)} stands here again. Keep one of the rows");
        }

        return [.. tombstones.OrderBy(tombstone => tombstone.Owner, StringComparer.Ordinal).ThenBy(tombstone => tombstone.Member, StringComparer.Ordinal)];
    }

    private void Duplicate(SnapshotPosition position, string message) => problems.Add(SnapshotProblemKind.Duplicate, position, message);

    private sealed class MemberNames : HashSet<(string Template, string Member)>;
}
