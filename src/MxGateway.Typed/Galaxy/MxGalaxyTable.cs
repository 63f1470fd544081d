using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace MxGateway.Typed;

/// <summary>
/// The plant's objects, as generated code embeds them: a line of UTF-8 per object, <c>tagname|class|child rows</c>. A backslash escapes: <c>\p</c> is the bar,
/// <c>\\</c> the backslash, <c>\uXXXX</c> any UTF-16 unit. Child rows are separated by commas; an empty one is a child that the object lacks.
/// Decoded once, when the first plant of the type is made.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MxGalaxyTable
{
    private readonly Row[] _rows;
    private readonly Dictionary<string, int> _byTagName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Decodes a table.</summary>
    /// <param name="utf8">The lines, separated by LF.</param>
    public MxGalaxyTable(ReadOnlySpan<byte> utf8)
    {
        var rows = new List<Row>();
        foreach (Range line in utf8.Split((byte)'\n'))
        {
            if (utf8[line].IsEmpty)
                continue;
            Row row = Decode(utf8[line]);
            // Names are case-insensitive to MXAccess; where a Galaxy has twins all the same, the exact name finds its own below.
            _byTagName.TryAdd(row.TagName, rows.Count);
            rows.Add(row);
        }

        _rows = [.. rows];
    }

    internal int Count => _rows.Length;

    internal string TagName(int row) => _rows[row].TagName;

    internal int Class(int row) => _rows[row].Class;

    internal int Child(int row, int child) => child < _rows[row].Children.Length ? _rows[row].Children[child] : -1;

    internal int Find(string tagName)
    {
        if (!_byTagName.TryGetValue(tagName, out int row))
            return -1;
        if (_rows[row].TagName != tagName)
        {
            int exact = Array.FindIndex(_rows, r => r.TagName == tagName);
            return exact >= 0 ? exact : row;
        }

        return row;
    }

    private static Row Decode(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOf((byte)'|');
        ReadOnlySpan<byte> rest = line[(first + 1)..];
        int second = rest.IndexOf((byte)'|');
        Utf8Parser.TryParse(rest[..second], out int @class, out _);

        ReadOnlySpan<byte> children = rest[(second + 1)..];
        var rows = new List<int>();
        if (!children.IsEmpty)
            foreach (Range child in children.Split((byte)','))
                rows.Add(Utf8Parser.TryParse(children[child], out int row, out _) ? row : -1);

        return new Row(Unescape(Encoding.UTF8.GetString(line[..first])), @class, [.. rows]);
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;

        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            switch (text[++i])
            {
                case 'p':
                    plain.Append('|');
                    break;
                case 'u':
                    plain.Append((char)int.Parse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 4;
                    break;
                default:
                    plain.Append(text[i]);
                    break;
            }
        }

        return plain.ToString();
    }

    private sealed record Row(string TagName, int Class, int[] Children);
}
