using System.Globalization;

namespace MxGateway.Typed.Snapshot.Naming;

/// <summary>
/// Gives siblings (the members of a class, the classes of a namespace) names that differ. Names that differ only by case are different names.
/// Kept names come first, then those that C# takes as they are, then the others in ordinal order of the Galaxy's name; a name that is taken gets <c>_</c> at its end, then <c>_2</c>, <c>_3</c>, and so on.
/// So the outcome does not depend on the order in which the names are given, but for two that are the same.
/// </summary>
public static class NameScope
{
    /// <summary>The identifiers of the names, in their order.</summary>
    /// <param name="names">The Galaxy's names. Where two are the same, the one given first comes first.</param>
    /// <param name="reserved">Identifiers that are taken already: the enclosing type's, inherited members'.</param>
    /// <param name="kept">The names in C# that were given once and are kept, a place for each of the names; null for none.</param>
    /// <param name="yieldTo">Identifiers that only a kept name may be.</param>
    public static IReadOnlyList<string> Assign(
        IReadOnlyList<string> names, IEnumerable<string> reserved, IReadOnlyList<string?>? kept = null, IEnumerable<string>? yieldTo = null)
    {
        var taken = new HashSet<string>(reserved.Select(WithoutAt), StringComparer.Ordinal);
        var lastNumbers = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] identifiers = new string[names.Count];
        IEnumerable<int> order = Enumerable.Range(0, names.Count)
            .OrderBy(i => kept?[i] is not null ? 0 : CSharpNames.Identifier(names[i]) == names[i] ? 1 : 2)
            .ThenBy(i => names[i], StringComparer.Ordinal);
        bool areKeptDone = false;
        foreach (int i in order)
        {
            if (!areKeptDone && kept?[i] is null)
            {
                taken.UnionWith((yieldTo ?? []).Select(WithoutAt));
                areKeptDone = true;
            }

            identifiers[i] = Take(kept?[i] ?? CSharpNames.Identifier(names[i]), taken, lastNumbers);
        }

        return identifiers;
    }

    private static string Take(string identifier, HashSet<string> taken, Dictionary<string, int> lastNumbers)
    {
        if (taken.Add(WithoutAt(identifier)))
            return identifier;
        // Behind a keyword's @ there is no keyword any more once the name has a tail.
        string root = WithoutAt(identifier) + "_";
        string candidate = root;
        while (!taken.Add(candidate))
        {
            // Going on where the last twin stopped keeps a thousand twins from costing a million looks.
            lastNumbers[root] = lastNumbers.TryGetValue(root, out int last) ? last + 1 : 2;
            candidate = root + lastNumbers[root].ToString(CultureInfo.InvariantCulture);
        }

        return candidate;
    }

    private static string WithoutAt(string identifier) => identifier.Length > 0 && identifier[0] == '@' ? identifier.Substring(1) : identifier;
}
