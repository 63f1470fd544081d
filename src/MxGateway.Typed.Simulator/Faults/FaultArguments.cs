using System.Text.Json;
using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>The fields of a request for a fault, as JSON gave them.</summary>
internal sealed class FaultArguments(JsonElement fields)
{
    private const int MaxEntries = 10_000;

    private static string CommandNames => string.Join(", ", Enum.GetValues<MxCommandKind>().Where(command => command != MxCommandKind.Unspecified));

    public bool Has(string name) => fields.TryGetProperty(name, out _);

    public double Number(string name, double min, double max)
    {
        JsonElement value = Field(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= min && number <= max
            ? number
            : throw Wrong(name, $"a number from {min} to {max}");
    }

    public bool Flag(string name) =>
        Field(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : throw Wrong(name, "true or false");

    public string Text(string name) => Text(Field(name)) ?? throw Wrong(name, "a text that is not empty");

    public string? OptionalText(string name) => Has(name) ? Text(name) : null;

    public IReadOnlyList<string> Texts(string name) => List(name, "texts", Text);

    public IReadOnlyList<string> OptionalTexts(string name) => Has(name) ? Texts(name) : [];

    public MxCommandKind Command(string name) => Command(Field(name)) ?? throw Wrong(name, $"a command: {CommandNames}");

    public IReadOnlyList<MxCommandKind> Commands(string name) => [.. List(name, $"commands: {CommandNames}", Command).Select(command => command!.Value)];

    public T OneOf<T>(string name)
        where T : struct, Enum => Named<T>(Field(name)) ?? throw Wrong(name, $"one of {string.Join(", ", Enum.GetNames<T>())}, in any case");

    public IReadOnlyList<int> Indices(string name) =>
        [.. List(name, "row numbers from 0", Index).Select(index => index!.Value)];

    private static int? Index(JsonElement row) =>
        row.ValueKind == JsonValueKind.Number && row.TryGetInt32(out int index) && index >= 0 ? index : null;

    // Such as SubscribeBulk, subscribe_bulk or SUBSCRIBE_BULK.
    private static MxCommandKind? Command(JsonElement value) => Named<MxCommandKind>(value) is { } command and not MxCommandKind.Unspecified ? command : null;

    private static T? Named<T>(JsonElement value)
        where T : struct, Enum
    {
        string? name = Text(value)?.Replace("_", "", StringComparison.Ordinal);
        return name is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ..] && Enum.TryParse(name, ignoreCase: true, out T named) ? named : null;
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // An escape that is no character.
            return null;
        }
    }

    private List<T> List<T>(string name, string what, Func<JsonElement, T?> read)
    {
        JsonElement list = Field(name);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxEntries)
            throw Wrong(name, $"a list of {what}, {MaxEntries} at most");
        return [.. list.EnumerateArray().Select(entry => read(entry) ?? throw Wrong(name, $"a list of {what}, {MaxEntries} at most"))];
    }

    private JsonElement Field(string name) =>
        fields.TryGetProperty(name, out JsonElement value) ? value : throw new SimulatorFaultException($"the field \"{name}\" is missing");

    private static SimulatorFaultException Wrong(string name, string what) => new($"the field \"{name}\" must be {what}");
}
