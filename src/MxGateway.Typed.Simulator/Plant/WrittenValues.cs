using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>
/// Judges a written value by the attribute's type. Taken is the type's own form on the wire; besides, what loses nothing: an int32 for a Double or ElapsedTime, and for a Float
/// that holds it exactly, an int64 for nothing but an ElapsedTime, a float for a Double, a number for a QualifiedEnum. Everything else is a type mismatch, a null too.
/// A whole array resizes the attribute to the count supplied; its elements must be of the type's own form. A value that no event could carry is refused.
/// </summary>
internal static class WrittenValues
{
    // An event is the value and what stands around it, within the limit of a message. One that is larger would end the stream, and each stream that comes back for it.
    private const int MaxSize = GrpcFraming.DefaultMaxMessageSize - (4 * 1024);

    /// <summary>Makes the value that the attribute will have.</summary>
    /// <param name="type">The attribute's type.</param>
    /// <param name="isArray">Whether the attribute is an array.</param>
    /// <param name="written">What was written.</param>
    /// <param name="value">The attribute's new value.</param>
    /// <param name="mismatch">Why there is none.</param>
    public static bool TryTake(DataType type, bool isArray, MxValue? written, [NotNullWhen(true)] out MxValue? value, [NotNullWhen(false)] out string? mismatch)
    {
        value = written is null || written.IsNull ? null : isArray ? TakeArray(type, written) : TakeScalar(type, written);
        mismatch = value is null ? $"{Describe(type, written)} was written to an attribute of type {type.Wire}{(isArray ? "[]" : "")}" : null;
        if (value is not null && value.CalculateSize() is var size && size > MaxSize)
            (value, mismatch) = (null, $"the value has {size} bytes, more than the limit of {MaxSize} bytes: it would not fit an event");
        return value is not null;
    }

    private static MxValue? TakeScalar(DataType type, MxValue written)
    {
        object? element = (type.Kind, written.KindCase) switch
        {
            (WireKind.Bool, MxValue.KindOneofCase.BoolValue) => written.BoolValue,
            (WireKind.Int32, MxValue.KindOneofCase.Int32Value) => written.Int32Value,
            (WireKind.Int64, MxValue.KindOneofCase.Int64Value) => written.Int64Value,
            (WireKind.Int64, MxValue.KindOneofCase.Int32Value) => (long)written.Int32Value,
            (WireKind.Float, MxValue.KindOneofCase.FloatValue) => written.FloatValue,
            (WireKind.Float, MxValue.KindOneofCase.Int32Value) when IsFloat(written.Int32Value) => (float)written.Int32Value,
            (WireKind.Double, MxValue.KindOneofCase.DoubleValue) => written.DoubleValue,
            (WireKind.Double, MxValue.KindOneofCase.FloatValue) => (double)written.FloatValue,
            (WireKind.Double, MxValue.KindOneofCase.Int32Value) => (double)written.Int32Value,
            (WireKind.Text, MxValue.KindOneofCase.StringValue) => written.StringValue,
            (WireKind.Text, MxValue.KindOneofCase.Int32Value) when type.Wire == MxDataType.QualifiedEnum => written.Int32Value,
            _ => null,
        };
        if (element is not null)
            return WireValues.Scalar(type, element);

        if (type.Kind != WireKind.Time || written.KindCase != MxValue.KindOneofCase.TimestampValue || !IsTime(written.TimestampValue))
            return null;
        MxValue time = WireValues.Typed(type, type.VariantType);
        time.TimestampValue = written.TimestampValue;
        return time;
    }

    private static MxValue? TakeArray(DataType type, MxValue written)
    {
        if (written.KindCase != MxValue.KindOneofCase.ArrayValue)
            return null;

        MxArray array = written.ArrayValue;
        int? count = (type.Kind, array.ValuesCase) switch
        {
            (WireKind.Bool, MxArray.ValuesOneofCase.BoolValues) => array.BoolValues.Values.Count,
            (WireKind.Int32, MxArray.ValuesOneofCase.Int32Values) => array.Int32Values.Values.Count,
            (WireKind.Int64, MxArray.ValuesOneofCase.Int64Values) => array.Int64Values.Values.Count,
            (WireKind.Float, MxArray.ValuesOneofCase.FloatValues) => array.FloatValues.Values.Count,
            (WireKind.Double, MxArray.ValuesOneofCase.DoubleValues) => array.DoubleValues.Values.Count,
            (WireKind.Text, MxArray.ValuesOneofCase.StringValues) => array.StringValues.Values.Count,
            (WireKind.Time, MxArray.ValuesOneofCase.TimestampValues) when array.TimestampValues.Values.All(IsTime) => array.TimestampValues.Values.Count,
            _ => null,
        };
        if (count is null)
            return null;

        MxArray taken = array.Clone();
        taken.ElementDataType = type.Wire;
        taken.Dimensions.Clear();
        taken.Dimensions.Add((uint)count.Value);
        MxValue value = WireValues.Typed(type, "VT_ARRAY|" + type.VariantType);
        value.ArrayValue = taken;
        return value;
    }

    /// <summary>Whether a message holds a time from the year 1 to 9999, as protobuf wants it.</summary>
    private static bool IsTime(Timestamp time) => time.Seconds is >= -62135596800 and <= 253402300799 && time.Nanos is >= 0 and <= 999_999_999;

    /// <summary>Whether a float holds a number exactly. Compared as doubles, which hold both.</summary>
    private static bool IsFloat(double number) => (float)number == number;

    private static string Describe(DataType type, MxValue? written) => written switch
    {
        null or { IsNull: true } or { KindCase: MxValue.KindOneofCase.None } => "no value",
        { KindCase: MxValue.KindOneofCase.ArrayValue } => $"an array ({written.ArrayValue.ValuesCase})",
        { KindCase: MxValue.KindOneofCase.SparseArrayValue } => "a sparse array, which the simulator does not take yet,",
        { KindCase: MxValue.KindOneofCase.Int32Value } when type.Kind == WireKind.Float => $"the int32 {written.Int32Value}, which no float holds exactly,",
        _ => $"a {written.KindCase}",
    };
}
