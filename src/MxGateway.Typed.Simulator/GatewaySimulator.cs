using Microsoft.Extensions.Logging;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Sessions;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator;

/// <summary>
/// An MXAccess Gateway without a plant: it serves a snapshot over the gateway's two gRPC services, with values that move while they are advised,
/// and keeps what is written. HTTP/2 in plaintext, on the loopback address. Disposing it ends all sessions and closes the port.
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

    private GatewaySimulator(KestrelHost host, SessionTable sessions, SimulatedPlant plant, DeployedGalaxy galaxy, CancellationTokenSource stopping, SimulatorCalls calls, LiveCounts counts, ILogger logger)
    {
        _host = host;
        _sessions = sessions;
        _plant = plant;
        Galaxy = galaxy;
        _stopping = stopping;
        _counts = counts;
        _logger = logger;
        Calls = calls;
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5000</c>.</summary>
    public Uri Endpoint => _host.Endpoint;

    /// <summary>The port that it listens at.</summary>
    public int Port => Endpoint.Port;

    /// <summary>The one key, with all scopes, that it made because the options gave none; null otherwise.</summary>
    public string? GeneratedKey { get; private init; }

    /// <summary>What it was called with, in order.</summary>
    public SimulatorCalls Calls { get; }

    /// <summary>What clients hold now.</summary>
    public SimulatorCounts Counts => _counts.Now;

    /// <summary>What is deployed in it.</summary>
    internal DeployedGalaxy Galaxy { get; }

    /// <summary>When writes are completed.</summary>
    internal WriteCompletions Completions => _plant.Completions;

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

        string? generated = null;
        SimulatorKeys keys = options.Keys ?? SimulatorKeys.Generate(out generated);
        ILogger logger = options.LoggerFactory.CreateLogger<GatewaySimulator>();
        var calls = new SimulatorCalls(options.TimeProvider);
        var counts = new LiveCounts();
        var plant = new SimulatedPlant(options.TimeProvider, options.Seed, options.ChangingPerSecond, options.Rules);
        var galaxy = new DeployedGalaxy(snapshot, plant, options.TimeProvider, options.Rules);
        var sessions = new SessionTable(plant, galaxy, keys, calls, counts, options, logger);
        var stopping = new CancellationTokenSource();

        var server = new GrpcServer(keys, options.Rules, options.TimeProvider, logger, stopping.Token);
        new GatewayService(sessions, calls, counts, options.Rules).AddTo(server);
        new RepositoryService(galaxy, calls, options.Rules).AddTo(server);
        KestrelHost host = await KestrelHost.StartAsync(options.Port, server.HandleAsync, options.LoggerFactory, cancellationToken).ConfigureAwait(false);
        HostingLog.Started(logger, host.Endpoint, galaxy.Now.Galaxy.Objects.Count, galaxy.Now.Galaxy.AttributeCount);
        return new GatewaySimulator(host, sessions, plant, galaxy, stopping, calls, counts, logger) { GeneratedKey = generated };
    }

    /// <summary>
    /// Deploys another Galaxy while the simulator runs. When this is done, the hierarchy is the new one, page tokens from before are stale, and everybody has been told:
    /// who watches deploys; advised tags that are gone, by one data change of bad quality; advised tags of another type now, by a first value of that type. All others go on, and written values stay.
    /// </summary>
    /// <remarks>
    /// The deploy time is the snapshot's own. A gateway tells a deploy by its time: where the snapshot's is not later than the one before (the same snapshot once more, or part of it), it is the time now.
    /// An item whose tag is gone is a wrong reference, and resolves again when it is advised again.
    /// </remarks>
    /// <param name="snapshot">The Galaxy.</param>
    /// <param name="cancellationToken">Stops waiting for a redeploy that is under way, and for this one.</param>
    public async Task RedeployAsync(GalaxySnapshot snapshot, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        Deploy deploy = await Galaxy.RedeployAsync(snapshot, cancellationToken).ConfigureAwait(false);
        HostingLog.Redeployed(_logger, deploy.Sequence, deploy.Galaxy.Objects.Count, deploy.Galaxy.AttributeCount);
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
