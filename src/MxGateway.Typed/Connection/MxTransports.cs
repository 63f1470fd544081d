using Google.Protobuf;
using Microsoft.Extensions.Logging;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>The transport that a set of options asks for, with the key on every call.</summary>
internal static class MxTransports
{
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    /// <exception cref="MxConnectionException">The CA file cannot be read, or holds no certificate.</exception>
    public static IGrpcTransport Create(MxGatewayOptions options)
    {
        IGrpcTransport transport = options.Transport is { } make
            ? make() ?? throw new InvalidOperationException(
                $"{nameof(MxGatewayOptions)}.{nameof(MxGatewayOptions.Transport)} made no transport: it returned null")
            : BuiltIn(options);
        return new WithKey(transport, options.ApiKey);
    }

    private static GrpcHttp2Transport BuiltIn(MxGatewayOptions options)
    {
        if (options.DangerousAcceptAnyServerCertificate)
            MxLog.CertificateIsNotChecked(options.LoggerFactory.CreateLogger(typeof(MxTransports)), options.Endpoint);
        try
        {
            return new GrpcHttp2Transport(new GrpcTransportOptions
            {
                Endpoint = options.Endpoint,
                CaFile = options.CaFile,
                ServerNameOverride = options.ServerNameOverride,
                DangerousAcceptAnyServerCertificate = options.DangerousAcceptAnyServerCertificate,
                ConnectTimeout = options.ConnectTimeout,
                TimeProvider = options.TimeProvider,
            });
        }
        catch (IOException e)
        {
            throw new MxConnectionException($"connecting with {options.Endpoint}: {e.Message}", e);
        }
    }

    /// <summary>The key travels as metadata, so that it reaches the gateway over any transport.</summary>
    private sealed class WithKey(IGrpcTransport transport, MxApiKey key) : IGrpcTransport
    {
        private readonly KeyValuePair<string, string> _key = new(GrpcHeaders.Authorization, GrpcHeaders.Bearer + key.Value);

        public Task<TReply> CallAsync<TRequest, TReply>(
            GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
            where TRequest : IMessage =>
            transport.CallAsync(method, request, Add(options), cancellationToken);

        public IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
            where TRequest : IMessage =>
            transport.Stream(method, request, Add(options));

        public ValueTask DisposeAsync() => transport.DisposeAsync();

        private GrpcCallOptions Add(GrpcCallOptions options) =>
            options with { Metadata = GrpcMetadata.From([_key, .. options.Metadata ?? GrpcMetadata.Empty]) };
    }
}
