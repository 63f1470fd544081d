namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>
/// The names of members that a snapshot keeps, by the template whose class, or a class derived from it, has them: a newcomer in a base yields to them.
/// </summary>
internal sealed class KeptMembers
{
    private static readonly string[] s_none = [];

    private readonly Dictionary<string, string[]> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _below = new(StringComparer.Ordinal);

    public KeptMembers(GalaxySnapshot snapshot, TemplateTree tree, Hierarchy hierarchy, Looks looks)
    {
        foreach (SnapshotTemplate template in snapshot.Templates)
        {
            _own[template.Name] =
            [
                .. Members(template.Attributes, template.Groups),
                .. template.Children.Select(child => child.KeptName).OfType<string>().Select(Names.Bare),
            ];
        }

        foreach (string template in tree.TopDown)
            AddBelow(tree.BaseOf(template), Of(template));
        for (int row = 0; row < snapshot.Objects.Count; row++)
        {
            looks.Row();
            SnapshotObject @object = snapshot.Objects[row];
            AddBelow(@object.Template, Members(@object.Attributes, @object.Groups));
            foreach (int child in hierarchy.Children(row))
                if (snapshot.Objects[child].KeptName is { } kept)
                    AddBelow(@object.Template, [Names.Bare(kept)]);
        }

        void AddBelow(string? template, IEnumerable<string> names)
        {
            string[] all = names as string[] ?? [.. names];
            if (all.Length == 0)
                return;
            for (; template is not null; template = tree.BaseOf(template))
            {
                if (!_below.TryGetValue(template, out HashSet<string>? below))
                    _below[template] = below = new HashSet<string>(StringComparer.Ordinal);
                below.UnionWith(all);
            }
        }
    }

    /// <summary>The names that the template itself keeps.</summary>
    public IReadOnlyCollection<string> Of(string template) => _own.TryGetValue(template, out string[]? names) ? names : s_none;

    /// <summary>The names that are kept in classes which derive from the template's.</summary>
    public IReadOnlyCollection<string> Below(string template) => _below.TryGetValue(template, out HashSet<string>? names) ? names : s_none;

    private static IEnumerable<string> Members(IReadOnlyList<SnapshotAttribute> attributes, IReadOnlyList<SnapshotGroup> groups) =>
        attributes.Where(attribute => IsOwnMember(attribute.Name)).Select(attribute => attribute.KeptName)
            .Concat(groups.Where(group => IsOwnMember(group.Name)).Select(group => group.KeptName))
            .OfType<string>().Select(Names.Bare);

    // What stands behind a dot is a member of an attribute's class.
    private static bool IsOwnMember(string name) => !name.Contains('.');
}
