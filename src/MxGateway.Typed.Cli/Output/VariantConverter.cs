using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MxGateway.Typed.Cli;

/// <summary>
/// Values in JSON: a Boolean, a number, a text, null, an array of them; a Time as 2026-11-02T06:15:00Z, an ElapsedTime as 00:01:30, bytes as base64.
/// A number that JSON does not have is a text: NaN, Infinity, -Infinity.
/// </summary>
internal sealed class VariantConverter : JsonConverter<MxVariant>
{
    public override MxVariant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("results are written, and not read");

    public override void Write(Utf8JsonWriter writer, MxVariant value, JsonSerializerOptions options)
    {
        bool isElapsed = value.DataType == MxDataType.ElapsedTime;
        if (value.Kind != MxVariantKind.Array)
        {
            WriteScalar(writer, value.TryGet(out object? scalar) ? scalar : null, isElapsed);
            return;
        }

        writer.WriteStartArray();
        value.TryGet(out IEnumerable? elements);
        foreach (object? element in elements!)
            WriteScalar(writer, element, isElapsed);
        writer.WriteEndArray();
    }

    private static void WriteScalar(Utf8JsonWriter writer, object? value, bool isElapsed)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int ticks when isElapsed:
                writer.WriteStringValue(ValueText.OfElapsed(ticks));
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long ticks when isElapsed:
                writer.WriteStringValue(ValueText.OfElapsed(ticks));
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time.UtcDateTime);
                break;
            case ReadOnlyMemory<byte> bytes:
                writer.WriteBase64StringValue(bytes.Span);
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
