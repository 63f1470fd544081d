using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace MxGateway.Typed;

/// <summary>For generated code: gives the lines of a plant's table, which stay where the compiler put them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate ReadOnlySpan<byte> MxGalaxyRows();

/// <summary>
/// The plant's objects, as generated code embeds them: a line of UTF-8 per object, <c>tagname|class|child rows</c>. A backslash escapes: <c>\p</c> is the bar,
/// <c>\\</c> the backslash, <c>\uXXXX</c> any UTF-16 unit. A <c>~</c> behind the class marks an object that is there to be passed through: what was asked for hangs below it.
/// Child rows are separated by commas; an empty one is a child that the object lacks. A line is decoded when its object is first touched.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MxGalaxyTable
{
    private readonly MxGalaxyRows _rows;
    private readonly int[] _starts;
    private readonly string?[] _tagNames;
    private readonly int[]?[] _children;
    private TagNameIndex? _index;

    /// <summary>A table; only the starts of its lines are looked for here.</summary>
    /// <param name="rows">Gives the lines, separated by LF.</param>
    /// <param name="deployed">When the Galaxy was deployed that the snapshot is of, as round-trip text; null where it does not say.</param>
    public MxGalaxyTable(MxGalaxyRows rows, string? deployed = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        DeployTime = deployed is null ? null : DateTimeOffset.Parse(deployed, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        _rows = rows;
        _starts = Starts(rows());
        _tagNames = new string?[Count];
        _children = new int[]?[Count];
    }

    internal DateTimeOffset? DeployTime { get; }

    internal int Count => _starts.Length - 1;

    internal string TagName(int row) => _tagNames[row] ??= Unescape(Encoding.UTF8.GetString(Read(row).TagName), row);

    /// <summary>The class's number, and whether the object is only there to be passed through.</summary>
    internal (int Class, bool IsPassage) Class(int row)
    {
        ReadOnlySpan<byte> text = Read(row).Class;
        if (!Utf8Parser.TryParse(text, out int @class, out int length))
            throw Broken(row);
        return (@class, length < text.Length && text[length] == (byte)'~');
    }

    /// <summary>The row of a child; -1 where the object lacks it.</summary>
    internal int Child(int row, int child)
    {
        int[] children = _children[row] ??= ReadChildren(row);
        return child < children.Length ? children[child] : -1;
    }

    /// <summary>The row of a tagname; -1 where there is none. Names are case-insensitive to MXAccess; where a Galaxy has twins all the same, the exact name finds its own.</summary>
    internal int Find(string tagName) => (_index ??= new TagNameIndex(this)).Find(tagName);

    private static int[] Starts(ReadOnlySpan<byte> utf8)
    {
        var starts = new List<int>(utf8.Count((byte)'\n') + 2);
        int start = 0;
        while (start < utf8.Length)
        {
            int length = utf8[start..].IndexOf((byte)'\n');
            if (length != 0)
                starts.Add(start);
            start = length < 0 ? utf8.Length : start + length + 1;
        }

        return [.. starts, utf8.Length];
    }

    private Cells Read(int row)
    {
        ReadOnlySpan<byte> line = _rows()[_starts[row].._starts[row + 1]].TrimEnd((byte)'\n');
        int first = line.IndexOf((byte)'|');
        int second = line.LastIndexOf((byte)'|');
        return second > first && first >= 0 ? new Cells(line[..first], line[(first + 1)..second], line[(second + 1)..]) : throw Broken(row);
    }

    private int[] ReadChildren(int row)
    {
        ReadOnlySpan<byte> text = Read(row).Children;
        if (text.IsEmpty)
            return [];
        var rows = new List<int>(text.Count((byte)',') + 1);
        foreach (Range child in text.Split((byte)','))
        {
            int childRow = -1;
            if (!text[child].IsEmpty && (!Utf8Parser.TryParse(text[child], out childRow, out _) || childRow < 0 || childRow >= Count))
                throw Broken(row);
            rows.Add(childRow);
        }

        return [.. rows];
    }

    private static string Unescape(string text, int row)
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

            switch (++i < text.Length ? text[i] : '\0')
            {
                case 'p':
                    plain.Append('|');
                    break;
                case '\\':
                    plain.Append('\\');
                    break;
                case 'u' when i + 4 < text.Length && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit):
                    plain.Append((char)unit);
                    i += 4;
                    break;
                default:
                    throw Broken(row);
            }
        }

        return plain.ToString();
    }

    private static InvalidOperationException Broken(int row) =>
        new(string.Create(CultureInfo.InvariantCulture, $"line {row + 1} of the plant's table is broken; build the project anew, so that its table is generated again"));

    private readonly ref struct Cells(ReadOnlySpan<byte> tagName, ReadOnlySpan<byte> @class, ReadOnlySpan<byte> children)
    {
        public ReadOnlySpan<byte> TagName { get; } = tagName;

        public ReadOnlySpan<byte> Class { get; } = @class;

        public ReadOnlySpan<byte> Children { get; } = children;
    }

    /// <summary>Made when a name is first looked up: it touches every line.</summary>
    private sealed class TagNameIndex
    {
        private readonly Dictionary<string, int> _rows;
        private readonly Dictionary<string, int> _twins = new(StringComparer.Ordinal);

        public TagNameIndex(MxGalaxyTable table)
        {
            _rows = new Dictionary<string, int>(table.Count, StringComparer.OrdinalIgnoreCase);
            for (int row = 0; row < table.Count; row++)
                if (!_rows.TryAdd(table.TagName(row), row))
                    _twins.TryAdd(table.TagName(row), row);
        }

        public int Find(string tagName) => _twins.TryGetValue(tagName, out int row) || _rows.TryGetValue(tagName, out row) ? row : -1;
    }
}
