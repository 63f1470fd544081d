using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Snapshot;

/// <summary>Gives a snapshot's contents their names in C#: what had one in the snapshot before keeps it, and a newcomer yields.</summary>
internal static class SnapshotNaming
{
    public static GalaxySnapshot Name(GalaxySnapshot snapshot, GalaxySnapshot? previous)
    {
        if (previous is not null)
            snapshot = Keep(snapshot, new GivenNames(Plan(previous)));
        return NamedSnapshot.Of(snapshot, new NamesToWrite(new GivenNames(Plan(snapshot))));
    }

    // The name of the plant's class is each project's to choose; it yields to no member, and members that are called like it yield there.
    private static PlantPlanner Plan(GalaxySnapshot snapshot) => new(snapshot, rootType: "", new Looks(CancellationToken.None));

    private static GalaxySnapshot Keep(GalaxySnapshot snapshot, GivenNames before)
    {
        var now = new Hierarchy(snapshot.Objects, new Looks(CancellationToken.None));
        Dictionary<string, string?> parents = snapshot.Objects
            .Select((@object, row) => (@object.TagName, Parent: now.Parent(row) is >= 0 and var parent ? snapshot.Objects[parent].TagName : null))
            .ToDictionary(pair => pair.TagName, pair => pair.Parent, StringComparer.Ordinal);

        // A first plan, without classes of attributes, tells which of these are what they were.
        var draft = new GivenNames(Plan(NamedSnapshot.Of(snapshot, new NamesBefore(before, parents, static (_, _) => false))));
        HashSet<string> unchanged =
        [
            .. draft.Tags().Where(tag => IsUnchanged(tag.Owner, tag.Path, tag.Node)).Select(tag => before.Class(tag.Owner, tag.Path)).OfType<string>(),
        ];
        return NamedSnapshot.Of(snapshot, new NamesBefore(before, parents, (owner, path) =>
            (draft.Tag(owner, path) is { } node && IsUnchanged(owner, path, node)) || !unchanged.Contains(before.Class(owner, path)!)));

        bool IsUnchanged(TagOwner owner, string path, TagNode node) => before.Tag(owner, path)?.IsSameAs(node) == true;
    }

    /// <summary>All names that were given before, as if none came out by rule again.</summary>
    /// <param name="before">The names.</param>
    /// <param name="parents">The tagname above each object now: one that had another parent is a newcomer there.</param>
    /// <param name="keepsClass">Whether the class of an attribute keeps its name: where several shared one and some have changed since,
    /// those that have not.</param>
    private sealed class NamesBefore(GivenNames before, Dictionary<string, string?> parents, Func<TagOwner, string, bool> keepsClass) : ISnapshotNames
    {
        public string? Template(string template) => before.Template(template);

        public string? OwnClass(SnapshotObject @object) => before.OwnClass(@object.TagName);

        public string? Object(SnapshotObject @object) => before.Parent(@object.TagName) == parents[@object.TagName] ? before.Object(@object.TagName) : null;

        public string? Child(string template, string containedName) => before.Child(template, containedName);

        public KeptNames Tag(TagOwner owner, string path) => before.Tag(owner, path) is { } node
            ? new(Names.Bare(node.Identifier), node.Shape is not null && keepsClass(owner, path) ? before.Class(owner, path) : null)
            : default;
    }

    /// <summary>
    /// The names that a file needs: one that is the Galaxy's own comes out by rule again;
    /// that of an attribute's class may not, as the rule looks at all classes of the plant.
    /// </summary>
    private sealed class NamesToWrite(GivenNames given) : ISnapshotNames
    {
        public string? Template(string template) => Unless(given.Template(template), template.StartsWith("$", StringComparison.Ordinal) ? template.Substring(1) : template);

        public string? OwnClass(SnapshotObject @object) => Unless(given.OwnClass(@object.TagName), @object.TagName);

        public string? Object(SnapshotObject @object) => given.IsInTemplate(@object.TagName)
            ? null
            : Unless(given.Object(@object.TagName), @object.ContainedName.Length > 0 ? @object.ContainedName : @object.TagName);

        public string? Child(string template, string containedName) => Unless(given.Child(template, containedName), containedName);

        public KeptNames Tag(TagOwner owner, string path) => given.Tag(owner, path) is { } node
            ? new(Unless(Names.Bare(node.Identifier), node.Name), given.Class(owner, path))
            : default;

        private static string? Unless(string? name, string plain) => name == plain ? null : name;
    }
}
