using System.Net;
using System.Net.Sockets;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>What failures below gRPC mean in gRPC's terms, in words that a person can act on.</summary>
internal static class GrpcFailures
{
    public static bool IsTransportFailure(Exception e) => e is HttpRequestException or IOException or ObjectDisposedException;

    /// <summary>The status for a connection that could not be made, or broke.</summary>
    public static GrpcStatus StatusOf(Exception e, Uri endpoint)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
            if (cause is HttpProtocolException protocol)
                return OfHttp2Error(protocol.ErrorCode, endpoint, e);

        return new GrpcStatus(GrpcStatusCode.Unavailable, e switch
        {
            ObjectDisposedException => "the transport was closed",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"the name {endpoint.Host} is not known; check the endpoint {endpoint}",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"no TLS connection with {endpoint}: {InnermostMessage(e)}; check that its certificate is trusted; if the server speaks plaintext, ask for http:// (on the command line, --plaintext)",
            HttpRequestException when SocketErrorOf(e) is SocketError.ConnectionRefused => $"nothing listens at {endpoint}; check that the gateway is running and that the port is right",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => $"cannot connect to {endpoint}: {InnermostMessage(e)}",
            HttpRequestException => $"no HTTP/2 with {endpoint}: {InnermostMessage(e)}; check that it is the gateway's port; if the gateway speaks TLS, ask for https://",
            _ => $"the connection with {endpoint} broke: {InnermostMessage(e)}",
        });
    }

    /// <summary>The status for an answer that is not gRPC at all, such as a proxy's page; null for one that is.</summary>
    public static GrpcStatus? NotGrpc(HttpResponseMessage response)
    {
        bool isGrpc = response.Content.Headers.ContentType?.MediaType is { } type && type.StartsWith(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase);
        bool hasStatus = response.Headers.NonValidated.Contains(GrpcHeaders.Status);
        if (hasStatus || (isGrpc && response.StatusCode == HttpStatusCode.OK))
            return null;

        GrpcStatusCode code = response.StatusCode switch
        {
            HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
            HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
            HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
            _ => GrpcStatusCode.Unknown,
        };
        return new GrpcStatus(code, $"the answer is no gRPC: HTTP {(int)response.StatusCode}, content type {response.Content.Headers.ContentType?.MediaType ?? "none"}; check that the endpoint is the gateway itself, not a web server or proxy");
    }

    private static GrpcStatus OfHttp2Error(long error, Uri endpoint, Exception e) => error switch
    {
        7 => new(GrpcStatusCode.Unavailable, $"{endpoint} refused the call before looking at it (REFUSED_STREAM)"),
        8 => new(GrpcStatusCode.Cancelled, $"{endpoint} cancelled the call"),
        11 => new(GrpcStatusCode.Unavailable, $"{endpoint} asks for fewer calls or pings (ENHANCE_YOUR_CALM)"),
        12 => new(GrpcStatusCode.PermissionDenied, $"{endpoint} finds the connection not secure enough"),

        // .NET's word for a connection that it gave up itself, as when a ping was not answered.
        1 => new(GrpcStatusCode.Unavailable, $"the connection with {endpoint} broke: {InnermostMessage(e)}"),
        0 => new(GrpcStatusCode.Unavailable, $"{endpoint} closed the connection"),
        _ => new(GrpcStatusCode.Internal, $"{endpoint} ended the call with HTTP/2 error {error}; check that it speaks gRPC over HTTP/2"),
    };

    private static SocketError? SocketErrorOf(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
            if (cause is SocketException socket)
                return socket.SocketErrorCode;
        return null;
    }

    private static string InnermostMessage(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e.Message.TrimEnd('.');
    }
}
