using System.Diagnostics.CodeAnalysis;

namespace MxGateway.Typed;

/// <summary>How values of one CLR type come off the wire and go onto it. One instance per type, found once.</summary>
internal sealed class MxCodec<T>
{
    public delegate bool Decoder(in MxVariant wire, [MaybeNullWhen(false)] out T value);

    private readonly Decoder _decode;
    private readonly Func<T, MxVariant>? _encode;

    public MxCodec(string typeName, Decoder decode, Func<T, MxVariant>? encode, MxDataType dataType)
    {
        TypeName = typeName;
        _decode = decode;
        _encode = encode;
        DataType = dataType;
    }

    /// <summary>The codec of a scalar type.</summary>
    public static MxCodec<T> Scalar { get; } = MxCodecs.Find<T>();

    /// <summary>The Galaxy's word for the type, for messages.</summary>
    public string TypeName { get; }

    public MxDataType DataType { get; }

    public bool TryDecode(in MxVariant wire, [MaybeNullWhen(false)] out T value) => _decode(wire, out value);

    public MxVariant Encode(T value) => _encode is null
        ? throw new NotSupportedException($"a {TypeName} cannot be written: MXAccess gives it as raw bytes and takes none")
        : _encode(value);

    /// <summary>An element of an array; what is wrong with it is said with its index, from 1.</summary>
    public MxVariant EncodeElement(T? value, int index)
    {
        if (value is null)
            throw new ArgumentException($"element {index} is null, which MXAccess does not take");
        try
        {
            return Encode(value);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new ArgumentOutOfRangeException(null, $"element {index}: {e.Message}");
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"element {index}: {e.Message}", e);
        }
    }
}

/// <summary>The codecs of all types that an attribute may have.</summary>
internal static class MxCodecs
{
    private const int FirstYear = 100;

    private static readonly Dictionary<Type, object> s_scalars = new()
    {
        [typeof(bool)] = new MxCodec<bool>("Boolean", (in wire, out value) => Take(wire.Kind == MxVariantKind.Boolean, value = wire.Boolean), MxVariant.Of, MxDataType.Boolean),
        [typeof(int)] = new MxCodec<int>("Integer", DecodeInt, MxVariant.Of, MxDataType.Integer),
        [typeof(float)] = new MxCodec<float>("Float", (in wire, out value) => Take(wire.Kind == MxVariantKind.Float, value = wire.Float), MxVariant.Of, MxDataType.Float),
        [typeof(double)] = new MxCodec<double>("Double", (in wire, out value) => Take(wire.Kind == MxVariantKind.Double, value = wire.Double), MxVariant.Of, MxDataType.Double),
        [typeof(string)] = new MxCodec<string>("String", DecodeString, EncodeString, MxDataType.String),
        [typeof(DateTimeOffset)] = new MxCodec<DateTimeOffset>("Time", DecodeTime, EncodeTime, MxDataType.Time),

        // MXAccess: an elapsed time is a count of 100 ns ticks, which are .NET's own.
        [typeof(TimeSpan)] = new MxCodec<TimeSpan>("ElapsedTime", DecodeElapsed, value => MxVariant.Of(value.Ticks), MxDataType.ElapsedTime),

        [typeof(MxStatusCategory)] = Enum("StatusType", MxDataType.StatusType, number => (MxStatusCategory)number, value => (int)value),
        [typeof(MxDataType)] = Enum("DataTypeEnum", MxDataType.DataTypeEnum, number => (MxDataType)number, value => (int)value),
        [typeof(MxSecurityClassification)] = Enum("SecurityClassificationEnum", MxDataType.SecurityClassificationEnum, number => (MxSecurityClassification)number, value => (int)value),
        [typeof(MxQuality)] = new MxCodec<MxQuality>("DataQualityType", DecodeQuality, value => MxVariant.Of((int)value.Code), MxDataType.DataQualityType),

        // Sources disagree whether MXAccess gives the text or the ordinal of a QualifiedEnum: both are taken, and what the user named is sent.
        [typeof(MxQualifiedEnum)] = new MxCodec<MxQualifiedEnum>("QualifiedEnum", DecodeQualifiedEnum, EncodeQualifiedEnum, MxDataType.QualifiedEnum),
        [typeof(ReadOnlyMemory<byte>)] = new MxCodec<ReadOnlyMemory<byte>>("QualifiedStruct", DecodeBytes, null, MxDataType.QualifiedStruct),
        [typeof(MxVariant)] = new MxCodec<MxVariant>("Unknown", (in wire, out value) => Take(!wire.IsNull, value = wire), null, MxDataType.Unknown),
    };

    public static MxCodec<T> Find<T>() => s_scalars.TryGetValue(typeof(T), out object? codec)
        ? (MxCodec<T>)codec
        : throw new NotSupportedException($"{typeof(T)} is not a type that a Galaxy attribute has; generated code uses bool, int, float, double, string, DateTimeOffset, TimeSpan and this library's own value types");

