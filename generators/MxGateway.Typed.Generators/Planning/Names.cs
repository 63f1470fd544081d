using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Generators.Planning;

/// <summary>The names of one scope: what is taken, and what a newcomer gets. A name that has to yield gets <c>_2</c>, <c>_3</c> and so on.</summary>
internal sealed class Names(StringComparer comparer)
{
    private readonly HashSet<string> _taken = new(comparer);

    public void Reserve(string identifier) => _taken.Add(Bare(identifier));

    public void Reserve(IEnumerable<string> identifiers)
    {
        foreach (string identifier in identifiers)
            Reserve(identifier);
    }

    public bool IsFree(string identifier) => !_taken.Contains(Bare(identifier));

    /// <summary>
    /// Gives names to all newcomers of a scope at once, so that their order says nothing: first those that were given a name before and keep it, then those whose name is an identifier as it is,
    /// then the rest by rule.
    /// </summary>
    public void Assign<T>(IReadOnlyCollection<T> newcomers, Func<T, string> name, Func<T, string?> keptName, Action<T, string> assign)
    {
        var waiting = new List<T>();
        foreach (T newcomer in newcomers)
        {
            if (Kept(keptName(newcomer)) is { } kept && TryTake(kept))
                assign(newcomer, kept);
            else
                waiting.Add(newcomer);
        }

        foreach (T newcomer in PlainFirst(waiting, name))
            assign(newcomer, Take(CSharpNames.Identifier(name(newcomer))));
    }

    /// <summary>The order in which names are given by rule: names that are identifiers as they are come first, then by name.</summary>
    public static IEnumerable<T> PlainFirst<T>(IEnumerable<T> newcomers, Func<T, string> name) =>
        newcomers.OrderBy(item => Bare(CSharpNames.Identifier(name(item))) == name(item) ? 0 : 1).ThenBy(name, StringComparer.Ordinal);

    /// <summary>A name that was kept, as an identifier; null where it is none and cannot be used.</summary>
    public static string? Kept(string? name)
    {
        if (name is null)
            return null;
        string identifier = CSharpNames.Identifier(Bare(name));
        return Bare(identifier) == Bare(name) ? identifier : null;
    }

    /// <summary>The identifier, or the first like it that is free.</summary>
    public string Take(string identifier, Func<string, bool>? refuses = null)
    {
        for (int number = 1; ; number++)
        {
            string candidate = number == 1 ? identifier : $"{Bare(identifier)}_{number}";
            if (refuses?.Invoke(Bare(candidate)) != true && TryTake(candidate))
                return candidate;
        }
    }

    public bool TryTake(string identifier) => _taken.Add(Bare(identifier));

    /// <summary>Without the <c>@</c> that a keyword has in front.</summary>
    public static string Bare(string identifier) => identifier.Length > 0 && identifier[0] == '@' ? identifier.Substring(1) : identifier;
}
