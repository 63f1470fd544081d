using System.Diagnostics.CodeAnalysis;

namespace MxGateway.Typed;

/// <summary>
/// A value of any type, as the wire gave it or takes it; scalars are held without a box. Attributes whose type the snapshot does not know have values of this
/// type, and a session's own commands (<see cref="MxSession"/>) take it: <c>MxVariant speed = 42.5f;</c>.
/// </summary>
public readonly partial struct MxVariant : IEquatable<MxVariant>
{
    // Zero, which is NoData, where nobody said: then the kind does.
    private readonly MxDataType _dataType;
    private readonly long _bits;
    private readonly object? _reference;

    internal MxVariant(MxVariantKind kind, long bits, object? reference, MxDataType dataType = MxDataType.NoData)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
        _dataType = dataType;
    }

    /// <summary>What kind of value this is.</summary>
    public MxVariantKind Kind { get; }

    /// <summary>Whether there is no value.</summary>
    public bool IsNull => Kind == MxVariantKind.Null;

    internal bool Boolean => _bits != 0;

    internal long Integer => _bits;

    internal float Float => BitConverter.Int32BitsToSingle((int)_bits);

    internal double Double => BitConverter.Int64BitsToDouble(_bits);

    internal DateTimeOffset Time => new(_bits, TimeSpan.Zero);

    /// <summary>A string, a byte array, or the array of an array kind.</summary>
    internal object? Reference => _reference;

    /// <summary>
    /// The value as a type, where it is of that type: bool, int, long, float, double, string, DateTimeOffset, byte memory, or a list of one of them.
    /// </summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="value">The value.</param>
    public bool TryGet<T>([MaybeNullWhen(false)] out T value)
    {
        if (ToObject() is T typed)
        {
            value = typed;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>
    /// Whether both hold the same value of the same kind; arrays are compared by their elements. <see cref="DataType"/>, which is how the value travels,
    /// does not count.
    /// </summary>
    /// <param name="other">The other value.</param>
    public bool Equals(MxVariant other)
    {
        if (Kind != other.Kind || _bits != other._bits)
            return false;
        return _reference is Array mine && other._reference is Array theirs
            ? System.Collections.StructuralComparisons.StructuralEqualityComparer.Equals(mine, theirs)
            : Equals(_reference, other._reference);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MxVariant other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _bits, _reference is Array array ? array.Length : _reference?.GetHashCode() ?? 0);

    /// <summary>The value as text, the same in every culture.</summary>
    public override string ToString() => MxText.Of(ToObject());

    /// <summary>Whether both hold the same value.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(MxVariant left, MxVariant right) => left.Equals(right);

    /// <summary>Whether they hold different values.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(MxVariant left, MxVariant right) => !left.Equals(right);

    /// <summary>The kind in the Galaxy's words, for messages.</summary>
    internal string KindName => Kind switch
    {
        MxVariantKind.Int32 => "Integer",
        MxVariantKind.Int64 => "a 64-bit integer",
        MxVariantKind.Raw => "raw bytes",
        MxVariantKind.Array => $"an array of {_reference!.GetType().GetElementType()!.Name}",
        _ => Kind.ToString(),
    };

    internal static MxVariant Of(bool value) => new(MxVariantKind.Boolean, value ? 1 : 0, null);

    internal static MxVariant Of(int value) => new(MxVariantKind.Int32, value, null);

    internal static MxVariant Of(long value) => new(MxVariantKind.Int64, value, null);

    internal static MxVariant Of(float value) => new(MxVariantKind.Float, BitConverter.SingleToInt32Bits(value), null);

    internal static MxVariant Of(double value) => new(MxVariantKind.Double, BitConverter.DoubleToInt64Bits(value), null);

    internal static MxVariant Of(string value) => new(MxVariantKind.String, 0, value);

    internal static MxVariant Of(DateTimeOffset value) => new(MxVariantKind.Time, value.UtcTicks, null);

    internal static MxVariant Of(byte[] value) => new(MxVariantKind.Raw, 0, value);

    internal static MxVariant OfArray(Array values) => new(MxVariantKind.Array, 0, values);

    private object? ToObject() => Kind switch
    {
        MxVariantKind.Boolean => Boolean,
        MxVariantKind.Int32 => (int)_bits,
        MxVariantKind.Int64 => _bits,
        MxVariantKind.Float => Float,
        MxVariantKind.Double => Double,
        MxVariantKind.Time => Time,
        MxVariantKind.Raw => new ReadOnlyMemory<byte>((byte[])_reference!),
        MxVariantKind.Array => ReadOnly((Array)_reference!),
        _ => _reference,
    };

    // What users get of an array must not let one of them change what another reads.
    private static object ReadOnly(Array array) => array switch
    {
        bool[] values => Array.AsReadOnly(values),
        int[] values => Array.AsReadOnly(values),
        long[] values => Array.AsReadOnly(values),
        float[] values => Array.AsReadOnly(values),
        double[] values => Array.AsReadOnly(values),
        string[] values => Array.AsReadOnly(values),
        DateTimeOffset[] values => Array.AsReadOnly(values),
        _ => Array.AsReadOnly((byte[][])array),
    };
}

/// <summary>The kinds of value that the wire knows.</summary>
public enum MxVariantKind
{
    /// <summary>No value.</summary>
    Null,

    /// <summary><see cref="bool"/>.</summary>
    Boolean,

    /// <summary><see cref="int"/>.</summary>
    Int32,

    /// <summary><see cref="long"/>.</summary>
    Int64,

    /// <summary><see cref="float"/>.</summary>
    Float,

    /// <summary><see cref="double"/>.</summary>
    Double,

    /// <summary><see cref="string"/>.</summary>
    String,

    /// <summary><see cref="DateTimeOffset"/>.</summary>
    Time,

    /// <summary>Bytes.</summary>
    Raw,

    /// <summary>An array of one of the others.</summary>
    Array,
}