    /// <summary>The codec of an array whose elements are of a scalar type.</summary>
    public static MxCodec<IReadOnlyList<T>> Array<T>() => ArrayCodec<T>.Instance;

    private static bool Take<T>(bool isType, T _) => isType;

    private static MxCodec<TEnum> Enum<TEnum>(string name, MxDataType type, Func<int, TEnum> from, Func<TEnum, int> to)
        where TEnum : struct, Enum =>
        new(
            name,
            (in wire, out value) => DecodeInt(wire, out int number) ? Take(true, value = from(number)) : Take(false, value = default),
            value => System.Enum.IsDefined(value)
                ? MxVariant.Of(to(value))
                : throw OutOfRange($"{value} is no {typeof(TEnum).Name}; there are {string.Join(", ", System.Enum.GetNames<TEnum>())}"),
            type);

    private static bool DecodeInt(in MxVariant wire, out int value)
    {
        value = (int)wire.Integer;
        return wire.Kind == MxVariantKind.Int32 || (wire.Kind == MxVariantKind.Int64 && wire.Integer == value);
    }

    private static bool DecodeString(in MxVariant wire, [MaybeNullWhen(false)] out string value)
    {
        value = wire.Kind == MxVariantKind.String ? (string)wire.Reference! : null;
        return value is not null;
    }

    private static bool DecodeTime(in MxVariant wire, out DateTimeOffset value)
    {
        value = wire.Kind == MxVariantKind.Time ? wire.Time : default;
        return wire.Kind == MxVariantKind.Time;
    }

    private static bool DecodeElapsed(in MxVariant wire, out TimeSpan value)
    {
        value = TimeSpan.FromTicks(wire.Integer);
        return wire.Kind is MxVariantKind.Int64 or MxVariantKind.Int32;
    }

    private static bool DecodeQualifiedEnum(in MxVariant wire, out MxQualifiedEnum value)
    {
        if (wire.Kind == MxVariantKind.String)
        {
            value = new MxQualifiedEnum((string)wire.Reference!);
            return true;
        }

        bool isNumber = DecodeInt(wire, out int ordinal);
        value = new MxQualifiedEnum(ordinal);
        return isNumber;
    }

    private static bool DecodeQuality(in MxVariant wire, out MxQuality value)
    {
        bool isNumber = DecodeInt(wire, out int code);
        value = new MxQuality((ushort)code);
        return isNumber;
    }

    private static MxVariant EncodeString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        for (int i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (!char.IsSurrogatePair(value, i))
                throw new ArgumentException($"the text has half a character at {i + 1} (a surrogate without its other half), which would arrive as another one");
            i++;
        }

        return MxVariant.Of(value);
    }

    // MXAccess: times are VT_DATE.
    private static MxVariant EncodeTime(DateTimeOffset value) => value.UtcDateTime.Year >= FirstYear
        ? MxVariant.Of(value)
        : throw OutOfRange("a Time is in the years 100 to 9999 (VT_DATE)");

    private static ArgumentOutOfRangeException OutOfRange(string message) => new(null, message);

    private static MxVariant EncodeQualifiedEnum(MxQualifiedEnum value) => value switch
    {
        { Text: { } text } => EncodeString(text),
        { Ordinal: { } ordinal } => MxVariant.Of(ordinal),
        _ => throw new ArgumentException("a QualifiedEnum needs a text or an ordinal to be written"),
    };

    private static bool DecodeBytes(in MxVariant wire, out ReadOnlyMemory<byte> value)
    {
        value = wire.Kind == MxVariantKind.Raw ? (byte[])wire.Reference! : default;
        return wire.Kind == MxVariantKind.Raw;
    }

    private static class ArrayCodec<T>
    {
        public static readonly MxCodec<IReadOnlyList<T>> Instance = new($"{MxCodec<T>.Scalar.TypeName}[]", Decode, Encode, MxCodec<T>.Scalar.DataType);

        private static bool Decode(in MxVariant wire, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
        {
            value = null;
            if (wire.Kind != MxVariantKind.Array)
                return false;

            // The common case: the wire's element type is the attribute's own.
            if (wire.Reference is T[] same)
            {
                value = System.Array.AsReadOnly(same);
                return true;
            }

            var elements = (Array)wire.Reference!;
            var values = new T[elements.Length];
            for (int i = 0; i < values.Length; i++)
                if (!MxCodec<T>.Scalar.TryDecode(MxVariants.Element(elements, i), out values[i]!))
                    return false;
            value = System.Array.AsReadOnly(values);
            return true;
        }

        private static MxVariant Encode(IReadOnlyList<T> values)
        {
            ArgumentNullException.ThrowIfNull(values);

            // A copy: the caller may change its list while the write is under way.
            var elements = new MxVariant[values.Count];
            for (int i = 0; i < elements.Length; i++)
                elements[i] = MxCodec<T>.Scalar.EncodeElement(values[i], i + 1);
            return MxVariant.OfArray(MxVariants.ToTypedArray(elements, MxCodec<T>.Scalar.DataType));
        }
    }
}
