namespace MxGateway.Typed;

public readonly partial struct MxVariant
{
    private static readonly Type[] s_elements = [typeof(bool), typeof(int), typeof(long), typeof(float), typeof(double), typeof(string)];

    /// <summary>
    /// The Galaxy's data type that the value has on the wire; of an array, that of its elements. Where nobody said, the one that usually has such values:
    /// Integer for <see cref="int"/> and <see cref="long"/>, ElapsedTime for a <see cref="TimeSpan"/>, and so on. See <see cref="As"/>.
    /// </summary>
    public MxDataType DataType => _dataType != MxDataType.NoData
        ? _dataType
        : UsualType(Kind == MxVariantKind.Array ? MxVariants.KindOf((Array)_reference!) : Kind);

    /// <summary>
    /// An array of any type that the conversions below take, such as <c>MxVariant.OfElements(1.5f, 2.5f)</c>. MXAccess: an array that is written whole
    /// takes its length from it.
    /// </summary>
    /// <typeparam name="T">The elements' type: bool, int, long, float, double, string, <see cref="DateTimeOffset"/> or <see cref="TimeSpan"/>.</typeparam>
    /// <param name="elements">The elements; they are copied.</param>
    /// <exception cref="ArgumentException">An element is null.</exception>
    /// <exception cref="NotSupportedException">No array of the Galaxy has elements of this type.</exception>
    public static MxVariant OfElements<T>(params IReadOnlyList<T> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        if (elements.Any(element => element is null))
            throw new ArgumentException("an element is null, which MXAccess does not take", nameof(elements));
        return elements switch
        {
            IReadOnlyList<DateTimeOffset> times => OfArray(times.Select(time => time.ToUniversalTime()).ToArray()),
            IReadOnlyList<TimeSpan> times => OfArray(times.Select(time => time.Ticks).ToArray()).As(MxDataType.ElapsedTime),
            _ when s_elements.Contains(typeof(T)) => OfArray(elements.ToArray()),
            _ => throw new NotSupportedException(
                $"an array of {typeof(T)} cannot be written: a Galaxy's arrays are of bool, int, long, float, double, string and times"),
        };
    }

    /// <summary>The same value with another data type on the wire, for attributes such as a ReferenceType, whose values are strings.</summary>
    /// <param name="dataType">The Galaxy's data type; <see cref="MxDataType.NoData"/> for the usual one.</param>
    public MxVariant As(MxDataType dataType) => new(Kind, _bits, _reference, dataType);

    /// <summary>A Boolean.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator MxVariant(bool value) => Of(value);

    /// <summary>An Integer.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator MxVariant(int value) => Of(value);

    /// <summary>A 64-bit integer.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator MxVariant(long value) => Of(value);

    /// <summary>A Float.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator MxVariant(float value) => Of(value);

    /// <summary>A Double.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator MxVariant(double value) => Of(value);

    /// <summary>A String; null is no value.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator MxVariant(string? value) => value is null ? default : Of(value);

    /// <summary>A Time.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator MxVariant(DateTimeOffset value) => Of(value);

    /// <summary>An ElapsedTime. MXAccess: a count of 100 ns ticks, which are .NET's own.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator MxVariant(TimeSpan value) => Of(value.Ticks).As(MxDataType.ElapsedTime);

    private static MxDataType UsualType(MxVariantKind kind) => kind switch
    {
        MxVariantKind.Null => MxDataType.NoData,
        MxVariantKind.Boolean => MxDataType.Boolean,
        MxVariantKind.Int32 or MxVariantKind.Int64 => MxDataType.Integer,
        MxVariantKind.Float => MxDataType.Float,
        MxVariantKind.Double => MxDataType.Double,
        MxVariantKind.String => MxDataType.String,
        MxVariantKind.Time => MxDataType.Time,
        MxVariantKind.Raw => MxDataType.QualifiedStruct,
        _ => MxDataType.Unknown,
    };
}
