using Microsoft.Extensions.Logging;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>What is said of faults and of the control endpoint. Event ids 300 to 399.</summary>
internal static partial class FaultLog
{
    [LoggerMessage(300, LogLevel.Information, "control endpoint at {Endpoint}")]
    public static partial void Controlled(ILogger logger, Uri endpoint);

    [LoggerMessage(301, LogLevel.Information, "fault {Fault}")]
    public static partial void Made(ILogger logger, string fault);

    [LoggerMessage(302, LogLevel.Error, "{Path} failed in the simulator itself")]
    public static partial void Crashed(ILogger logger, string path, Exception exception);
}
