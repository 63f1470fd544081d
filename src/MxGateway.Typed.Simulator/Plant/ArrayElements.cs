using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>The elements of an array on the wire, counted from 0.</summary>
internal static class ArrayElements
{
    // Shared: a time in an array is replaced, never changed.
    private static readonly Timestamp s_noTime = new();

    /// <summary>An array of a type's default values; null where the type has no arrays that are written.</summary>
    public static MxArray? Defaults(DataType type, int count)
    {
        var array = new MxArray { ElementDataType = type.Wire, Dimensions = { (uint)count } };
        switch (type.Kind)
        {
            case WireKind.Bool: array.BoolValues = new BoolArray { Values = { Enumerable.Repeat(false, count) } }; break;
            case WireKind.Int32: array.Int32Values = new Int32Array { Values = { Enumerable.Repeat(0, count) } }; break;
            case WireKind.Int64: array.Int64Values = new Int64Array { Values = { Enumerable.Repeat(0L, count) } }; break;
            case WireKind.Float: array.FloatValues = new FloatArray { Values = { Enumerable.Repeat(0f, count) } }; break;
            case WireKind.Double: array.DoubleValues = new DoubleArray { Values = { Enumerable.Repeat(0d, count) } }; break;
            case WireKind.Text: array.StringValues = new StringArray { Values = { Enumerable.Repeat("", count) } }; break;
            case WireKind.Time: array.TimestampValues = new TimestampArray { Values = { Enumerable.Repeat(s_noTime, count) } }; break;
            default: return null;
        }

        return array;
    }

    /// <summary>The fewest bytes that an element of a type takes on the wire.</summary>
    public static int MinSize(DataType type) => type.Kind switch
    {
        WireKind.Float => 4,
        WireKind.Double => 8,
        WireKind.Text or WireKind.Time => 2,
        _ => 1,
    };

    /// <summary>How many elements an array of a type has; null where its elements are of another form.</summary>
    public static int? Count(DataType type, MxArray array) => (type.Kind, array.ValuesCase) switch
    {
        (WireKind.Bool, MxArray.ValuesOneofCase.BoolValues) => array.BoolValues.Values.Count,
        (WireKind.Int32, MxArray.ValuesOneofCase.Int32Values) => array.Int32Values.Values.Count,
        (WireKind.Int64, MxArray.ValuesOneofCase.Int64Values) => array.Int64Values.Values.Count,
        (WireKind.Float, MxArray.ValuesOneofCase.FloatValues) => array.FloatValues.Values.Count,
        (WireKind.Double, MxArray.ValuesOneofCase.DoubleValues) => array.DoubleValues.Values.Count,
        (WireKind.Text, MxArray.ValuesOneofCase.StringValues) => array.StringValues.Values.Count,
        (WireKind.Time, MxArray.ValuesOneofCase.TimestampValues) => array.TimestampValues.Values.Count,
        _ => null,
    };

    /// <summary>Puts a value in the place of an element.</summary>
    /// <returns>False where the array's elements are of another form.</returns>
    public static bool TrySet(MxArray array, int index, MxValue element)
    {
        switch (array.ValuesCase, element.KindCase)
        {
            case (MxArray.ValuesOneofCase.BoolValues, MxValue.KindOneofCase.BoolValue): array.BoolValues.Values[index] = element.BoolValue; return true;
            case (MxArray.ValuesOneofCase.Int32Values, MxValue.KindOneofCase.Int32Value): array.Int32Values.Values[index] = element.Int32Value; return true;
            case (MxArray.ValuesOneofCase.Int64Values, MxValue.KindOneofCase.Int64Value): array.Int64Values.Values[index] = element.Int64Value; return true;
            case (MxArray.ValuesOneofCase.FloatValues, MxValue.KindOneofCase.FloatValue): array.FloatValues.Values[index] = element.FloatValue; return true;
            case (MxArray.ValuesOneofCase.DoubleValues, MxValue.KindOneofCase.DoubleValue): array.DoubleValues.Values[index] = element.DoubleValue; return true;
            case (MxArray.ValuesOneofCase.StringValues, MxValue.KindOneofCase.StringValue): array.StringValues.Values[index] = element.StringValue; return true;
            case (MxArray.ValuesOneofCase.TimestampValues, MxValue.KindOneofCase.TimestampValue):
                array.TimestampValues.Values[index] = element.TimestampValue;
                return true;
            default: return false;
        }
    }
}
