namespace MxGateway.Typed;

/// <summary>
/// A pattern that a whole tagname matches or not: <c>*</c> is any number of characters, <c>?</c> exactly one, all else itself, whatever its case.
/// The generator has this file too, for the terms of a filter.
/// </summary>
internal sealed class TagNamePattern(string pattern)
{
    /// <summary>
    /// Where something does not fit, only the last star takes one character more, never an earlier one: what stands before the last star has found its first place,
    /// and a later place is no better. So a match costs at most the name's length times the pattern's, also for <c>*a*a*a*b</c>.
    /// </summary>
    public bool IsMatch(string tagName)
    {
        int inPattern = 0, star = -1, afterStar = 0;
        for (int inName = 0; inName < tagName.Length;)
        {
            if (inPattern < pattern.Length && pattern[inPattern] == '*')
            {
                star = inPattern++;
                afterStar = inName;
            }
            else if (inPattern < pattern.Length && (pattern[inPattern] == '?' || char.ToUpperInvariant(pattern[inPattern]) == char.ToUpperInvariant(tagName[inName])))
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

        while (inPattern < pattern.Length && pattern[inPattern] == '*')
            inPattern++;
        return inPattern == pattern.Length;
    }
}
