using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>MXSTATUS_PROXY, with the numbers that COM gives beside the gateway's names.</summary>
internal static class Statuses
{
    /// <summary>MXAccess: success is any number but zero, usually -1.</summary>
    private const int Success = -1;

    public static MxStatusProxy Ok() => new()
    {
        Success = Success,
        Category = MxStatusCategory.Ok,
        DetectedBy = MxStatusSource.RespondingAutomationObject,
        RawCategory = 0,
        RawDetectedBy = 5,
    };

    public static MxStatusProxy Failed(MxStatusCategory category, int detail, string text)
    {
        bool byLmx = category is MxStatusCategory.ConfigurationError or MxStatusCategory.SoftwareError;
        return new MxStatusProxy
        {
            Success = 0,
            Category = category,
            DetectedBy = byLmx ? MxStatusSource.RequestingLmx : MxStatusSource.RespondingAutomationObject,
            Detail = detail,
            RawCategory = Raw(category),
            RawDetectedBy = byLmx ? 0 : 5,
            DiagnosticText = text,
        };
    }

    private static int Raw(MxStatusCategory category) => category switch
    {
        MxStatusCategory.Ok => 0,
        MxStatusCategory.Pending => 1,
        MxStatusCategory.Warning => 2,
        MxStatusCategory.CommunicationError => 3,
        MxStatusCategory.ConfigurationError => 4,
        MxStatusCategory.OperationalError => 5,
        MxStatusCategory.SecurityError => 6,
        MxStatusCategory.SoftwareError => 7,
        MxStatusCategory.OtherError => 8,
        _ => -1,
    };
}
