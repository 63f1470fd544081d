using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>What failures below gRPC mean in gRPC's terms, in words that a person can act on.</summary>
internal static class GrpcFailures
{
    private const int MaxShown = 200;

    /// <summary>Whether it is the connection that failed. To connect for too long looks like a cancellation, with the time-out as its cause.</summary>
    public static bool IsTransportFailure(Exception e) =>
        e is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException { InnerException: TimeoutException };

    /// <summary>The status for a connection that could not be made, or broke.</summary>
    /// <param name="e">What failed.</param>
    /// <param name="endpoint">The server.</param>
    /// <param name="hasAnswered">Whether the server has answered before: then it speaks gRPC, and what failed is the connection.</param>
    public static GrpcStatus StatusOf(Exception e, Uri endpoint, bool hasAnswered)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
                return GrpcHttp2Errors.StatusOf(protocol, endpoint);
            if (cause is GrpcCertificateException refused)
                return new(GrpcStatusCode.Unavailable, $"no TLS connection with {endpoint}: {refused.Message}");
            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
            {
                return new(
                    GrpcStatusCode.ResourceExhausted,
                    $"the headers or trailers of the answer from {endpoint} are larger than {GrpcHttp2Transport.MaxHeadersKiB} KiB");
            }
        }

        return new(GrpcStatusCode.Unavailable, WhyUnavailable(e, (e as HttpRequestException)?.HttpRequestError, endpoint, hasAnswered));
    }

    /// <summary>The status for an answer that is not gRPC at all, such as a proxy's page; null for one that is.</summary>
    public static GrpcStatus? NotGrpc(HttpResponseMessage response)
    {
        string? type = response.Content.Headers.ContentType?.MediaType;
        bool hasStatus = response.Headers.NonValidated.Contains(GrpcHeaders.Status);
        if (hasStatus || (GrpcHeaders.IsContentType(type) && response.StatusCode == HttpStatusCode.OK))
            return null;

        (GrpcStatusCode code, string advice) = response.StatusCode switch
        {
            HttpStatusCode.BadRequest => (GrpcStatusCode.Internal, "check that the endpoint is the gateway's"),
            HttpStatusCode.Unauthorized => (GrpcStatusCode.Unauthenticated, "something in front of the gateway, such as a proxy, asks for a login of its own"),
            HttpStatusCode.Forbidden => (GrpcStatusCode.PermissionDenied, "something in front of the gateway, such as a proxy, refuses access"),
            HttpStatusCode.NotFound => (GrpcStatusCode.Unimplemented, "check that the endpoint is the gateway itself, not another web server"),
            HttpStatusCode.TooManyRequests => (GrpcStatusCode.Unavailable, "something in front of the gateway limits the calls"),
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                (GrpcStatusCode.Unavailable, "a proxy answers in the gateway's place; check that the gateway runs and that the proxy reaches it"),
            >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest when response.Headers.Location is { } location => (
                GrpcStatusCode.Unknown,
                $"it sends callers on to {Shown(location.OriginalString, MaxShown)}, which is not followed; use the gateway's own address"),
            _ => (GrpcStatusCode.Unknown, "check that the endpoint is the gateway itself, not a web server or proxy"),
        };
        return new(code, $"the answer is no gRPC: HTTP {(int)response.StatusCode}, content type {Shown(type ?? "none", MaxShown)}; {advice}");
    }

    /// <summary>Text that the other end chose, as messages repeat it: short, and on one line.</summary>
    public static string Shown(string text, int maxLength)
    {
        string line = string.Concat(text.Take(maxLength).Select(c => IsShown(c) ? c : '?'));
        return text.Length <= maxLength ? line : line + "...";

        static bool IsShown(char c) => !char.IsControl(c) && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) is not UnicodeCategory.Format;
    }

    private static string WhyUnavailable(Exception e, HttpRequestError? error, Uri endpoint, bool hasAnswered) => e switch
    {
        ObjectDisposedException => "the transport was closed",
        OperationCanceledException =>
            $"cannot connect to {endpoint}: {InnermostMessage(e)}; check that it is the gateway's address, and that no firewall drops what is sent there",
        HttpRequestException when error == HttpRequestError.NameResolutionError => $"the name {endpoint.Host} is not known; check the endpoint {endpoint}",
        HttpRequestException when error == HttpRequestError.SecureConnectionError =>
            $"no TLS connection with {endpoint}: {InnermostMessage(e)}; check that the server speaks TLS 1.2 or newer with HTTP/2; " +
            "if it speaks plaintext, ask for http://",
        HttpRequestException when SocketErrorOf(e) is SocketError.ConnectionRefused =>
            $"nothing listens at {endpoint}; check that the gateway is running and that the port is right",
        HttpRequestException when error == HttpRequestError.ConnectionError => $"cannot connect to {endpoint}: {InnermostMessage(e)}",
        HttpRequestException when GrpcHttp2Errors.IsNotSent(e) =>
            $"the call was not sent, because {endpoint} takes too few at a time, or less metadata than it has ({InnermostMessage(e)}); try again later",
        HttpRequestException when !hasAnswered => $"no HTTP/2 with {endpoint}: {InnermostMessage(e)}; check that it is the gateway's port{TlsAdvice(endpoint)}",
        _ => $"the connection with {endpoint} broke: {InnermostMessage(e)}",
    };

    private static string TlsAdvice(Uri endpoint) =>
        endpoint.Scheme == Uri.UriSchemeHttp ? "; if the gateway speaks TLS, ask for https://" : "";

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
