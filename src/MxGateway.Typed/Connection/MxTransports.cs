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
        return new MxKeyTransport(transport, options.ApiKey);
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
                OptionName = options.OptionName,
                ConnectTimeout = options.ConnectTimeout,
                TimeProvider = options.TimeProvider,
            });
        }
        catch (IOException e)
        {
            throw new MxConnectionException($"connecting with {options.Endpoint}: {e.Message}", e);
        }
    }
}
