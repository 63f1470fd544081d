using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>How values of a data type travel: which field of <see cref="MxValue"/> carries them.</summary>
internal enum WireKind
{
    Null,
    Bool,
    Int32,
    Int64,
    Float,
    Double,
    Text,
    Time,
    Raw,
}

/// <summary>A data type of the Galaxy and its form on the wire.</summary>
/// <param name="Number">The Galaxy's own number (mx_data_type).</param>
/// <param name="Wire">The gateway's name for it.</param>
/// <param name="Kind">The field that carries its values.</param>
/// <param name="VariantType">The COM type that MXAccess gives.</param>
/// <param name="Count">For types that are a list of names: how many there are; 0 otherwise.</param>
internal sealed record DataType(int Number, MxDataType Wire, WireKind Kind, string VariantType, int Count = 0)
{
    private static readonly Dictionary<int, DataType> s_all = new DataType[]
    {
        new(0, MxDataType.NoData, WireKind.Null, "VT_EMPTY"),
        new(1, MxDataType.Boolean, WireKind.Bool, "VT_BOOL"),
        new(2, MxDataType.Integer, WireKind.Int32, "VT_I4"),
        new(3, MxDataType.Float, WireKind.Float, "VT_R4"),
        new(4, MxDataType.Double, WireKind.Double, "VT_R8"),
        new(5, MxDataType.String, WireKind.Text, "VT_BSTR"),
        new(6, MxDataType.Time, WireKind.Time, "VT_DATE"),

        // MXAccess: an elapsed time is a count of 100 ns ticks.
        new(7, MxDataType.ElapsedTime, WireKind.Int64, "VT_I8"),
        new(8, MxDataType.ReferenceType, WireKind.Text, "VT_BSTR"),
        new(9, MxDataType.StatusType, WireKind.Int32, "VT_I4", 9),
        new(10, MxDataType.DataTypeEnum, WireKind.Int32, "VT_I4", 17),
        new(11, MxDataType.SecurityClassificationEnum, WireKind.Int32, "VT_I4", 7),
        new(12, MxDataType.DataQualityType, WireKind.Int32, "VT_I4"),

        // Sources disagree whether MXAccess gives the text or the number of a QualifiedEnum; the simulator gives the text.
        new(13, MxDataType.QualifiedEnum, WireKind.Text, "VT_BSTR"),
        new(14, MxDataType.QualifiedStruct, WireKind.Raw, "VT_ARRAY|VT_UI1"),
        new(15, MxDataType.InternationalizedString, WireKind.Text, "VT_BSTR"),
        new(16, MxDataType.BigString, WireKind.Text, "VT_BSTR"),
    }.ToDictionary(type => type.Number);

    /// <summary>The type of a bit.</summary>
    public static DataType Boolean => s_all[1];

    /// <summary>The type of a number. One that is not known has no values.</summary>
    public static DataType Of(int number) => s_all.GetValueOrDefault(number) ?? new DataType(number, MxDataType.Unknown, WireKind.Null, "VT_EMPTY");
}
