using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>Where the gateway is and how to talk with it.</summary>
public sealed record MxGatewayOptions
{
    /// <summary>
    /// The gateway's address: <c>http://host:port</c> for plaintext, which is what a plant's own network usually has; <c>https://host:port</c> for TLS.
    /// </summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The key that the gateway knows the application by.</summary>
    public required MxApiKey ApiKey { get; init; }

    /// <summary>For TLS: a PEM file with the root certificates to trust, and no others. Default: the roots that the system trusts.</summary>
    public string? CaFile { get; init; }

    /// <summary>For TLS: the name that the server is asked for and that its certificate must have. Default: the endpoint's host.</summary>
    public string? ServerNameOverride { get; init; }

    /// <summary>
    /// For TLS: takes any certificate from anyone, and logs a warning. Whoever stands between can read the key and change values; for a laboratory only.
    /// </summary>
    public bool DangerousAcceptAnyServerCertificate { get; init; }

    /// <summary>
    /// What a message about TLS calls the option that helps, or that cannot work, such as <see cref="CaFile"/>: for applications that set it from a command
    /// line or a file of their own, with a name that whoever runs them knows. It is given the property's name. Default: that name.
    /// </summary>
    public Func<string, string> OptionName { get; init; } = static property => property;

    /// <summary>
    /// Makes the transport that the calls go over; whoever is given these options disposes of what it made. Default: gRPC over HTTP/2 as the options say.
    /// Every call carries the API key in its metadata, for the transport to send along. The endpoint then only names the gateway in messages,
    /// and TLS is the transport's own affair.
    /// </summary>
    public Func<IGrpcTransport>? Transport { get; init; }

    /// <summary>The application's name, for the gateway's and MXAccess's records.</summary>
    public string ClientName { get; init; } = "MxGateway.Typed";

    /// <summary>How long connecting may take, until the session is open and registered and its events are attached. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one command may take on the gateway. Default 30 s, as the gateway's own.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the gateway may wait for the first value of a tag that is read. Default 5 s. Where it has no session to spare for reads, half a second at most.
    /// A gateway that does not answer at all is given <see cref="CommandTimeout"/> and 5 s, or, where a session for reads is to be opened first, as it is
    /// for a connection's first read, <see cref="ConnectTimeout"/> and 1 s for that.
    /// </summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a write may wait for its confirmation. Default 10 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long disposal may take to release everything on the gateway. Default 5 s; what is not released by then, the gateway clears up by itself.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock behind all time-outs.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where logs go. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Throws for what cannot work, naming the option.</summary>
    internal void Validate()
    {
        // The messages do not repeat an address that may have a password in it.
        if (Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            throw new ArgumentException($"{nameof(Endpoint)} is no http:// (plaintext) or https:// (TLS) address, such as http://gateway:5000");
        if (Endpoint.UserInfo.Length > 0 || Endpoint.PathAndQuery != "/" || Endpoint.Fragment.Length > 0)
        {
            throw new ArgumentException(
                $"{nameof(Endpoint)} has more than a scheme, a host and a port, such as http://gateway:5000; the key goes into {nameof(ApiKey)}");
        }

        if (ApiKey is null)
            throw new ArgumentException($"{nameof(ApiKey)} is missing; see {nameof(MxApiKey)}.{nameof(MxApiKey.FromEnvironment)}");
        if (OptionName is null)
            throw new ArgumentException($"{nameof(OptionName)} is null; leave it out for the properties' names");
        if (Transport is not null && (CaFile is not null || ServerNameOverride is not null || DangerousAcceptAnyServerCertificate))
        {
            throw new ArgumentException(
                $"{OptionName(nameof(CaFile))}, {OptionName(nameof(ServerNameOverride))} and " +
                $"{OptionName(nameof(DangerousAcceptAnyServerCertificate))} are for the built-in transport; " +
                $"where {nameof(Transport)} is given, say there what TLS it wants");
        }

        Check(ConnectTimeout, nameof(ConnectTimeout));
        Check(CommandTimeout, nameof(CommandTimeout));
        Check(ReadTimeout, nameof(ReadTimeout));
        Check(WriteTimeout, nameof(WriteTimeout));
        Check(CloseTimeout, nameof(CloseTimeout));

        static void Check(TimeSpan time, string name)
        {
            if (time < TimeSpan.FromMilliseconds(1) || time > TimeSpan.FromDays(1))
                throw new ArgumentException($"{name} is {time}; it is at least a millisecond and at most a day");
        }
    }
}
