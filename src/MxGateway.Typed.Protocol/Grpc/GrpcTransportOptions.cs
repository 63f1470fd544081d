namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>How <see cref="GrpcHttp2Transport"/> reaches a server. Not a record, so that no dump of it can show the key.</summary>
public sealed class GrpcTransportOptions
{
    /// <summary>The server: <c>http://host:port</c> for plaintext, <c>https://host:port</c> for TLS with the system's roots.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The API key, sent with every call as <c>authorization: Bearer</c>; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The largest message to take or send, in bytes.</summary>
    public int MaxMessageSize { get; init; } = GrpcFraming.DefaultMaxMessageSize;

    /// <summary>How long one attempt to connect may take. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock behind deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
