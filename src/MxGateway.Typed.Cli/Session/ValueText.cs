using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MxGateway.Typed.Cli;

/// <summary>Values as they are given on a command line, and shown.</summary>
internal static partial class ValueText
{
    private const int FirstYear = 100;

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
        return (isArray ? ParseArray(found, text) : ParseScalar(found, text, Wrong)).As(found);

        // The value is not repeated: it may be none that belongs on a screen.
        WrongUsageException Wrong(string expected) => new($"--value is no {found}: it takes {expected}");
    }

    /// <summary>A moment in ISO 8601 with a date and a time: a part that is missing would be made up. Without a zone it is UTC.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        return IsoTime().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    /// <summary>An elapsed time, which on the wire is a count of ticks, as it is given to write.</summary>
    public static string OfElapsed(long ticks) => TimeSpan.FromTicks(ticks).ToString("c", CultureInfo.InvariantCulture);

    private static MxVariant ParseScalar(MxDataType type, string text, Func<string, WrongUsageException> wrong) => type switch
    {
        MxDataType.Boolean => bool.TryParse(text, out bool value) ? value : throw wrong("true or false"),
        MxDataType.Float => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw wrong("a number such as 42.5, of the size that a Float takes"),
        MxDataType.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw wrong("a number such as 42.5"),

        // MXAccess: times are VT_DATE.
        MxDataType.Time => TryParseTime(text, out DateTimeOffset value) && value.UtcDateTime.Year >= FirstYear
            ? value
            : throw wrong("a time such as 2026-11-02T06:15:00Z, of the years 100 to 9999; without a zone it is UTC"),
        MxDataType.ElapsedTime => Elapsed().IsMatch(text) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan value)
            ? value
            : throw wrong("a time such as 00:01:30, or 2.03:00:00 with days"),
        MxDataType.QualifiedEnum => Whole(text) is { } ordinal ? ordinal : text,
        MxDataType.StatusType => Defined<MxStatusCategory>(text, wrong),
        MxDataType.DataTypeEnum => Defined<MxDataType>(text, wrong),
        MxDataType.SecurityClassificationEnum => Defined<MxSecurityClassification>(text, wrong),
        MxDataType.DataQualityType => Whole(text) is { } code and >= 0 and <= ushort.MaxValue ? code : throw wrong("a whole number from 0 to 65535"),
        _ when IsText(type) => text,
        _ => Whole(text) ?? throw wrong("a whole number from -2147483648 to 2147483647"),
    };

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static int Defined<TEnum>(string text, Func<string, WrongUsageException> wrong)
        where TEnum : struct, Enum =>
        Whole(text) is { } number && Enum.IsDefined((TEnum)Enum.ToObject(typeof(TEnum), number))
            ? number
            : throw wrong($"a number of these: {string.Join(", ", Enum.GetValues<TEnum>().Order().Select(known => $"{known:D} ({known})"))}");

    private static MxVariant ParseArray(MxDataType type, string text)
    {
        MxVariant[] elements;
        try
        {
            using var json = JsonDocument.Parse(text);
            elements = [.. json.RootElement.EnumerateArray().Select((element, i) => ParseElement(type, element, i + 1))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WrongUsageException($"--value is no {type}[]: it takes {ArrayOf(type)}");
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
            MxDataType.QualifiedEnum when elements.Any(element => element.Kind == MxVariantKind.String) =>
                throw new WrongUsageException($"--value is no {type}[]: it takes all texts, or all numbers"),
            _ => Of<int>(elements),
        };
    }

    // A number, null or an object is no text; null is no value of any type.
    private static MxVariant ParseElement(MxDataType type, JsonElement element, int number) => element.ValueKind switch
    {
        JsonValueKind.String => ParseScalar(type, element.GetString()!, Wrong(type, number)),
        JsonValueKind.Number when !IsText(type) => ParseScalar(type, element.GetRawText(), Wrong(type, number)),
        JsonValueKind.True or JsonValueKind.False when type == MxDataType.Boolean => element.GetBoolean(),
        _ => throw new WrongUsageException($"--value is no {type}[]: element {number} is {Kind(element)}; it takes {ArrayOf(type)}"),
    };

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a Boolean",
        JsonValueKind.Array => "an array",
        _ => "an object",
    };

    private static string ArrayOf(MxDataType type) => IsText(type) ? "a JSON array of strings such as [\"a\", \"b\"]" : "a JSON array such as [1, 2]";

    private static Func<string, WrongUsageException> Wrong(MxDataType type, int element) =>
        expected => new($"--value is no {type}[]: element {element} is not {expected}");

    private static bool IsText(MxDataType type) =>
        type is MxDataType.String or MxDataType.ReferenceType or MxDataType.InternationalizedString or MxDataType.BigString;

    private static MxVariant Of<T>(MxVariant[] elements) =>
        MxVariant.OfElements([.. elements.Select(element => element.TryGet(out T? value) ? value : throw new InvalidOperationException("of another type"))]);

    [GeneratedRegex(@"^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:[0-9]{2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsoTime();

    // A number alone would be days.
    [GeneratedRegex(@"^-?([0-9]{1,8}\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Elapsed();
}
