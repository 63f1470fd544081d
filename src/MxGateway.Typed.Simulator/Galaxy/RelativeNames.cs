using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>
/// The names that lead from one object to another: <c>Me</c>, <c>MyContainer</c>, <c>MyArea</c>, <c>MyHost</c>, <c>MyEngine</c>, <c>MyPlatform</c>.
/// </summary>
internal static class RelativeNames
{
    private const int WinPlatform = 1, AppEngine = 3, ViewEngine = 4;

    // A platform hosts engines, an engine areas, an area objects. A Galaxy whose hosts go round in a circle must end too.
    private const int MaxHosts = 16;

    private static readonly Dictionary<string, Step> s_steps = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Me"] = static (_, o) => o,
        ["MyContainer"] = static (galaxy, o) => o.ContainedName.Length > 0 ? galaxy.ById(o.ParentGobjectId) : null,
        ["MyArea"] = static (galaxy, o) => Above(o, up => galaxy.ById(up.ParentGobjectId)).FirstOrDefault(up => up.IsArea),
        ["MyHost"] = static (galaxy, o) => galaxy.ById(o.HostedByGobjectId),
        ["MyEngine"] = static (galaxy, o) => OnWhat(galaxy, o, AppEngine, ViewEngine),
        ["MyPlatform"] = static (galaxy, o) => OnWhat(galaxy, o, WinPlatform),
    };

    private delegate RepositoryObject? Step(GalaxyModel galaxy, RepositoryObject from);

    public static bool IsRelative(string name) => s_steps.ContainsKey(name);

    /// <summary>The object to which the relative names at the beginning of some names lead; null where one leads nowhere.</summary>
    /// <param name="galaxy">The Galaxy.</param>
    /// <param name="context">Where they begin.</param>
    /// <param name="names">The names.</param>
    /// <param name="rest">Where they end, and the names of contained objects and attributes begin.</param>
    public static RepositoryObject? Follow(GalaxyModel galaxy, RepositoryObject context, IReadOnlyList<string> names, out int rest)
    {
        RepositoryObject? o = context;
        for (rest = 0; o is not null && rest < names.Count && s_steps.TryGetValue(names[rest], out Step? step); rest++)
            o = step(galaxy, o);
        return o;
    }

    /// <summary>The nearest host of a category; a host is its own.</summary>
    private static RepositoryObject? OnWhat(GalaxyModel galaxy, RepositoryObject o, params int[] categories) =>
        Above(o, up => galaxy.ById(up.HostedByGobjectId)).Prepend(o).FirstOrDefault(host => categories.Contains(host.CategoryId));

    private static IEnumerable<RepositoryObject> Above(RepositoryObject o, Func<RepositoryObject, RepositoryObject?> up)
    {
        RepositoryObject? next = up(o);
        for (int i = 0; i < MaxHosts && next is not null; i++, next = up(next))
            yield return next;
    }
}
