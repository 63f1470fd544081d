using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>C# identifiers as the planner handles them.</summary>
internal static class Names
{
    /// <summary>Without the <c>@</c> that a keyword has in front.</summary>
    public static string Bare(string identifier) => identifier.Length > 0 && identifier[0] == '@' ? identifier.Substring(1) : identifier;

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
    /// <param name="yieldTo">The names that only a member which was given one before may have.</param>
    /// <param name="assign">Takes the name.</param>
    public static void Assign<T>(
        IReadOnlyList<T> members, Func<T, string> name, Func<T, string?> keptName,
        IEnumerable<string> taken, IReadOnlyCollection<string> yieldTo, Action<T, string> assign)
    {
        if (members.Count == 0)
            return;
        HashSet<string> used = new(taken.Select(Bare), StringComparer.Ordinal);

        // A kept name that is taken (a base has it now) or cannot be a name is no better than none.
        string?[] kept = [.. members.Select(member => Kept(keptName(member)) is { } identifier && !used.Contains(Bare(identifier)) ? identifier : null)];
        IReadOnlyList<string> identifiers = NameScope.Assign([.. members.Select(name)], used, kept, yieldTo);
        for (int i = 0; i < members.Count; i++)
            assign(members[i], identifiers[i]);
    }
}
