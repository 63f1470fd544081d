using System.Globalization;
using System.Text;

namespace MxGateway.Typed.Snapshot;

/// <summary>Puts rows of JSON together: what belongs to one row stays on one line.</summary>
internal sealed class RowWriter(TextWriter output)
{
    private readonly StringBuilder _line = new();
    private bool _first;

    public RowWriter Open(string indent)
    {
        _line.Append(indent).Append('{');
        _first = true;
        return this;
    }

    public RowWriter Close()
    {
        _line.Append('}');
        return this;
    }

    public RowWriter Field(string name, string value)
    {
        Name(name);
        JsonText.Append(_line, value);
        return this;
    }

    public RowWriter Field(string name, int value)
    {
        Name(name);
        _line.Append(value.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>A number of the Galaxy's, by its name where it has one.</summary>
    public RowWriter Field(string name, int value, GalaxyNames names) => names.NameOf(value) is { } known ? Field(name, known) : Field(name, value);

    public RowWriter Field(string name, IReadOnlyList<string> values)
    {
        Name(name);
        _line.Append('[');
        for (int i = 0; i < values.Count; i++)
        {
            _line.Append(i == 0 ? "" : ",");
            JsonText.Append(_line, values[i]);
        }

        _line.Append(']');
        return this;
    }

    public RowWriter Field(string name, IReadOnlyList<int> values)
    {
        Name(name);
        _line.Append('[').Append(string.Join(",", values.Select(value => value.ToString(CultureInfo.InvariantCulture)))).Append(']');
        return this;
    }

    public RowWriter Optional(string name, string? value) => value is null ? this : Field(name, value);

    public RowWriter Optional(string name, IReadOnlyList<string> values) => values.Count == 0 ? this : Field(name, values);

    /// <summary>Present where it is true.</summary>
    public RowWriter Flag(string name, bool value)
    {
        if (!value)
            return this;
        Name(name);
        _line.Append("true");
        return this;
    }

    /// <summary>A list with a row a line, nothing where it is empty.</summary>
    public RowWriter Rows<T>(string name, IReadOnlyList<T> rows, string indent, Action<T> write)
    {
        if (rows.Count == 0)
            return this;
        Name(name);
        Rows(rows, indent, write);
        return this;
    }

    /// <summary>A list with a row a line.</summary>
    public void Rows<T>(IReadOnlyList<T> rows, string indent, Action<T> write)
    {
        _line.Append('[');
        for (int i = 0; i < rows.Count; i++)
        {
            EndLine(i == 0 ? "" : ",");
            write(rows[i]);
        }

        if (rows.Count > 0)
        {
            EndLine();
            _line.Append(indent);
        }

        _line.Append(']');
        _first = false;
    }

    public RowWriter Text(string text)
    {
        _line.Append(text);
        return this;
    }

    public void EndLine(string end = "")
    {
        output.Write(_line.Append(end).Append('\n').ToString());
        _line.Clear();
    }

    private void Name(string name)
    {
        _line.Append(_first ? "\"" : ",\"").Append(name).Append("\":");
        _first = false;
    }
}
