using System.Globalization;
using System.Text;

namespace MxGateway.Typed.Generators.Emit;

/// <summary>Names of the Galaxy inside code, comments and tables: nothing in a name may end what it stands in.</summary>
internal static class Literal
{
    /// <summary>A C# string literal.</summary>
    public static string String(string text)
    {
        var literal = new StringBuilder("\"", text.Length + 2);
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                literal.Append('\\').Append(c);
            else
                AppendVisible(literal, c);
        }

        return literal.Append('"').ToString();
    }

    /// <summary>Text inside an XML documentation comment.</summary>
    public static string Xml(string text)
    {
        var xml = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            switch (c)
            {
                case '<':
                    xml.Append("&lt;");
                    break;
                case '>':
                    xml.Append("&gt;");
                    break;
                case '&':
                    xml.Append("&amp;");
                    break;
                default:
                    AppendVisible(xml, c);
                    break;
            }
        }

        return xml.ToString();
    }

    /// <summary>A tagname inside the plant's table, which is a raw string literal: see MxGalaxyTable for its escapes.</summary>
    public static string TableCell(string text)
    {
        var cell = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            switch (c)
            {
                case '|':
                    cell.Append("\\p");
                    break;
                case '\\':
                    cell.Append("\\\\");
                    break;
                case '"':
                    cell.Append("\\u0022");
                    break;
                default:
                    AppendVisible(cell, c);
                    break;
            }
        }

        return cell.ToString();
    }

    /// <summary>Text inside a line comment.</summary>
    public static string Comment(string text)
    {
        var comment = new StringBuilder(text.Length);
        foreach (char c in text)
            AppendVisible(comment, c);
        return comment.ToString();
    }

    // Letters, digits and ASCII signs are what they seem; all else (controls, line separators, halves of surrogates, direction marks) is written by number.
    private static void AppendVisible(StringBuilder text, char c)
    {
        if (c is >= ' ' and <= '~' || (c > '~' && char.IsLetterOrDigit(c)))
            text.Append(c);
        else
            text.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
    }
}
