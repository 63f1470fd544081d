using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Selecting;

/// <summary>
/// The terms of one kind in a filter, any of which a name may meet. In a term <c>*</c> is any text, also none, and <c>?</c> is one character;
/// case does not matter, as in MXAccess.
/// </summary>
internal sealed class FilterTerms
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TagNamePattern> _patterns = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _names.Count + _patterns.Count;

    public void Add(string term)
    {
        if (term.IndexOfAny(['*', '?']) < 0)
            _names.Add(term);
        else if (!_patterns.ContainsKey(term))
            _patterns.Add(term, new TagNamePattern(term));
    }

    public bool Matches(string name, Looks looks) => _names.Contains(name) || _patterns.Values.Any(pattern => Matches(pattern, name, looks));

    /// <summary>The terms that none of the names meets, in ordinal order.</summary>
    public IEnumerable<string> Unmet(IReadOnlyCollection<string> names, Looks looks)
    {
        HashSet<string> known = new(names, StringComparer.OrdinalIgnoreCase);
        return _names.Where(term => !known.Contains(term))
            .Concat(_patterns.Where(term => !names.Any(name => Matches(term.Value, name, looks))).Select(term => term.Key))
            .OrderBy(term => term, StringComparer.Ordinal);
    }

    // A row costs as many matches as there are patterns: each counts as one.
    private static bool Matches(TagNamePattern pattern, string name, Looks looks)
    {
        looks.Row();
        return pattern.IsMatch(name);
    }
}
