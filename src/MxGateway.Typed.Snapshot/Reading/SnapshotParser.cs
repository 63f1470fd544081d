using System.Text.Json;

namespace MxGateway.Typed.Snapshot;

/// <summary>The tokens of a snapshot file, and the fields of its rows. A row in which something is wrong is marked as broken, read to its end and left out.</summary>
internal ref partial struct SnapshotParser
{
    // All fields that a row may have, each with its bit in a row's set.
    private static readonly Dictionary<string, int> s_fields = new[]
    {
        "format", "tool", "deployed", "filter", "content", "templates", "objects", "tombstones",
        "rootTagName", "maxDepth", "categoryIds", "templateChainContains", "tagNameGlob", "alarmBearingOnly", "historizedOnly",
        "name", "base", "as", "class", "attributes", "children", "groups", "template",
        "tag", "id", "browse", "parent", "host", "area", "category", "chain", "without",
        "type", "typeName", "array", "dimension", "absentDimension", "security", "historized", "alarm", "reference",
        "owner", "member", "successor",
    }.Select((field, number) => (field, number)).ToDictionary(pair => pair.field, pair => pair.number, StringComparer.Ordinal);

    private readonly Looks _looks;
    private readonly ProblemList _problems;
    private readonly StringCache _strings = new();
    private Utf8JsonReader _json;
    private PositionCursor _positions;

    public SnapshotParser(ReadOnlySpan<byte> utf8, ProblemList problems, Looks looks)
    {
        _json = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 64 });
        _positions = new PositionCursor(utf8);
        _problems = problems;
        _looks = looks;
    }

    /// <summary>A row while it is read.</summary>
    private struct Row(string kind, SnapshotPosition position)
    {
        public readonly SnapshotPosition Position = position;
        public string? Name;
        public bool IsBroken;
        private List<string>? _wrongFields;
        private ulong _fields;

        /// <summary>Notes that the row has the field; false where it has it already. A field that no row knows is not looked at.</summary>
        public bool Add(string field)
        {
            if (!s_fields.TryGetValue(field, out int number))
                return true;
            ulong before = _fields;
            _fields |= 1UL << number;
            return _fields != before;
        }

        public readonly bool Has(string field) => (_fields & (1UL << s_fields[field])) != 0;

        public readonly bool IsWrong(string field) => _wrongFields is not null && _wrongFields.Contains(field);

        public void SetWrong(string field)
        {
            IsBroken = true;
            (_wrongFields ??= []).Add(field);
        }

        public readonly string Title => Name is null ? $"the {kind}" : $"{kind} {JsonText.Quote(Name)}";
    }

    private SnapshotPosition Here() => _positions.At((int)_json.TokenStartIndex);

    /// <summary>Begins a row at the token read last; false where that is no row at all.</summary>
    private bool Begin(string kind, out Row row)
    {
        _looks.Row();
        row = new Row(kind, Here());
        if (_json.TokenType == JsonTokenType.StartObject)
            return true;
        _problems.Add(SnapshotProblemKind.InvalidRow, row.Position, $"{row.Title} must be a JSON object");
        _json.Skip();
        return false;
    }

    /// <summary>Goes on to the value of the row's next field; false at the row's end. A field that stands there again breaks the row: which of the two is right cannot be known.</summary>
    private bool NextField(ref Row row, out string name)
    {
        while (NextName(out name))
        {
            bool isFirst = FirstTime(ref row, name);
            _json.Read();
            if (isFirst)
                return true;
            _json.Skip();
        }

        return false;
    }

    /// <summary>Goes on to the row's next field, before its value; false at the row's end.</summary>
    private bool NextName(out string name)
    {
        _json.Read();
        bool isField = _json.TokenType == JsonTokenType.PropertyName;
        name = isField ? Text() : "";
        return isField;
    }

    /// <summary>Whether the field read last stands in the row for the first time; says so where it does not.</summary>
    private bool FirstTime(ref Row row, string field)
    {
        if (row.Add(field))
            return true;
        row.SetWrong(field);
        _problems.Add(SnapshotProblemKind.Duplicate, Here(), $"\"{field}\" stands again in the row of {row.Title}. Keep one of the two (a merge may have kept both sides), or take the file back from version control");
        return false;
    }

    /// <summary>Goes on to the next element of a list; false at its end.</summary>
    private bool NextElement()
    {
        _json.Read();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    private bool BeginList(ref Row row, string field) => _json.TokenType == JsonTokenType.StartArray || Mistyped(ref row, field, "a list");

    private string? String(ref Row row, string field)
    {
        if (_json.TokenType == JsonTokenType.String)
            return Text();
        Mistyped(ref row, field, "a string");
        return null;
    }

    private int? Integer(ref Row row, string field)
    {
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out int number))
            return number;
        Mistyped(ref row, field, "a whole number of 32 bits");
        return null;
    }

    private bool Boolean(ref Row row, string field, string wanted = "true or false")
    {
        if (_json.TokenType is JsonTokenType.True or JsonTokenType.False)
            return _json.GetBoolean();
        return Mistyped(ref row, field, wanted);
    }

    /// <summary>A number of the Galaxy's, or its name.</summary>
    private int? Named(ref Row row, string field, GalaxyNames names)
    {
        if (_json.TokenType != JsonTokenType.String)
            return Integer(ref row, field);
        string name = Text();
        if (names.NumberOf(name) is { } number)
            return number;
        Refuse(ref row, field, $"{JsonText.Quote(name)} is no known {field}; give one of {string.Join(", ", names.All)}, or its number");
        return null;
    }

    private List<string> Strings(ref Row row, string field)
    {
        var values = new List<string>();
        if (BeginList(ref row, field))
            while (NextElement())
                if (String(ref row, field) is { } value)
                    values.Add(value);
        return values;
    }

    private List<int> Integers(ref Row row, string field)
    {
        var values = new List<int>();
        if (BeginList(ref row, field))
            while (NextElement())
                if (Integer(ref row, field) is { } value)
                    values.Add(value);
        return values;
    }

    /// <summary>Says that the row lacks a field, unless the field is there and was found wrong.</summary>
    private void Require(ref Row row, bool isThere, string field)
    {
        if (isThere || row.IsWrong(field))
            return;
        row.IsBroken = true;
        _problems.Add(SnapshotProblemKind.InvalidRow, row.Position, $"{row.Title} lacks the field \"{field}\"");
    }

    private bool Mistyped(ref Row row, string field, string wanted)
    {
        Refuse(ref row, field, $"\"{field}\" of {row.Title} must be {wanted}");
        _json.Skip();
        return false;
    }

    /// <summary>Marks the row as broken by the field whose value was read last.</summary>
    private void Refuse(ref Row row, string field, string message)
    {
        row.SetWrong(field);
        _problems.Add(SnapshotProblemKind.InvalidRow, Here(), message);
    }

    private string Text() => _json.ValueIsEscaped ? JsonText.Unescape(_json.ValueSpan.ToArray()) : _strings.Get(_json.ValueSpan) ?? _json.GetString()!;
}
