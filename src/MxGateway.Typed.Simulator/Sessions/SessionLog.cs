using Microsoft.Extensions.Logging;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>What the sessions say. Event ids 200 to 299.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(200, LogLevel.Information, "{Session} opened for {Client}")]
    public static partial void Opened(ILogger logger, string session, string client);

    [LoggerMessage(201, LogLevel.Information, "{Session} closed")]
    public static partial void Closed(ILogger logger, string session);

    [LoggerMessage(202, LogLevel.Information, "{Session} expired: its lease ran out")]
    public static partial void Expired(ILogger logger, string session);

    [LoggerMessage(203, LogLevel.Information, "{Session} lost its worker")]
    public static partial void Lost(ILogger logger, string session);
}
