namespace MxGateway.Typed.Snapshot;

/// <summary>The names in C# that the snapshot before gave to a member and to its class.</summary>
internal readonly record struct KeptNames(string? Name, string? Class)
{
    /// <summary>Those of a template's or an object's attributes and groups, by the Galaxy's name. An attribute may become a group, and a group an attribute, and keeps its names.</summary>
    public static Dictionary<string, KeptNames> Of(IReadOnlyList<SnapshotAttribute>? attributes, IReadOnlyList<SnapshotGroup>? groups)
    {
        var names = new Dictionary<string, KeptNames>(StringComparer.Ordinal);
        foreach (SnapshotGroup group in groups ?? [])
            names[group.Name] = new KeptNames(group.KeptName, group.KeptClass);
        foreach (SnapshotAttribute attribute in attributes ?? [])
            if (attribute.KeptName is not null || attribute.KeptClass is not null)
                names[attribute.Name] = new KeptNames(attribute.KeptName, attribute.KeptClass);
        return names;
    }

    /// <summary>The groups that keep names: what has no row as an attribute and still has attributes below it.</summary>
    /// <param name="names">The names that were given before.</param>
    /// <param name="rows">The attributes that have a row.</param>
    /// <param name="all">All attributes of the template's objects, or of the object.</param>
    public static IReadOnlyList<SnapshotGroup> Groups(Dictionary<string, KeptNames> names, IEnumerable<string> rows, IEnumerable<string> all)
    {
        if (names.Count == 0)
            return [];
        var attributes = new HashSet<string>(rows, StringComparer.Ordinal);
        string[] candidates = [.. all];
        return
        [
            .. names.Where(name => !attributes.Contains(name.Key) && candidates.Any(attribute => attribute.StartsWith(name.Key + ".", StringComparison.Ordinal)))
                .OrderBy(name => name.Key, StringComparer.Ordinal)
                .Select(name => new SnapshotGroup(name.Key, name.Value.Name, name.Value.Class)),
        ];
    }
}
