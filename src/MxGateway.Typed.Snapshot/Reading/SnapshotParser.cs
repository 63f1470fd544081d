using System.Text.Json;

namespace MxGateway.Typed.Snapshot;

/// <summary>The tokens of a snapshot file, and the fields of its rows. A row in which something is wrong is marked as broken, read to its end and left out.</summary>
internal ref partial struct SnapshotParser
{
    private readonly CancellationToken _cancellationToken;
    private readonly ProblemList _problems;
    private readonly StringCache _strings = new();
    private Utf8JsonReader _json;
    private PositionCursor _positions;
    private int _rowCount;

    public SnapshotParser(ReadOnlySpan<byte> utf8, ProblemList problems, CancellationToken cancellationToken)
    {
        _json = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 64 });
        _positions = new PositionCursor(utf8);
        _problems = problems;
        _cancellationToken = cancellationToken;
    }

    /// <summary>A row while it is read.</summary>
    private struct Row(string kind, SnapshotPosition position)
    {
        public readonly SnapshotPosition Position = position;
        public string? Name;
        public bool IsBroken;
        private List<string>? _wrongFields;

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
        if ((_rowCount++ & 255) == 0)
            _cancellationToken.ThrowIfCancellationRequested();
        row = new Row(kind, Here());
        if (_json.TokenType == JsonTokenType.StartObject)
            return true;
        _problems.Add(SnapshotProblemKind.InvalidRow, row.Position, $"{row.Title} must be a JSON object");
        _json.Skip();
        return false;
    }

    /// <summary>Goes on to the value of the row's next field; false at the row's end.</summary>
    private bool NextField(out string name)
    {
        _json.Read();
        bool isField = _json.TokenType == JsonTokenType.PropertyName;
        name = isField ? Text() : "";
        return isField && _json.Read();
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
