using Microsoft.Extensions.Logging;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>What the server says of calls. Event ids 100 to 199.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(100, LogLevel.Information, "simulator listens at {Endpoint}: {Objects} objects, {Attributes} attributes")]
    public static partial void Started(ILogger logger, Uri endpoint, int objects, int attributes);

    [LoggerMessage(101, LogLevel.Debug, "{Method} ended with {Code}: {Detail}")]
    public static partial void CallFailed(ILogger logger, string method, GrpcStatusCode code, string detail);

    [LoggerMessage(102, LogLevel.Error, "{Method} failed in the simulator itself")]
    public static partial void CallCrashed(ILogger logger, string method, Exception exception);

    [LoggerMessage(103, LogLevel.Information, "simulator stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(110, LogLevel.Information, "deploy {Sequence}: {Objects} objects, {Attributes} attributes")]
    public static partial void Redeployed(ILogger logger, ulong sequence, int objects, int attributes);
}
