using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>
/// Judges a written value by the attribute's type. Taken is the type's own form on the wire; besides, what loses nothing: an int32 for a Double or
/// ElapsedTime, and for a Float that holds it exactly, an int64 for nothing but an ElapsedTime, a float for a Double, a number for a QualifiedEnum.
/// Everything else is a type mismatch, a null too. A whole array resizes the attribute to the count supplied; its elements must be of the type's own form. A
/// sparse array sets the length as well, and resets what it does not name. A value that no event could carry is refused.
/// </summary>
internal sealed class WrittenValues(GatewayRules rules)
{
    // An event is the value and what stands around it, within the limit of a message. One that is larger would end the stream, and each stream that comes
    // back for it.
    private const int MaxSize = GrpcFraming.DefaultMaxMessageSize - (4 * 1024);

    /// <summary>Makes the value that an attribute will have.</summary>
    /// <param name="target">What is written: the attribute, an element or a bit.</param>
    /// <param name="current">The attribute's value now.</param>
    /// <param name="written">What was written.</param>
    /// <param name="value">The attribute's new value; null where there is none.</param>
    /// <returns>Why there is none; null where there is one.</returns>
    public WriteRefusal? Take(TagReference target, MxValue current, MxValue? written, out MxValue? value)
    {
        value = null;
        WriteRefusal? refusal = null;

        // A redeploy, or a write that shortened the array, came before this one.
        if (!target.Tag.IsDeployed || target.In(current) is null)
        {
            string gone = target.Tag.IsDeployed ? $"has no {target.Part} {target.Number} now" : "is not deployed any more";
            return new WriteRefusal(MxStatusCategory.ConfigurationError, $"{target.Tag.Definition.FullTagReference} {gone}");
        }

        if (written is null or { IsNull: true })
            return Mismatch(target, written);
        if (target.Part == TagPart.Element)
            value = TakeElement(target, current, written);
        else if (target.Part == TagPart.Bit)
            value = TakeBit(target, current, written);
        else if (target.IsArray && written.KindCase == MxValue.KindOneofCase.SparseArrayValue)
            refusal = TakeSparse(target, current, written.SparseArrayValue, out value);
        else
            value = target.IsArray ? TakeArray(target.Type, current, written) : TakeScalar(target.Type, written);

        if (value is null)
            return refusal ?? Mismatch(target, written);
        int size = value.CalculateSize();
        return size > MaxSize ? Refused($"the value has {size} bytes, more than the limit of {MaxSize} bytes: it would not fit an event") : null;
    }

    /// <summary>Whether a message holds a time from the year 1 to 9999, as protobuf wants it.</summary>
    public static bool IsTime(Timestamp time) => time.Seconds is >= -62135596800 and <= 253402300799 && time.Nanos is >= 0 and <= 999_999_999;

