namespace MxGateway.Typed;

/// <summary>A pattern that a whole tagname matches or not: <c>*</c> is any number of characters, <c>?</c> exactly one, all else itself, whatever its case.</summary>
internal sealed class TagNamePattern
{
    private readonly string _pattern;

    public TagNamePattern(string pattern)
    {
        // Stars in a row are one: however many there are, they are looked at once.
        while (pattern.Contains("**", StringComparison.Ordinal))
            pattern = pattern.Replace("**", "*", StringComparison.Ordinal);
        _pattern = pattern;
    }

    /// <summary>
    /// Where something does not fit, only the last star takes one character more, never an earlier one: what stands before the last star has found its first place,
    /// and a later place is no better. So a match costs at most the name's length times the pattern's, also for <c>*a*a*a*b</c>.
    /// </summary>
    public bool IsMatch(string tagName)
    {
        int inPattern = 0, star = -1, afterStar = 0;
        for (int inName = 0; inName < tagName.Length;)
        {
            if (inPattern < _pattern.Length && _pattern[inPattern] == '*')
            {
                star = inPattern++;
                afterStar = inName;
            }
            else if (inPattern < _pattern.Length && (_pattern[inPattern] == '?' || char.ToUpperInvariant(_pattern[inPattern]) == char.ToUpperInvariant(tagName[inName])))
            {
                inPattern++;
                inName++;
            }
            else if (star >= 0)
            {
                inPattern = star + 1;
                inName = ++afterStar;
            }
            else
            {
                return false;
            }
        }

        return inPattern == _pattern.Length || (inPattern == _pattern.Length - 1 && _pattern[inPattern] == '*');
    }
}
