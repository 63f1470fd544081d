using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed;

/// <summary>An attribute of a deployed object, as the Galaxy's repository has it.</summary>
public sealed record MxGalaxyAttribute
{
    /// <summary>The name below the object, such as <c>PV.HiHi.Limit</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The full tag reference, such as <c>Pump_001.PV.HiHi.Limit</c>; an array's ends in <c>[]</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>
    /// The data type; a number that is not of the enumeration is one that this version does not know, and <see cref="DataTypeName"/> is what the Galaxy calls
    /// it.
    /// </summary>
    public required MxDataType DataType { get; init; }

    /// <summary>The Galaxy's name of the data type.</summary>
    public string DataTypeName { get; init; } = "";

    /// <summary>Whether it is an array.</summary>
    public bool IsArray { get; init; }

    /// <summary>How many elements the array has; null for a scalar, and for an array whose length is not fixed.</summary>
    public int? ArrayDimension { get; init; }

    /// <summary>The Galaxy's category of the attribute (mx_attribute_category): who may write it, and when.</summary>
    public int Category { get; init; }

    /// <summary>What it takes to write it.</summary>
    public MxSecurityClassification SecurityClassification { get; init; }

    /// <summary>Whether it is historized.</summary>
    public bool IsHistorized { get; init; }

    /// <summary>Whether it raises an alarm.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>The full tag reference.</summary>
    public override string ToString() => Reference;

    internal static MxGalaxyAttribute Of(GalaxyAttribute message) => new()
    {
        Name = message.AttributeName,
        Reference = message.FullTagReference,
        DataType = (MxDataType)message.MxDataType,
        DataTypeName = message.DataTypeName,
        IsArray = message.IsArray,
        ArrayDimension = message.ArrayDimensionPresent ? message.ArrayDimension : null,
        Category = message.MxAttributeCategory,
        SecurityClassification = (MxSecurityClassification)message.SecurityClassification,
        IsHistorized = message.IsHistorized,
        IsAlarm = message.IsAlarm,
    };
}
