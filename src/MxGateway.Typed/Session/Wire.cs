using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>Values, statuses and times between the wire's messages and ours.</summary>
internal static class Wire
{
    public static MxVariant ToVariant(Proto.MxValue? value) => value is null || value.IsNull
        ? default
        : value.KindCase switch
        {
            Proto.MxValue.KindOneofCase.BoolValue => MxVariant.Of(value.BoolValue),
            Proto.MxValue.KindOneofCase.Int32Value => MxVariant.Of(value.Int32Value),
            Proto.MxValue.KindOneofCase.Int64Value => MxVariant.Of(value.Int64Value),
            Proto.MxValue.KindOneofCase.FloatValue => MxVariant.Of(value.FloatValue),
            Proto.MxValue.KindOneofCase.DoubleValue => MxVariant.Of(value.DoubleValue),
            Proto.MxValue.KindOneofCase.StringValue => MxVariant.Of(value.StringValue),
            Proto.MxValue.KindOneofCase.TimestampValue => MxVariant.Of(ToTime(value.TimestampValue)),
            Proto.MxValue.KindOneofCase.RawValue => MxVariant.Of(value.RawValue.ToByteArray()),
            Proto.MxValue.KindOneofCase.ArrayValue => ToVariant(value.ArrayValue),
            _ => default,
        };

    /// <summary>The value, together with the data type that the wire gives it.</summary>
    public static MxVariant ToTypedVariant(Proto.MxValue? value) => ToVariant(value).As(ToDataType(value?.DataType ?? Proto.MxDataType.Unspecified));

    public static Proto.MxValue ToValue(in MxVariant value, MxDataType dataType)
    {
        var wire = new Proto.MxValue { DataType = ToWire(dataType) };
        switch (value.Kind)
        {
            case MxVariantKind.Boolean:
                wire.BoolValue = value.Boolean;
                wire.VariantType = "VT_BOOL";
                break;
            case MxVariantKind.Int32:
                wire.Int32Value = (int)value.Integer;
                wire.VariantType = "VT_I4";
                break;
            case MxVariantKind.Int64:
                wire.Int64Value = value.Integer;
                wire.VariantType = "VT_I8";
                break;
            case MxVariantKind.Float:
                wire.FloatValue = value.Float;
                wire.VariantType = "VT_R4";
                break;
            case MxVariantKind.Double:
                wire.DoubleValue = value.Double;
                wire.VariantType = "VT_R8";
                break;
            case MxVariantKind.String:
                wire.StringValue = (string)value.Reference!;
                wire.VariantType = "VT_BSTR";
                break;
            case MxVariantKind.Time:
                wire.TimestampValue = Timestamp.FromDateTimeOffset(value.Time);
                wire.VariantType = "VT_DATE";
                break;
            case MxVariantKind.Array:
                wire.ArrayValue = ToArray((Array)value.Reference!, ToWire(dataType));
                break;
            default:
                throw new NotSupportedException($"a value of kind {value.Kind} cannot be written");
        }

        return wire;
    }

    /// <summary>A sparse array, which is for writing only.</summary>
    public static Proto.MxValue ToValue(Proto.MxSparseArray sparse, MxDataType dataType)
    {
        sparse.ElementDataType = ToWire(dataType);
        return new() { DataType = sparse.ElementDataType, SparseArrayValue = sparse };
    }

    /// <summary>The fewest bytes that an element of an array takes.</summary>
    public static int MinElementSize(MxDataType dataType) => dataType switch
    {
        MxDataType.Boolean or MxDataType.Integer or MxDataType.ElapsedTime or MxDataType.StatusType => 1,
        MxDataType.DataTypeEnum or MxDataType.SecurityClassificationEnum or MxDataType.DataQualityType => 1,
        MxDataType.Float => 4,
        MxDataType.Double => 8,
        _ => 2,
    };

