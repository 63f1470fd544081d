using System.Globalization;
using System.Text;

namespace MxGateway.Typed.Snapshot;

/// <summary>
/// Strings as JSON. Letters of any script stay readable; what a reviewer could not see is escaped, and so is half a surrogate pair: JSON's grammar
/// takes the escape, and nothing is lost, where System.Text.Json would refuse to write or to read it.
/// </summary>
internal static class JsonText
{
    /// <summary>The text in quotes, as it stands in a snapshot and in messages.</summary>
    public static string Quote(string text)
    {
        var json = new StringBuilder(text.Length + 2);
        Append(json, text);
        return json.ToString();
    }

    public static void Append(StringBuilder json, string text)
    {
        json.Append('"');
        for (int i = 0; i < text.Length; i++)
        {
            char unit = text[i];
            if (char.IsHighSurrogate(unit) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                json.Append(unit).Append(text[++i]);
            else if (unit is '"' or '\\')
                json.Append('\\').Append(unit);
            else if (unit == '\n')
                json.Append("\\n");
            else if (unit == '\r')
                json.Append("\\r");
            else if (unit == '\t')
                json.Append("\\t");
            else if (IsHidden(unit))
                json.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture));
            else
                json.Append(unit);
        }

        json.Append('"');
    }

    /// <summary>The text of a JSON string between its quotes, which the JSON reader has found to be well-formed and the file to be UTF-8.</summary>
    public static string Unescape(byte[] utf8)
    {
        var text = new StringBuilder(utf8.Length);
        int plain = 0;
        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] != (byte)'\\')
                continue;
            text.Append(Encoding.UTF8.GetString(utf8, plain, i - plain));
            switch (utf8[++i])
            {
                case (byte)'b':
                    text.Append('\b');
                    break;
                case (byte)'f':
                    text.Append('\f');
                    break;
                case (byte)'n':
                    text.Append('\n');
                    break;
                case (byte)'r':
                    text.Append('\r');
                    break;
                case (byte)'t':
                    text.Append('\t');
                    break;
                case (byte)'u':
                    text.Append((char)int.Parse(Encoding.UTF8.GetString(utf8, i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 4;
                    break;
                default:
                    text.Append((char)utf8[i]);
                    break;
            }

            plain = i + 1;
        }

        return text.Append(Encoding.UTF8.GetString(utf8, plain, utf8.Length - plain)).ToString();
    }

    // Fixed ranges rather than Unicode categories: these differ between runtimes, and the bytes of a snapshot must not.
    private static bool IsHidden(char unit) => unit is < ' '
        or (>= '\u007F' and <= '\u00A0') or '\u00AD' // control characters, no-break space, soft hyphen
        or (>= '\u2000' and <= '\u200F') or (>= '\u2028' and <= '\u202F') or (>= '\u205F' and <= '\u206F') or '\u3000' // spaces, line ends, directions
        or '\uFEFF' or (>= '\uFFF0' and <= '\uFFFB') or '\uFFFE' or '\uFFFF'
        or (>= '\uD800' and <= '\uDFFF');
}
