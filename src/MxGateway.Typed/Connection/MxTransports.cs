using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>The transport that a set of options asks for.</summary>
internal static class MxTransports
{
    public static IGrpcTransport Create(MxGatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.ApiKey);
        if (!options.Endpoint.IsAbsoluteUri || options.Endpoint.Scheme is not ("http" or "https"))
            throw new ArgumentException($"the endpoint '{options.Endpoint}' is no http:// (plaintext) or https:// (TLS) address, such as http://gateway:5000");
        return new GrpcHttp2Transport(new GrpcTransportOptions
        {
            Endpoint = options.Endpoint,
            ApiKey = options.ApiKey.Value,
            ConnectTimeout = options.ConnectTimeout,
            TimeProvider = options.TimeProvider,
        });
    }
}