    /// <summary>The time; what is missing, or outside .NET's calendar, must not end a stream and is told as the time given.</summary>
    public static DateTimeOffset ToTime(Timestamp? time, DateTimeOffset otherwise = default)
    {
        if (time is null || time.Seconds is < -62135596800 or > 253402300799 || time.Nanos is < 0 or > 999_999_999)
            return otherwise;
        return DateTimeOffset.UnixEpoch.AddTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanos / 100));
    }

    /// <summary>When a Galaxy was deployed; null where that is not said, or is no time.</summary>
    public static DateTimeOffset? ToDeployTime(bool isPresent, Timestamp? time) => isPresent ? ToTimeOrNull(time) : null;

    /// <summary>The time; null where it is missing, or outside .NET's calendar.</summary>
    public static DateTimeOffset? ToTimeOrNull(Timestamp? time) => ToTime(time) is var told && told != default ? told : null;

    public static MxStatus[] ToStatuses(RepeatedField<Proto.MxStatusProxy> statuses) => [.. statuses.Select(ToStatus)];

    /// <summary>The one status of several that says most: the first that is not Ok.</summary>
    public static MxStatus Worst(RepeatedField<Proto.MxStatusProxy> statuses)
    {
        foreach (Proto.MxStatusProxy status in statuses)
            if (status.Category != Proto.MxStatusCategory.Ok)
                return ToStatus(status);
        return MxStatus.Ok;
    }

    public static MxSessionState ToState(Proto.SessionState state) => state switch
    {
        Proto.SessionState.Creating => MxSessionState.Creating,
        Proto.SessionState.Ready => MxSessionState.Ready,
        Proto.SessionState.Closing => MxSessionState.Closing,
        Proto.SessionState.Closed => MxSessionState.Closed,
        Proto.SessionState.Faulted => MxSessionState.Faulted,
        _ => MxSessionState.Unknown,
    };

    /// <summary>The Galaxy's data type; NoData where the wire does not say.</summary>
    public static MxDataType ToDataType(Proto.MxDataType dataType) => dataType switch
    {
        Proto.MxDataType.Unspecified or Proto.MxDataType.NoData => MxDataType.NoData,
        Proto.MxDataType.Boolean => MxDataType.Boolean,
        Proto.MxDataType.Integer => MxDataType.Integer,
        Proto.MxDataType.Float => MxDataType.Float,
        Proto.MxDataType.Double => MxDataType.Double,
        Proto.MxDataType.String => MxDataType.String,
        Proto.MxDataType.Time => MxDataType.Time,
        Proto.MxDataType.ElapsedTime => MxDataType.ElapsedTime,
        Proto.MxDataType.ReferenceType => MxDataType.ReferenceType,
        Proto.MxDataType.StatusType => MxDataType.StatusType,
        Proto.MxDataType.DataTypeEnum => MxDataType.DataTypeEnum,
        Proto.MxDataType.SecurityClassificationEnum => MxDataType.SecurityClassificationEnum,
        Proto.MxDataType.DataQualityType => MxDataType.DataQualityType,
        Proto.MxDataType.QualifiedEnum => MxDataType.QualifiedEnum,
        Proto.MxDataType.QualifiedStruct => MxDataType.QualifiedStruct,
        Proto.MxDataType.InternationalizedString => MxDataType.InternationalizedString,
        Proto.MxDataType.BigString => MxDataType.BigString,
        _ => MxDataType.Unknown,
    };

    private static MxStatus ToStatus(Proto.MxStatusProxy status) => new(
        status.Category switch
        {
            Proto.MxStatusCategory.Ok => MxStatusCategory.Ok,
            Proto.MxStatusCategory.Pending => MxStatusCategory.Pending,
            Proto.MxStatusCategory.Warning => MxStatusCategory.Warning,
            Proto.MxStatusCategory.CommunicationError => MxStatusCategory.CommunicationError,
            Proto.MxStatusCategory.ConfigurationError => MxStatusCategory.ConfigurationError,
            Proto.MxStatusCategory.OperationalError => MxStatusCategory.OperationalError,
            Proto.MxStatusCategory.SecurityError => MxStatusCategory.SecurityError,
            Proto.MxStatusCategory.SoftwareError => MxStatusCategory.SoftwareError,
            Proto.MxStatusCategory.OtherError => MxStatusCategory.OtherError,
            _ => MxStatusCategory.Unknown,
        },
        status.DetectedBy switch
        {
            Proto.MxStatusSource.RequestingLmx => MxStatusSource.RequestingLmx,
            Proto.MxStatusSource.RespondingLmx => MxStatusSource.RespondingLmx,
            Proto.MxStatusSource.RequestingNmx => MxStatusSource.RequestingNmx,
            Proto.MxStatusSource.RespondingNmx => MxStatusSource.RespondingNmx,
            Proto.MxStatusSource.RequestingAutomationObject => MxStatusSource.RequestingAutomationObject,
            Proto.MxStatusSource.RespondingAutomationObject => MxStatusSource.RespondingAutomationObject,
            _ => MxStatusSource.Unknown,
        },
        (short)status.Detail,
        status.DiagnosticText);

    private static Proto.MxDataType ToWire(MxDataType dataType) => dataType switch
    {
        MxDataType.NoData => Proto.MxDataType.NoData,
        MxDataType.Boolean => Proto.MxDataType.Boolean,
        MxDataType.Integer => Proto.MxDataType.Integer,
        MxDataType.Float => Proto.MxDataType.Float,
        MxDataType.Double => Proto.MxDataType.Double,
        MxDataType.String => Proto.MxDataType.String,
        MxDataType.Time => Proto.MxDataType.Time,
        MxDataType.ElapsedTime => Proto.MxDataType.ElapsedTime,
        MxDataType.ReferenceType => Proto.MxDataType.ReferenceType,
        MxDataType.StatusType => Proto.MxDataType.StatusType,
        MxDataType.DataTypeEnum => Proto.MxDataType.DataTypeEnum,
        MxDataType.SecurityClassificationEnum => Proto.MxDataType.SecurityClassificationEnum,
        MxDataType.DataQualityType => Proto.MxDataType.DataQualityType,
        MxDataType.QualifiedEnum => Proto.MxDataType.QualifiedEnum,
        MxDataType.QualifiedStruct => Proto.MxDataType.QualifiedStruct,
        MxDataType.InternationalizedString => Proto.MxDataType.InternationalizedString,
        MxDataType.BigString => Proto.MxDataType.BigString,
        _ => Proto.MxDataType.Unknown,
    };

    private static MxVariant ToVariant(Proto.MxArray array) => array.ValuesCase switch
    {
        Proto.MxArray.ValuesOneofCase.BoolValues => MxVariant.OfArray(array.BoolValues.Values.ToArray()),
        Proto.MxArray.ValuesOneofCase.Int32Values => MxVariant.OfArray(array.Int32Values.Values.ToArray()),
        Proto.MxArray.ValuesOneofCase.Int64Values => MxVariant.OfArray(array.Int64Values.Values.ToArray()),
        Proto.MxArray.ValuesOneofCase.FloatValues => MxVariant.OfArray(array.FloatValues.Values.ToArray()),
        Proto.MxArray.ValuesOneofCase.DoubleValues => MxVariant.OfArray(array.DoubleValues.Values.ToArray()),
        Proto.MxArray.ValuesOneofCase.StringValues => MxVariant.OfArray(array.StringValues.Values.ToArray()),
        Proto.MxArray.ValuesOneofCase.TimestampValues => MxVariant.OfArray(array.TimestampValues.Values.Select(time => ToTime(time)).ToArray()),
        Proto.MxArray.ValuesOneofCase.RawValues => MxVariant.OfArray(array.RawValues.Values.Select(raw => raw.ToByteArray()).ToArray()),
        _ => default,
    };

    private static Proto.MxArray ToArray(Array values, Proto.MxDataType elementType)
    {
        var array = new Proto.MxArray { ElementDataType = elementType, Dimensions = { (uint)values.Length } };
        switch (values)
        {
            case bool[] elements:
                array.BoolValues = new() { Values = { elements } };
                break;
            case int[] elements:
                array.Int32Values = new() { Values = { elements } };
                break;
            case long[] elements:
                array.Int64Values = new() { Values = { elements } };
                break;
            case float[] elements:
                array.FloatValues = new() { Values = { elements } };
                break;
            case double[] elements:
                array.DoubleValues = new() { Values = { elements } };
                break;
            case string[] elements:
                array.StringValues = new() { Values = { elements } };
                break;
            case DateTimeOffset[] elements:
                array.TimestampValues = new() { Values = { elements.Select(Timestamp.FromDateTimeOffset) } };
                break;
            default:
                throw new NotSupportedException($"an array of {values.GetType().GetElementType()} cannot be written");
        }

        return array;
    }
}
