using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>The transport that a set of options asks for.</summary>
internal static class MxTransports
{
    public static IGrpcTransport Create(MxGatewayOptions options) => new GrpcHttp2Transport(new GrpcTransportOptions
    {
        Endpoint = options.Endpoint,
        ApiKey = options.ApiKey.Value,
        ConnectTimeout = options.ConnectTimeout,
        TimeProvider = options.TimeProvider,
    });
}
