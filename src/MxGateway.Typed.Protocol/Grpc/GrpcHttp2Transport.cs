using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>gRPC over HTTP/2 by .NET's own HTTP client: unary and server-streaming calls. Safe from many threads; connections are shared and reused.</summary>
public sealed class GrpcHttp2Transport : IGrpcTransport
{
    private const string UserAgent = "mxgateway-typed";
    private readonly HttpMessageInvoker _http;
    private readonly GrpcTransportOptions _options;
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Makes the transport. Nothing is connected before the first call.</summary>
    /// <param name="options">Where the server is.</param>
    public GrpcHttp2Transport(GrpcTransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Endpoint.Scheme is not ("http" or "https"))
            throw new ArgumentException($"the endpoint {options.Endpoint} is neither http:// (plaintext) nor https:// (TLS)", nameof(options));

        _options = options;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,

            // A gateway that hangs, or a cable that is pulled, is noticed by a ping that is not answered. C-core servers answer pings more often than every 30 s with GOAWAY.
            KeepAlivePingDelay = TimeSpan.FromSeconds(35),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseCookies = false,

            // A proxy for web pages does not carry HTTP/2 without TLS, and a gateway stands in the plant's own network.
            UseProxy = false,
        });
    }

    /// <inheritdoc/>
    public async Task<TReply> CallAsync<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
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
        return new GrpcHttp2Stream<TReply>(_http, Request(method.FullName, request, options), method.FullName, method.Parse, options.Timeout, _options, _closed.Token);
    }

    /// <summary>Closes the connections; calls that are under way end with <see cref="GrpcStatusCode.Unavailable"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        // Not disposed of itself: calls may still look at its token.
        await _closed.CancelAsync().ConfigureAwait(false);
        _http.Dispose();
    }

    private HttpRequestMessage Request(string method, IMessage message, GrpcCallOptions options)
    {
        int size = message.CalculateSize();
        if (size > _options.MaxMessageSize)
            throw new GrpcException(method, new GrpcStatus(GrpcStatusCode.ResourceExhausted, $"the request has {size} bytes, more than the limit of {_options.MaxMessageSize} bytes; send it in smaller parts"));

        var body = new ArrayBufferWriter<byte>(size + GrpcFraming.HeaderSize);
        GrpcFraming.Write(body, message);
        var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue(GrpcHeaders.ContentType);

        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Endpoint, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("user-agent", UserAgent);
        if (_options.ApiKey is { } key)
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Authorization, GrpcHeaders.Bearer + key);
        if (options.Timeout is { } timeout)
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcHeaders.EncodeTimeout(timeout));
        foreach ((string name, string value) in options.Metadata ?? GrpcMetadata.Empty)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
