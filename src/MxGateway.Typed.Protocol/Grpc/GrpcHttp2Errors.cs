namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>HTTP/2's error codes in gRPC's terms: a call that was reset ends as gRPC's table says, a connection that ended is unavailable.</summary>
internal static class GrpcHttp2Errors
{
    private const long RefusedStream = 7;

    private static readonly string[] s_names =
    [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
        "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ];

    public static GrpcStatus StatusOf(HttpProtocolException e, Uri endpoint)
    {
        uint error = unchecked((uint)e.ErrorCode);
        string name = error < s_names.Length ? s_names[error] : $"error {error}";
        return IsReset(e) ? OfReset(name, endpoint) : new(GrpcStatusCode.Unavailable, OfConnection(name, e, endpoint));
    }

    /// <summary>Whether certainly nothing has looked at the call: the server refused it, or it was not sent at all. No other may be sent again.</summary>
    public static bool IsNotProcessed(Exception e) =>
        IsNotSent(e) || (e is HttpRequestException { InnerException: HttpProtocolException { ErrorCode: RefusedStream } refused } && IsReset(refused));

    /// <summary>
    /// Whether .NET had no place for the call on the connection that it was meant for, where the server's settings came only after it was given one.
    /// Whatever happens to a call once it is on its way has a cause: what the server did, or what happened to the connection.
    /// </summary>
    public static bool IsNotSent(Exception e) => e is HttpRequestException { InnerException: null, HttpRequestError: HttpRequestError.Unknown };

    // .NET tells the end of one call from the end of its connection by its words alone, or by the words' key where an application is trimmed of them.
    private static bool IsReset(HttpProtocolException e) =>
        e.Message.Contains("reset the stream", StringComparison.Ordinal) || e.Message.Contains("net_http_http2_stream_error", StringComparison.Ordinal);

    private static GrpcStatus OfReset(string name, Uri endpoint) => name switch
    {
        "REFUSED_STREAM" => new(GrpcStatusCode.Unavailable, $"{endpoint} refused the call before looking at it ({name}); try again later"),
        "CANCEL" => new(GrpcStatusCode.Cancelled, $"{endpoint} cancelled the call"),
        "ENHANCE_YOUR_CALM" => new(GrpcStatusCode.ResourceExhausted, $"{endpoint} asks for fewer calls ({name})"),
        "INADEQUATE_SECURITY" => new(GrpcStatusCode.PermissionDenied, $"{endpoint} finds the connection not secure enough ({name})"),
        "HTTP_1_1_REQUIRED" => new(
            GrpcStatusCode.Unknown, $"{endpoint} wants HTTP/1.1 ({name}), which gRPC is not; check that the endpoint is the gateway itself"),
        "STREAM_CLOSED" => new(GrpcStatusCode.Unknown, $"{endpoint} reset the call ({name})"),
        _ => new(
            s_names.Contains(name) ? GrpcStatusCode.Internal : GrpcStatusCode.Unknown, $"{endpoint} reset the call ({name}); the server's log may say why"),
    };

    private static string OfConnection(string name, HttpProtocolException e, Uri endpoint) => name switch
    {
        "NO_ERROR" => $"{endpoint} closed the connection",
        "ENHANCE_YOUR_CALM" => $"{endpoint} closed the connection and asks for fewer calls or pings ({name})",
        "INADEQUATE_SECURITY" => $"{endpoint} closed the connection, which it finds not secure enough ({name})",

        // Also what .NET gave up itself: bytes that are no HTTP/2, a ping that was not answered.
        _ => $"the connection with {endpoint} broke: {e.Message}",
    };
}
