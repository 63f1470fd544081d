using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>
/// Puts values of the plant into the gateway's messages. An element is a bool, int, long, float, double, string, DateTimeOffset or byte[]; null where a type
/// has no values.
/// </summary>
internal static class WireValues
{
    public static MxValue Scalar(DataType type, object? element)
    {
        MxValue value = Typed(type, type.VariantType);
        switch (element)
        {
            case bool v: value.BoolValue = v; break;
            case int v: value.Int32Value = v; break;
            case long v: value.Int64Value = v; break;
            case float v: value.FloatValue = v; break;
            case double v: value.DoubleValue = v; break;
            case string v: value.StringValue = v; break;
            case DateTimeOffset v: value.TimestampValue = Timestamp.FromDateTimeOffset(v); break;
            case byte[] v: value.RawValue = ByteString.CopyFrom(v); break;
            default: value.IsNull = true; break;
        }

        return value;
    }

    public static MxValue Array(DataType type, IReadOnlyList<object?> elements)
    {
        MxValue value = Typed(type, "VT_ARRAY|" + type.VariantType);
        if (type.Kind == WireKind.Null)
        {
            value.IsNull = true;
            return value;
        }

        var array = new MxArray { ElementDataType = type.Wire, Dimensions = { (uint)elements.Count } };
        switch (type.Kind)
        {
            case WireKind.Bool: array.BoolValues = new BoolArray { Values = { elements.Cast<bool>() } }; break;
            case WireKind.Int32: array.Int32Values = new Int32Array { Values = { elements.Cast<int>() } }; break;
            case WireKind.Int64: array.Int64Values = new Int64Array { Values = { elements.Cast<long>() } }; break;
            case WireKind.Float: array.FloatValues = new FloatArray { Values = { elements.Cast<float>() } }; break;
            case WireKind.Double: array.DoubleValues = new DoubleArray { Values = { elements.Cast<double>() } }; break;
            case WireKind.Text: array.StringValues = new StringArray { Values = { elements.Cast<string>() } }; break;
            case WireKind.Time:
                array.TimestampValues = new TimestampArray { Values = { elements.Cast<DateTimeOffset>().Select(Timestamp.FromDateTimeOffset) } };
                break;
            case WireKind.Raw: array.RawValues = new RawArray { Values = { elements.Cast<byte[]>().Select(bytes => ByteString.CopyFrom(bytes)) } }; break;
        }

        value.ArrayValue = array;
        return value;
    }

    /// <summary>Values of a type as one array.</summary>
    public static MxValue ArrayOf(DataType type, IEnumerable<MxValue> values) => Array(type, [.. values.Select(value => Element(type, value))]);

    /// <summary>One element of an array, counted from 0; null where there is none.</summary>
    public static MxValue? Element(DataType type, MxArray? array, int index)
    {
        return array?.ValuesCase switch
        {
            MxArray.ValuesOneofCase.BoolValues => At(array.BoolValues.Values, (value, element) => value.BoolValue = element),
            MxArray.ValuesOneofCase.Int32Values => At(array.Int32Values.Values, (value, element) => value.Int32Value = element),
            MxArray.ValuesOneofCase.Int64Values => At(array.Int64Values.Values, (value, element) => value.Int64Value = element),
            MxArray.ValuesOneofCase.FloatValues => At(array.FloatValues.Values, (value, element) => value.FloatValue = element),
            MxArray.ValuesOneofCase.DoubleValues => At(array.DoubleValues.Values, (value, element) => value.DoubleValue = element),
            MxArray.ValuesOneofCase.StringValues => At(array.StringValues.Values, (value, element) => value.StringValue = element),
            MxArray.ValuesOneofCase.TimestampValues => At(array.TimestampValues.Values, (value, element) => value.TimestampValue = element),
            MxArray.ValuesOneofCase.RawValues => At(array.RawValues.Values, (value, element) => value.RawValue = element),
            _ => null,
        };

        MxValue? At<T>(IList<T> elements, Action<MxValue, T> put)
        {
            if (index < 0 || index >= elements.Count)
                return null;
            MxValue value = Typed(type, type.VariantType);
            put(value, elements[index]);
            return value;
        }
    }

    /// <summary>No value at all: what a wrong reference has.</summary>
    public static MxValue None() => new() { DataType = MxDataType.Unknown, VariantType = "VT_EMPTY", IsNull = true, RawDataType = -1 };

    /// <summary>An empty value of a type.</summary>
    public static MxValue Typed(DataType type, string variantType) => new() { DataType = type.Wire, VariantType = variantType, RawDataType = type.Number };

    private static object? Element(DataType type, MxValue value) => value.KindCase switch
    {
        MxValue.KindOneofCase.BoolValue => value.BoolValue,

        // A QualifiedEnum may have been written as its number.
        MxValue.KindOneofCase.Int32Value when type.Kind == WireKind.Text => value.Int32Value.ToString(CultureInfo.InvariantCulture),
        MxValue.KindOneofCase.Int32Value => value.Int32Value,
        MxValue.KindOneofCase.Int64Value => value.Int64Value,
        MxValue.KindOneofCase.FloatValue => value.FloatValue,
        MxValue.KindOneofCase.DoubleValue => value.DoubleValue,
        MxValue.KindOneofCase.StringValue => value.StringValue,
        MxValue.KindOneofCase.TimestampValue => value.TimestampValue.ToDateTimeOffset(),
        MxValue.KindOneofCase.RawValue => value.RawValue.ToByteArray(),
        _ => null,
    };
}
