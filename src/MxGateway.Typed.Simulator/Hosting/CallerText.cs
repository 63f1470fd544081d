using System.Globalization;
using System.Text;

namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>Text that a caller sent, as faults and logs repeat it: short, so that it fits a header, and on one line, so that it forges none.</summary>
internal static class CallerText
{
    private const int MaxLength = 200;

    /// <summary>The text without what breaks a line or cannot be printed, and no more than its beginning.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (c == '\n')
                quoted.Append("\\n");
            else if (MustEscape(c))
                quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                quoted.Append(c);
        }

        return text.Length <= MaxLength ? quoted.ToString() : quoted.Append(CultureInfo.InvariantCulture, $"... ({text.Length} characters)").ToString();
    }

    // Format characters change the direction of what follows; half of a surrogate pair is no text.
    private static bool MustEscape(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
