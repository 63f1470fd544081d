namespace MxGateway.Typed.Generators.Selecting;

/// <summary>
/// The terms of one kind in a filter, any of which a name may meet. In a term <c>*</c> is any text, also none, and <c>?</c> is one character;
/// case does not matter, as in MXAccess.
/// </summary>
internal sealed class FilterTerms
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _globs = [];

    public int Count => _names.Count + _globs.Count;

    public void Add(string pattern)
    {
        if (pattern.IndexOfAny(['*', '?']) < 0)
            _names.Add(pattern);
        else if (!_globs.Contains(pattern, StringComparer.OrdinalIgnoreCase))
            _globs.Add(pattern);
    }

    public bool Matches(string name) => _names.Contains(name) || _globs.Exists(glob => Matches(glob, name));

    /// <summary>The terms that none of the names meets, in ordinal order.</summary>
    public IEnumerable<string> Unmet(IReadOnlyCollection<string> names)
    {
        HashSet<string> known = new(names, StringComparer.OrdinalIgnoreCase);
        return _names.Where(term => !known.Contains(term))
            .Concat(_globs.Where(glob => !names.Any(name => Matches(glob, name))))
            .OrderBy(term => term, StringComparer.Ordinal);
    }

    // Only the last * is ever tried anew, so the cost is at most the one length times the other.
    private static bool Matches(string glob, string name)
    {
        int g = 0, n = 0, star = -1, tried = 0;
        while (n < name.Length)
        {
            if (g < glob.Length && glob[g] == '*')
            {
                star = g++;
                tried = n;
            }
            else if (g < glob.Length && (glob[g] == '?' || char.ToUpperInvariant(glob[g]) == char.ToUpperInvariant(name[n])))
            {
                g++;
                n++;
            }
            else if (star >= 0)
            {
                g = star + 1;
                n = ++tried;
            }
            else
            {
                return false;
            }
        }

        while (g < glob.Length && glob[g] == '*')
            g++;
        return g == glob.Length;
    }
}
