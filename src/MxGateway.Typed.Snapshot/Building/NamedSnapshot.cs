using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Snapshot;

/// <summary>The names in C# of what a snapshot holds; null where none shall be kept.</summary>
internal interface ISnapshotNames
{
    string? Template(string template);

    string? OwnClass(SnapshotObject @object);

    string? Object(SnapshotObject @object);

    string? Child(string template, string containedName);

    KeptNames Tag(TagOwner owner, string path);
}

/// <summary>A snapshot that was just built, and so has no places in a file, with names written into its rows in place of those that were there.</summary>
internal static class NamedSnapshot
{
    public static GalaxySnapshot Of(GalaxySnapshot snapshot, ISnapshotNames names) => new()
    {
        ToolVersion = snapshot.ToolVersion,
        DeployTime = snapshot.DeployTime,
        Filter = snapshot.Filter,
        ContentHash = snapshot.ContentHash,
        Templates = [.. snapshot.Templates.Select(template => Template(template, names))],
        Objects = [.. snapshot.Objects.Select(@object => Object(@object, names))],
        Tombstones = snapshot.Tombstones,
    };

    private static SnapshotTemplate Template(SnapshotTemplate template, ISnapshotNames names)
    {
        var owner = new TagOwner(template.Name, IsTemplate: true);
        return new()
        {
            Name = template.Name,
            Base = template.Base,
            KeptName = names.Template(template.Name),
            Attributes = Attributes(template.Attributes, owner, names),
            Children = [.. template.Children.Select(child => child with { KeptName = names.Child(template.Name, child.ContainedName) })],
            Groups = Groups(template.Attributes, [], owner, names),
        };
    }

    private static SnapshotObject Object(SnapshotObject @object, ISnapshotNames names)
    {
        var owner = new TagOwner(@object.TagName, IsTemplate: false);
        return new()
        {
            Id = @object.Id,
            TagName = @object.TagName,
            ContainedName = @object.ContainedName,
            BrowseName = @object.BrowseName,
            ParentId = @object.ParentId,
            HostId = @object.HostId,
            IsArea = @object.IsArea,
            CategoryId = @object.CategoryId,
            Template = @object.Template,
            Chain = @object.Chain,
            Attributes = Attributes(@object.Attributes, owner, names),
            Without = @object.Without,
            KeptName = names.Object(@object),
            KeptClass = names.OwnClass(@object),
            Groups = Groups(@object.Attributes, @object.Without, owner, names),
        };
    }

    private static IReadOnlyList<SnapshotAttribute> Attributes(IReadOnlyList<SnapshotAttribute> attributes, TagOwner owner, ISnapshotNames names) =>
        attributes.Count == 0
            ? attributes
            : [.. attributes.Select(attribute => attribute.Named(names.Tag(owner, attribute.Name)))];

    // What stands before a dot of the rows' names and is no row itself: groups, and attributes that the bases give and that have other members here.
    private static IReadOnlyList<SnapshotGroup> Groups(
        IReadOnlyList<SnapshotAttribute> attributes, IReadOnlyList<string> without, TagOwner owner, ISnapshotNames names)
    {
        if (attributes.Count + without.Count == 0)
            return [];
        var rows = new HashSet<string>(attributes.Select(attribute => attribute.Name), StringComparer.Ordinal);
        return
        [
            .. rows.Concat(without).SelectMany(AttributePath.Above).Where(path => !rows.Contains(path)).Distinct(StringComparer.Ordinal)
                .OrderBy(path => path, StringComparer.Ordinal)
                .Select(path => (Path: path, Names: names.Tag(owner, path)))
                .Where(group => group.Names != default)
                .Select(group => new SnapshotGroup(group.Path, group.Names.Name, group.Names.Class)),
        ];
    }
}
