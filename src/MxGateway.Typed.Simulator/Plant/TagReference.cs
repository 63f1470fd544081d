using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>How much of an attribute a reference names.</summary>
internal enum TagPart
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary><c>Attr[n]</c>: one element of an array. MXAccess: they count from 1.</summary>
    Element,

    /// <summary><c>Attr.00</c> to <c>Attr.31</c>: one bit of an Integer.</summary>
    Bit,
}

/// <summary>What a reference names: an attribute, or a part of it.</summary>
/// <param name="Tag">The attribute.</param>
/// <param name="Part">How much of it.</param>
/// <param name="Number">Which element, from 1; or which bit, from 0.</param>
internal readonly record struct TagReference(PlantTag Tag, TagPart Part = TagPart.Whole, int Number = 0)
{
    /// <summary>The type of what is named: a bit is a Boolean.</summary>
    public DataType Type => Part == TagPart.Bit ? DataType.Boolean : Tag.Type;

    public bool IsArray => Part == TagPart.Whole && Tag.Definition.IsArray;

    /// <summary>
    /// What is named, within a value of the attribute. Null for an element that the array does not have (writes resize arrays), and for a bit of what a
    /// redeploy made no Integer any more.
    /// </summary>
    public MxValue? In(MxValue whole) => Part switch
    {
        TagPart.Element => WireValues.Element(Type, whole.ArrayValue, Number - 1),
        TagPart.Bit => whole.KindCase == MxValue.KindOneofCase.Int32Value ? WireValues.Scalar(Type, ((whole.Int32Value >> Number) & 1) != 0) : null,
        _ => whole,
    };
}
