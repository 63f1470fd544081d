using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Sessions;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator;

/// <summary>
/// An MXAccess Gateway without a plant: it serves a snapshot over the gateway's two gRPC services, with values that move while they are advised,
/// and keeps what is written. HTTP/2 on the loopback address, in plaintext or, with a certificate, over TLS. Disposing it ends all sessions and closes the port.
/// </summary>
/// <remarks>
/// Written values are judged by the attribute's type: its own form is taken, and what loses nothing (an int32 for a Double, and for a Float that holds it exactly, a float for a Double).
/// While Galaxy security is off (no users among the keys), any credentials yield user id 1, and a verified write takes it as operator and as verifier.
/// </remarks>
public sealed class GatewaySimulator : IAsyncDisposable
{
    private readonly KestrelHost _host;
    private readonly SessionTable _sessions;
    private readonly SimulatedPlant _plant;
    private readonly CancellationTokenSource _stopping;
    private readonly LiveCounts _counts;
    private readonly ILogger _logger;
    private int _disposed;

    private GatewaySimulator(KestrelHost host, SessionTable sessions, SimulatedPlant plant, CancellationTokenSource stopping, SimulatorCalls calls, LiveCounts counts, ILogger logger)
    {
        _host = host;
        _sessions = sessions;
        _plant = plant;
        _stopping = stopping;
        _counts = counts;
        _logger = logger;
        Calls = calls;
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5000</c>; https with a certificate.</summary>
    public Uri Endpoint => _host.Endpoint;

    /// <summary>The port that it listens at.</summary>
    public int Port => Endpoint.Port;

    /// <summary>The one key, with all scopes, that it made because the options gave none; null otherwise.</summary>
    public string? GeneratedKey { get; private init; }

    /// <summary>What it was called with, in order.</summary>
    public SimulatorCalls Calls { get; }

    /// <summary>What clients hold now.</summary>
    public SimulatorCounts Counts => _counts.Now;

    /// <summary>Starts a simulator; it serves when this returns.</summary>
    /// <param name="snapshot">The Galaxy.</param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<GatewaySimulator> StartAsync(GalaxySnapshot snapshot, GatewaySimulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        options ??= new GatewaySimulatorOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.ChangingPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxSessions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxItemsPerSession);
        if (options.Certificate is { HasPrivateKey: false })
            throw new ArgumentException("the server certificate has no private key, and cannot be served without one", nameof(options));

        string? generated = null;
        SimulatorKeys keys = options.Keys ?? SimulatorKeys.Generate(out generated);
        ILogger logger = options.LoggerFactory.CreateLogger<GatewaySimulator>();
        var calls = new SimulatorCalls(options.TimeProvider);
        var counts = new LiveCounts();
        var galaxy = new GalaxyModel(snapshot);
        var plant = new SimulatedPlant(options.TimeProvider, options.Seed, options.ChangingPerSecond);
        var sessions = new SessionTable(plant, new TagIndex(galaxy), keys, calls, counts, options, logger);
        var stopping = new CancellationTokenSource();

        var server = new GrpcServer(keys, options.TimeProvider, logger, stopping.Token);
        new GatewayService(sessions, calls, counts).AddTo(server);
        new RepositoryService(galaxy, calls, options.TimeProvider).AddTo(server);
        HttpsConnectionAdapterOptions? tls = options.Certificate is null ? null : new() { ServerCertificate = options.Certificate, ServerCertificateChain = options.CertificateChain };
        KestrelHost host = await KestrelHost.StartAsync(options.Port, server.HandleAsync, options.LoggerFactory, cancellationToken, tls).ConfigureAwait(false);
        HostingLog.Started(logger, host.Endpoint, galaxy.Objects.Count, galaxy.AttributeCount);
        return new GatewaySimulator(host, sessions, plant, stopping, calls, counts, logger) { GeneratedKey = generated };
    }

    /// <summary>Stops: sessions are lost, streams and pending calls end with UNAVAILABLE, the port is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        // The sessions first: their streams end with a status, while there is still a server to send it.
        await _sessions.StopAsync().ConfigureAwait(false);
        _plant.Stop();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        HostingLog.Stopped(_logger);
    }
}
