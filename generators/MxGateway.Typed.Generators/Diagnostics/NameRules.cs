using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Naming;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>Which rules made a name in C# of a name of the Galaxy, in words.</summary>
internal static class NameRules
{
    /// <summary>Whether there is something to say: the name is another one, or one that was kept cannot be used.</summary>
    public static bool Apply(string name, string identifier, string? kept) =>
        identifier != name || (kept is not null && Names.Bare(kept) != Names.Bare(identifier));

    /// <param name="name">The Galaxy's name, of a template without its <c>$</c>.</param>
    /// <param name="identifier">The name in C#.</param>
    /// <param name="kept">The name that the snapshot keeps; null for none.</param>
    /// <param name="keptUnder">The key under which it does, <c>as</c> or <c>class</c>.</param>
    /// <param name="whyTaken">Says why a name could not be given because it is taken.</param>
    public static string Words(string name, string identifier, string? kept, string keptUnder, Func<string, string> whyTaken)
    {
        string byRule = CSharpNames.Identifier(name);
        if (kept is not null && Names.Bare(kept) == Names.Bare(identifier))
        {
            return Names.Bare(byRule) == Names.Bare(identifier)
                ? $"{string.Join("; ", Spelling(name, byRule))}; kept under \"{keptUnder}\""
                : $"the name is kept under \"{keptUnder}\"";
        }

        var rules = new List<string>();
        if (kept is not null)
            rules.Add($"{JsonText.Quote(kept)} under \"{keptUnder}\" cannot be used, as it is no C# name or is taken");
        rules.AddRange(Spelling(name, byRule));
        if (Names.Bare(byRule) != Names.Bare(identifier))
            rules.Add(whyTaken(Names.Bare(byRule)));
        else if (byRule != identifier)
            rules.Add("a type in small letters has an @ in front, as C# may want the word one day");
        return string.Join("; ", rules);
    }

    private static IEnumerable<string> Spelling(string name, string byRule)
    {
        if (name.Length == 0)
        {
            yield return "an empty name becomes _";
            yield break;
        }

        bool hasPrefix = byRule.Length > name.Length;
        string spelt = hasPrefix ? byRule.Substring(1) : byRule;
        if (spelt != name)
            yield return "characters that C# does not take become _";
        if (hasPrefix)
        {
            yield return byRule[0] == '@' ? "a keyword has an @ in front"
                : spelt.StartsWith("get_", StringComparison.Ordinal) || spelt.StartsWith("set_", StringComparison.Ordinal)
                    ? "get_ and set_ have a _ in front, as C# has methods of such names behind each property"
                : "a digit, or what else a C# name cannot begin with, has a _ in front";
        }
    }
}
