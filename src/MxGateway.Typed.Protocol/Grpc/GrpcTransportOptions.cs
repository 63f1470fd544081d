namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>How <see cref="GrpcHttp2Transport"/> reaches a server. Not a record, so that no dump of it can show the key.</summary>
public sealed class GrpcTransportOptions
{
    /// <summary>The server: <c>http://host:port</c> for plaintext, <c>https://host:port</c> for TLS.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The API key, sent with every call as <c>authorization: Bearer</c>; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// For TLS: a PEM file with the root certificates to trust, and no others. Default: the roots that the system trusts.
    /// It is read when the transport is made.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>For TLS: the name that the server is asked for and that its certificate must have, where that is not the endpoint's host.</summary>
    public string? ServerNameOverride { get; init; }

    /// <summary>For TLS: takes any certificate from anyone. Whoever stands between can read the key and change values; for a laboratory only.</summary>
    public bool DangerousAcceptAnyServerCertificate { get; init; }

    /// <summary>
    /// What a message about TLS calls the option that helps, or that cannot work, such as <see cref="CaFile"/>: for programs that have a name of their own
    /// for it. Default: the property's name.
    /// </summary>
    public Func<string, string> OptionName { get; init; } = static property => property;

    /// <summary>The largest message to take or send, in bytes.</summary>
    public int MaxMessageSize { get; init; } = GrpcFraming.DefaultMaxMessageSize;

    /// <summary>How long one attempt to connect may take. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock behind deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// How long a connection with calls may be silent before it is pinged. So a gateway that hangs is noticed within a minute, and values do not pass for good.
    /// Servers of C-core, by default, end a connection with the fourth ping without data between; their administrator can allow more.
    /// </summary>
    internal TimeSpan KeepAliveDelay { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>How long the answer to a ping may take.</summary>
    internal TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Throws for what cannot work, naming the option. No message repeats the key.</summary>
    internal void Validate()
    {
        if (Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            throw new ArgumentException($"{nameof(Endpoint)} is neither http:// (plaintext) nor https:// (TLS)");
        if (OptionName is null)
            throw new ArgumentException($"{nameof(OptionName)} is null; leave it out for the properties' names");
        if (ApiKey is not null && !GrpcMetadata.IsValue(ApiKey))
            throw new ArgumentException($"{nameof(ApiKey)} has a character that cannot stand in a header: a key is printable ASCII");
        if (Endpoint.Scheme == "http" && TlsOption() is { } property)
        {
            string option = OptionName(property);
            throw new ArgumentException($"{option} is for TLS, and the endpoint {Endpoint} is plaintext: make it https://, or leave {option} out");
        }

        if (CaFile is "")
            throw new ArgumentException($"{OptionName(nameof(CaFile))} is empty; name a file, or leave it out to trust the system's roots");
        if (ServerNameOverride is { } name && Uri.CheckHostName(name) is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
        {
            throw new ArgumentException(
                $"{OptionName(nameof(ServerNameOverride))} is no host name or IP address; " +
                "give the name as it stands in the server's certificate, without a port");
        }

        if (CaFile is not null && DangerousAcceptAnyServerCertificate)
        {
            throw new ArgumentException(
                $"{OptionName(nameof(CaFile))} and {OptionName(nameof(DangerousAcceptAnyServerCertificate))} contradict each other: " +
                "leave the second one out to trust that file alone");
        }
    }

    private string? TlsOption() =>
        CaFile is not null ? nameof(CaFile)
        : ServerNameOverride is not null ? nameof(ServerNameOverride)
        : DangerousAcceptAnyServerCertificate ? nameof(DangerousAcceptAnyServerCertificate)
        : null;
}
