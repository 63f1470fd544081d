using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>gRPC over HTTP/2 by .NET's own HTTP client: unary and server-streaming calls. Safe from many threads; connections are shared and reused.</summary>
public sealed class GrpcHttp2Transport : IGrpcTransport
{
    /// <summary>The most that headers and trailers of an answer may have together.</summary>
    internal const int MaxHeadersKiB = 64;

    private const string UserAgent = "mxgateway-typed";
    private readonly HttpMessageInvoker _http;
    private readonly GrpcTransportOptions _options;
    private readonly GrpcPeer _peer;
    private readonly string? _host;
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Makes the transport. Nothing is connected before the first call.</summary>
    /// <param name="options">Where the server is.</param>
    /// <exception cref="ArgumentException">An option cannot work; the message names it.</exception>
    /// <exception cref="IOException">The CA file cannot be read, or holds no certificate.</exception>
    public GrpcHttp2Transport(GrpcTransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _peer = new GrpcPeer(options.Endpoint);
        _host = options.ServerNameOverride is { } name ? HostHeader(name) : null;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,

            // A gateway that hangs, or a cable that is pulled, is noticed by a ping that is not answered.
            KeepAlivePingDelay = options.KeepAliveDelay,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            MaxResponseHeadersLength = MaxHeadersKiB,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseCookies = false,

            // A proxy for web pages does not carry HTTP/2 without TLS, and a gateway stands in the plant's own network.
            UseProxy = false,
        };
        if (options.Endpoint.Scheme == Uri.UriSchemeHttps)
            handler.SslOptions = GrpcTls.Options(options);
        _http = new HttpMessageInvoker(handler);
    }

    /// <inheritdoc/>
    public async Task<TReply> CallAsync<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        var stream = (GrpcHttp2Stream<TReply>)Stream(method, request, options);
        await using (stream.ConfigureAwait(false))
        {
            if (!await stream.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                throw new GrpcException(method.FullName, new GrpcStatus(GrpcStatusCode.Internal, "the server said OK and sent no answer"));

            // The answer counts only when the status says so, and there is only one.
            TReply reply = stream.Current;
            if (await stream.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                throw new GrpcException(method.FullName, new GrpcStatus(GrpcStatusCode.Internal, "the server sent more than one answer"));
            return reply;
        }
    }

    /// <inheritdoc/>
    public IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
        where TRequest : IMessage
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        ReadOnlyMemory<byte> body = Body(method.FullName, request);
        return new GrpcHttp2Stream<TReply>(
            _http, () => Request(method.FullName, body, options), method.FullName, method.Parse, options.Timeout, _options, _peer, _closed.Token);
    }

    /// <summary>Closes the connections; calls that are under way end with <see cref="GrpcStatusCode.Unavailable"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        // Not disposed of itself: calls may still look at its token.
        await _closed.CancelAsync().ConfigureAwait(false);
        _http.Dispose();
    }

    // As it stands in a header: an IPv6 address in brackets, a name in ASCII.
    private static string HostHeader(string name)
    {
        Uri server = new UriBuilder(Uri.UriSchemeHttps, name).Uri;
        return server.HostNameType == UriHostNameType.IPv6 ? server.Host : server.IdnHost;
    }

    private ReadOnlyMemory<byte> Body(string method, IMessage message)
    {
        int size = message.CalculateSize();
        if (size > _options.MaxMessageSize)
        {
            string tooLarge = $"the request has {size} bytes, more than the limit of {_options.MaxMessageSize} bytes; send it in smaller parts";
            throw new GrpcException(method, new GrpcStatus(GrpcStatusCode.ResourceExhausted, tooLarge));
        }

        var body = new ArrayBufferWriter<byte>(size + GrpcFraming.HeaderSize);
        GrpcFraming.Write(body, message);
        return body.WrittenMemory;
    }

    private HttpRequestMessage Request(string method, ReadOnlyMemory<byte> body, GrpcCallOptions options)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(GrpcHeaders.ContentType);

        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Endpoint, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("user-agent", UserAgent);
        request.Headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, GrpcCompression.Accepted);

        // The name that TLS asks for and checks is that of the host header.
        if (_host is not null)
            request.Headers.Host = _host;
        if (_options.ApiKey is { } key)
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Authorization, GrpcHeaders.Bearer + key);
        if (options.Timeout is { } timeout)
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcHeaders.EncodeTimeout(timeout));
        if (options.Metadata is { } metadata)
            Add(metadata, request.Headers);
        return request;
    }

    private void Add(GrpcMetadata metadata, HttpRequestHeaders headers)
    {
        foreach ((string name, string value) in metadata)
        {
            GrpcMetadata.DemandSendable(name, value);
            if (name == GrpcHeaders.Authorization && _options.ApiKey is not null)
                throw new ArgumentException($"the metadata has {GrpcHeaders.Authorization}, and so has the transport: leave one of them out");

            // What HTTP knows as a header of the body has no place here.
            if (!headers.TryAddWithoutValidation(name, value))
                throw new ArgumentException($"the metadata name '{name}' is reserved for HTTP");
        }
    }
}
