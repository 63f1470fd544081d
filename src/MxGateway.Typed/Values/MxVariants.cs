namespace MxGateway.Typed;

/// <summary>Arrays inside variants: typed, as the wire has them.</summary>
internal static class MxVariants
{
    public static MxVariant Element(Array array, int index) => array switch
    {
        bool[] values => MxVariant.Of(values[index]),
        int[] values => MxVariant.Of(values[index]),
        long[] values => MxVariant.Of(values[index]),
        float[] values => MxVariant.Of(values[index]),
        double[] values => MxVariant.Of(values[index]),
        string[] values => MxVariant.Of(values[index]),
        DateTimeOffset[] values => MxVariant.Of(values[index]),
        _ => MxVariant.Of(((byte[][])array)[index]),
    };

    /// <summary>The kind of an array's elements.</summary>
    public static MxVariantKind KindOf(Array array) => array switch
    {
        bool[] => MxVariantKind.Boolean,
        int[] => MxVariantKind.Int32,
        long[] => MxVariantKind.Int64,
        float[] => MxVariantKind.Float,
        double[] => MxVariantKind.Double,
        string[] => MxVariantKind.String,
        DateTimeOffset[] => MxVariantKind.Time,
        _ => MxVariantKind.Raw,
    };

    /// <summary>The wire's array of elements that are all of one kind; an empty one is of the kind of its data type.</summary>
    public static Array ToTypedArray(MxVariant[] elements, MxDataType dataType)
    {
        MxVariantKind kind = elements.Length > 0 ? elements[0].Kind : KindOf(dataType);
        if (elements.Any(element => element.Kind != kind))
            throw new ArgumentException("the elements of an array must all be given in the same way, all as text or all as numbers");
        return kind switch
        {
            MxVariantKind.Boolean => Array.ConvertAll(elements, e => e.Boolean),
            MxVariantKind.Int32 => Array.ConvertAll(elements, e => (int)e.Integer),
            MxVariantKind.Int64 => Array.ConvertAll(elements, e => e.Integer),
            MxVariantKind.Float => Array.ConvertAll(elements, e => e.Float),
            MxVariantKind.Double => Array.ConvertAll(elements, e => e.Double),
            MxVariantKind.Time => Array.ConvertAll(elements, e => e.Time),
            MxVariantKind.Raw => Array.ConvertAll(elements, e => (byte[])e.Reference!),
            _ => Array.ConvertAll(elements, e => (string)e.Reference!),
        };
    }

    private static MxVariantKind KindOf(MxDataType dataType) => dataType switch
    {
        MxDataType.Boolean => MxVariantKind.Boolean,
        MxDataType.Float => MxVariantKind.Float,
        MxDataType.Double => MxVariantKind.Double,
        MxDataType.Time => MxVariantKind.Time,
        MxDataType.ElapsedTime => MxVariantKind.Int64,
        MxDataType.Integer or MxDataType.StatusType or MxDataType.DataTypeEnum or MxDataType.SecurityClassificationEnum or MxDataType.DataQualityType => MxVariantKind.Int32,
        _ => MxVariantKind.String,
    };
}