    private MxValue? TakeScalar(DataType type, MxValue written)
    {
        object? element = (type.Kind, written.KindCase) switch
        {
            (WireKind.Bool, MxValue.KindOneofCase.BoolValue) => written.BoolValue,
            (WireKind.Int32, MxValue.KindOneofCase.Int32Value) => written.Int32Value,
            (WireKind.Int64, MxValue.KindOneofCase.Int64Value) =>
                rules.Hold(GatewayRule.ElapsedTimeTicks) ? written.Int64Value : written.Int64Value / TimeSpan.TicksPerMillisecond,
            (WireKind.Int64, MxValue.KindOneofCase.Int32Value) => (long)written.Int32Value,
            (WireKind.Float, MxValue.KindOneofCase.FloatValue) => written.FloatValue,
            (WireKind.Float, MxValue.KindOneofCase.Int32Value) when IsFloat(written.Int32Value) => (float)written.Int32Value,
            (WireKind.Double, MxValue.KindOneofCase.DoubleValue) => written.DoubleValue,
            (WireKind.Double, MxValue.KindOneofCase.FloatValue) => (double)written.FloatValue,
            (WireKind.Double, MxValue.KindOneofCase.Int32Value) => (double)written.Int32Value,
            (WireKind.Text, MxValue.KindOneofCase.StringValue) => written.StringValue,
            (WireKind.Text, MxValue.KindOneofCase.Int32Value) when type.Wire == MxDataType.QualifiedEnum && rules.Hold(GatewayRule.QualifiedEnumBoth) =>
                written.Int32Value,
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

    private MxValue? TakeArray(DataType type, MxValue current, MxValue written)
    {
        if (written.KindCase != MxValue.KindOneofCase.ArrayValue || ArrayElements.Count(type, written.ArrayValue) is not { } count)
            return null;
        if (type.Kind == WireKind.Time && !written.ArrayValue.TimestampValues.Values.All(IsTime))
            return null;
        if (!rules.Hold(GatewayRule.ArrayResizes) && count != ArrayElements.Count(type, current.ArrayValue))
            return null;

        MxArray taken = written.ArrayValue.Clone();
        taken.ElementDataType = type.Wire;
        taken.Dimensions.Clear();
        taken.Dimensions.Add((uint)count);
        return Array(type, taken);
    }

    /// <summary>The whole array, with one element changed. MXAccess counts elements from 1.</summary>
    private MxValue? TakeElement(TagReference target, MxValue current, MxValue written)
    {
        if (TakeScalar(target.Type, written) is not { } element)
            return null;
        MxValue taken = current.Clone();
        return ArrayElements.TrySet(taken.ArrayValue, rules.Hold(GatewayRule.ElementWrites) ? target.Number - 1 : 0, element) ? taken : null;
    }

    /// <summary>The whole Integer, with one bit changed.</summary>
    private MxValue? TakeBit(TagReference target, MxValue current, MxValue written)
    {
        if (TakeScalar(target.Type, written) is not { } bit)
            return null;
        int others = rules.Hold(GatewayRule.BitWrites) ? current.Int32Value & ~(1 << target.Number) : 0;
        return WireValues.Scalar(target.Tag.Type, others | ((bit.BoolValue ? 1 : 0) << target.Number));
    }

    /// <summary>An array of <c>total_length</c>: the named elements, counted from 0, and the type's default for the others.</summary>
    private WriteRefusal? TakeSparse(TagReference target, MxValue current, MxSparseArray sparse, out MxValue? value)
    {
        value = null;
        DataType type = target.Type;
        long length = rules.Hold(GatewayRule.SparseWrites) ? sparse.TotalLength : ArrayElements.Count(type, current.ArrayValue) ?? 0;
        int most = MaxSize / ArrayElements.MinSize(type);
        if (length > most)
            return Refused($"total_length is {length}, more than an event could carry: an array of type {type.Wire} has {most} elements at most");
        if (ArrayElements.Defaults(type, (int)length) is not { } array)
            return null;

        foreach (MxSparseElement element in sparse.Elements)
        {
            if (element.Index < length)
            {
                if (element.Value is null || TakeScalar(type, element.Value) is not { } taken || !ArrayElements.TrySet(array, (int)element.Index, taken))
                    return Refused($"{Describe(type, element.Value)} stands at index {element.Index} of a sparse array for an attribute of type {type.Wire}[]");
            }
            else if (rules.Hold(GatewayRule.SparseBounds))
            {
                return Refused($"the sparse array has index {element.Index}, and a total_length of {length}: indices count from 0");
            }
        }

        value = rules.Hold(GatewayRule.SparseOnlyWritten) ? Array(type, array) : new MxValue { SparseArrayValue = sparse };
        return null;
    }

    private static MxValue Array(DataType type, MxArray array)
    {
        MxValue value = WireValues.Typed(type, "VT_ARRAY|" + type.VariantType);
        value.ArrayValue = array;
        return value;
    }

    /// <summary>Whether a float holds a number exactly. Compared as doubles, which hold both.</summary>
    private static bool IsFloat(double number) => (float)number == number;

    private static WriteRefusal Refused(string reason) => new(MxStatusCategory.OperationalError, reason);

    private static WriteRefusal Mismatch(TagReference target, MxValue? written)
    {
        string part = target.Part == TagPart.Whole ? "an attribute" : $"one {target.Part}";
        return Refused($"{Describe(target.Type, written)} was written to {part} of type {target.Type.Wire}{(target.IsArray ? "[]" : "")}");
    }

    private static string Describe(DataType type, MxValue? written) => written switch
    {
        null or { IsNull: true } or { KindCase: MxValue.KindOneofCase.None } => "no value",
        { KindCase: MxValue.KindOneofCase.ArrayValue } => $"an array ({written.ArrayValue.ValuesCase})",
        { KindCase: MxValue.KindOneofCase.SparseArrayValue } => "a sparse array",
        { KindCase: MxValue.KindOneofCase.Int32Value } when type.Kind == WireKind.Float => $"the int32 {written.Int32Value}, which no float holds exactly,",
        _ => $"a {written.KindCase}",
    };
}
