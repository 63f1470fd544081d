using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>
/// The names of a namespace's types, each of which has a record of its values beside it (or may have one some day).
/// Unlike members, types must differ by more than case, as each has a file of its name; and a type may have to yield to its members.
/// A name that is taken gets a tail as <see cref="NameScope"/> gives it.
/// </summary>
internal sealed class TypeNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    // For each name the first of its numbers that may be free: going on from there keeps a thousand twins from costing a million looks.
    private readonly Dictionary<string, int> _firstNumbers = new(StringComparer.OrdinalIgnoreCase);

    public TypeNames(IEnumerable<string> reserved) => _taken.UnionWith(reserved.Select(Names.Bare));

    /// <summary>A class's name and that of the record of its values: they are given together, or not at all.</summary>
    public static string[] Pair(string identifier) => [Names.Bare(identifier), ValuesOf(identifier)];

    /// <summary>The name of the record of a class's values.</summary>
    public static string ValuesOf(string identifier) => Names.Bare(identifier) + "Values";

    public bool IsFree(string identifier) => !Pair(identifier).Any(_taken.Contains);

    public bool TryTake(string identifier)
    {
        if (!IsFree(identifier))
            return false;
        _taken.UnionWith(Pair(identifier));
        return true;
    }

    /// <summary>The identifier, or the first like it that is free and not refused.</summary>
    public string Take(string identifier, Func<string, bool> refuses)
    {
        string bare = Names.Bare(identifier);
        _firstNumbers.TryGetValue(bare, out int first);
        for (int number = first; ; number++)
        {
            string candidate = number == 0 ? identifier : $"{bare}_{(number == 1 ? "" : number.ToString())}";
            if (refuses(Names.Bare(candidate)))
                continue; // another type may still take it
            if (number == first)
                _firstNumbers[bare] = ++first;
            if (TryTake(candidate))
                return Declared(candidate);
        }
    }

    /// <summary>As the type is declared: C# warns of types in small letters only, as it may want the word one day, unless they have an <c>@</c> in front.</summary>
    public static string Declared(string identifier) => identifier.All(c => c is >= 'a' and <= 'z') ? "@" + identifier : identifier;

    /// <summary>The order in which names are given by rule: names that are identifiers as they are come first, then by name.</summary>
    public static IEnumerable<T> InOrder<T>(IEnumerable<T> types, Func<T, string> name) =>
        types.OrderBy(type => CSharpNames.Identifier(name(type)) == name(type) ? 0 : 1).ThenBy(name, StringComparer.Ordinal);
}
