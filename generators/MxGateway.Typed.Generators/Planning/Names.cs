using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Generators.Planning;

/// <summary>C# identifiers as the planner handles them.</summary>
internal static class Names
{
    // Behind a property X are the methods get_X and set_X: nothing else in its class, nor the class itself, can be called that.
    private static readonly string[] s_accessors = ["get_", "set_"];

    /// <summary>Without the <c>@</c> that a keyword has in front.</summary>
    public static string Bare(string identifier) => identifier.Length > 0 && identifier[0] == '@' ? identifier.Substring(1) : identifier;

    /// <summary>The names that a class's members must not have for the class to be called so.</summary>
    public static IEnumerable<string> InTheWayOf(string typeName) =>
        AccessedBy(typeName) is { } property ? [Bare(typeName), property] : [Bare(typeName)];

    /// <summary>A name that was kept, as an identifier; null where it is none and cannot be used.</summary>
    public static string? Kept(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return null;
        string identifier = CSharpNames.Identifier(Bare(name!));
        return Bare(identifier) == Bare(name!) ? identifier : null;
    }

    /// <summary>Names the new members of a class.</summary>
    /// <param name="members">The members.</param>
    /// <param name="name">The Galaxy's name of one.</param>
    /// <param name="keptName">The name that it was given before.</param>
    /// <param name="taken">The names that the class has already, or must not have.</param>
    /// <param name="assign">Takes the name.</param>
    public static void Assign<T>(IReadOnlyList<T> members, Func<T, string> name, Func<T, string?> keptName, IEnumerable<string> taken, Action<T, string> assign)
    {
        if (members.Count == 0)
            return;
        HashSet<string> used = new(taken.Select(Bare), StringComparer.Ordinal);
        HashSet<string> wanted = [.. used, .. members.Select(member => Bare(CSharpNames.Identifier(name(member))))];
        used.UnionWith(wanted.Where(one => AccessedBy(one) is { } property && wanted.Contains(property)).ToList());

        // A kept name that is taken (a base has it now) or cannot be a name is no better than none.
        string?[] kept = [.. members.Select(member => Kept(keptName(member)) is { } identifier && !used.Contains(Bare(identifier)) ? identifier : null)];
        IReadOnlyList<string> identifiers = NameScope.Assign([.. members.Select(name)], used, kept);
        for (int i = 0; i < members.Count; i++)
            assign(members[i], identifiers[i]);
    }

    // The property that has an accessor of this name; null where the name is not an accessor's.
    private static string? AccessedBy(string name) => s_accessors.Any(accessor => Bare(name).StartsWith(accessor, StringComparison.Ordinal)) ? Bare(name).Substring(s_accessors[0].Length) : null;
}
