using System.Globalization;
using System.Text.Json;

namespace MxGateway.Typed.Cli;

/// <summary>Values as they are given on a command line.</summary>
internal static class ValueText
{
    private static readonly MxDataType[] s_types =
    [
        MxDataType.Boolean, MxDataType.Integer, MxDataType.Float, MxDataType.Double, MxDataType.String, MxDataType.Time, MxDataType.ElapsedTime,
        MxDataType.ReferenceType, MxDataType.StatusType, MxDataType.DataTypeEnum, MxDataType.SecurityClassificationEnum, MxDataType.DataQualityType,
        MxDataType.QualifiedEnum, MxDataType.InternationalizedString, MxDataType.BigString,
    ];

    /// <summary>The types that a value may have.</summary>
    public static string Types { get; } = string.Join(", ", s_types);

    /// <summary>Makes a value of a type and a text.</summary>
    /// <exception cref="WrongUsageException">There is no such type, or the text is no such value.</exception>
    public static MxVariant Parse(string typeText, string text)
    {
        bool isArray = typeText.EndsWith("[]", StringComparison.Ordinal);
        string name = isArray ? typeText[..^2] : typeText;
        // Unknown is none of them.
        MxDataType found = s_types.FirstOrDefault(known => known.ToString().Equals(name, StringComparison.OrdinalIgnoreCase), MxDataType.Unknown);
        if (found == MxDataType.Unknown)
            throw new WrongUsageException($"--type '{typeText}' is no type that can be written; there are {Types}, with [] for an array");
        return (isArray ? ParseArray(found, text) : ParseScalar(found, text)).As(found);
    }

    private static MxVariant ParseScalar(MxDataType type, string text) => type switch
    {
        MxDataType.Boolean => bool.TryParse(text, out bool value) ? value : throw Wrong(type, "true or false"),
        MxDataType.Float => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw Wrong(type, "a number such as 42.5, of the size that a Float takes"),
        MxDataType.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Wrong(type, "a number such as 42.5"),
        MxDataType.Time => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset value)
            ? value
            : throw Wrong(type, "a time such as 2026-11-02T06:15:00Z; without a zone it is UTC"),
        MxDataType.ElapsedTime => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan value)
            ? value
            : throw Wrong(type, "a time such as 00:01:30, or 2.03:00:00 with days"),
        MxDataType.QualifiedEnum => Whole(text) is { } ordinal ? ordinal : text,
        _ when IsText(type) => text,
        _ => Whole(text) ?? throw Wrong(type, "a whole number from -2147483648 to 2147483647"),
    };

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static MxVariant ParseArray(MxDataType type, string text)
    {
        MxVariant[] elements;
        try
        {
            using var json = JsonDocument.Parse(text);
            elements =
            [
                .. json.RootElement.EnumerateArray().Select(element => ParseScalar(type, ElementText(type, element))),
            ];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Wrong(type, "a JSON array such as [1, 2]");
        }

        return type switch
        {
            MxDataType.Boolean => Of<bool>(elements),
            MxDataType.Float => Of<float>(elements),
            MxDataType.Double => Of<double>(elements),
            MxDataType.Time => Of<DateTimeOffset>(elements),
            MxDataType.ElapsedTime => Of<long>(elements),
            _ when IsText(type) => Of<string>(elements),
            MxDataType.QualifiedEnum when elements.All(element => element.Kind == MxVariantKind.String) => Of<string>(elements),
            MxDataType.QualifiedEnum when elements.Any(element => element.Kind == MxVariantKind.String) => throw Wrong(type, "all texts, or all numbers"),
            _ => Of<int>(elements),
        };
    }

    // A number, null or an object is no text; null is no value of any type.
    private static string ElementText(MxDataType type, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Number when !IsText(type) => element.GetRawText(),
        JsonValueKind.True or JsonValueKind.False when type == MxDataType.Boolean => element.GetRawText(),
        _ => throw Wrong(type, IsText(type) ? "a JSON array of strings such as [\"a\", \"b\"]" : "a JSON array such as [1, 2]"),
    };

    private static bool IsText(MxDataType type) =>
        type is MxDataType.String or MxDataType.ReferenceType or MxDataType.InternationalizedString or MxDataType.BigString;

    private static MxVariant Of<T>(MxVariant[] elements) =>
        MxVariant.OfElements([.. elements.Select(element => element.TryGet(out T? value) ? value : throw new InvalidOperationException("of another type"))]);

    // The value is not repeated: it may be none that belongs on a screen.
    private static WrongUsageException Wrong(MxDataType type, string expected) => new($"--value is no {type}: it takes {expected}");
}
