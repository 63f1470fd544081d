using Microsoft.Extensions.Logging;

namespace MxGateway.Typed;

/// <summary>What the connection logs. Event ids are permanent; keys, passwords and values are never logged.</summary>
internal static partial class MxLog
{
    [LoggerMessage(1, LogLevel.Information, "Connected with {Endpoint}, {SessionId}")]
    public static partial void Connected(ILogger logger, Uri endpoint, string sessionId);

    [LoggerMessage(2, LogLevel.Error, "The connection with {Endpoint} is lost: {Why}")]
    public static partial void Lost(ILogger logger, Uri endpoint, string why);

    [LoggerMessage(3, LogLevel.Information, "Closed the connection with {Endpoint}, {SessionId}")]
    public static partial void Closed(ILogger logger, Uri endpoint, string sessionId);

    [LoggerMessage(4, LogLevel.Warning, "{Endpoint} did not confirm the end of {SessionId}; the gateway ends it by itself")]
    public static partial void CloseFailed(ILogger logger, Uri endpoint, string sessionId);

    [LoggerMessage(5, LogLevel.Warning, "{Reference} is not advised: {Why}")]
    public static partial void AdviseFailed(ILogger logger, string reference, string why);

    [LoggerMessage(6, LogLevel.Warning, "{Count} items were not released: {Why}")]
    public static partial void ReleaseFailed(ILogger logger, int count, string why);

    [LoggerMessage(7, LogLevel.Warning, "Events from {From} on, before {To}, were missed; all advised values are read anew")]
    public static partial void EventsMissed(ILogger logger, ulong from, ulong to);

    [LoggerMessage(8, LogLevel.Warning, "{Count} values could not be read anew: {Why}")]
    public static partial void RefreshFailed(ILogger logger, int count, string why);

    [LoggerMessage(9, LogLevel.Error, "The observer of {Reference} threw; its subscription has ended")]
    public static partial void ObserverFailed(ILogger logger, Exception exception, string reference);

    [LoggerMessage(
        20,
        LogLevel.Warning,
        "{Endpoint} has no session to spare for reads; they go by the connection's own, and wait {Wait} at most for a value: {Why}")]
    public static partial void NoSessionForReads(ILogger logger, Uri endpoint, TimeSpan wait, string why);

    [LoggerMessage(21, LogLevel.Information, "{Endpoint} has no ReadBulk; tags are read by subscribing and taking the first change")]
    public static partial void NoReadBulk(ILogger logger, Uri endpoint);

    [LoggerMessage(
        22,
        LogLevel.Warning,
        "The reader of {Reference} is behind: {Count} samples were dropped, as its queue of {Capacity} was full; it is told again when it has caught up meanwhile")]
    public static partial void ReaderIsBehind(ILogger logger, string reference, int count, int capacity);

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "TLS with {Endpoint} takes any certificate (DangerousAcceptAnyServerCertificate): whoever stands between can read the API key and change values")]
    public static partial void CertificateIsNotChecked(ILogger logger, Uri endpoint);

    [LoggerMessage(23, LogLevel.Warning, "{Reference} goes on being advised, but not by AdviseSupervisory: {Why}")]
    public static partial void NotSupervisory(ILogger logger, string reference, string why);
}
