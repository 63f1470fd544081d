using Microsoft.Extensions.Logging;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Simulator.Sessions;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator;

/// <summary>
/// An MXAccess Gateway without a plant: it serves a snapshot over the gateway's two gRPC services, with values that move while they are advised,
/// and keeps what is written. HTTP/2 on the loopback address, in plaintext or, with a certificate, over TLS. Disposing it ends all sessions and closes the
/// port.
/// </summary>
/// <remarks>
/// Written values are judged by the attribute's type: its own form is taken, and what loses nothing (an int32 for a Double, and for a Float that holds it
/// exactly, a float for a Double). While Galaxy security is off (no users among the keys), any credentials yield user id 1, and a verified write takes it as
/// operator and as verifier.
/// </remarks>
public sealed class GatewaySimulator : IAsyncDisposable
{
    private readonly GatewaySimulatorOptions _options;
    private readonly DeployedGalaxy _galaxy;
    private readonly SimulatedPlant _plant;
    private readonly SimulatorKeys _keys;
    private readonly LiveCounts _counts = new();
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private GatewayProcess? _process;
    private KestrelHost? _control;
    private volatile bool _disposed;

    private GatewaySimulator(GalaxySnapshot snapshot, SimulatorKeys keys, SimulatorClock clock, GatewaySimulatorOptions options)
    {
        Started = snapshot;
        _keys = keys;
        _options = options;
        _plant = new SimulatedPlant(clock, options.Seed, options.ChangingPerSecond, options.Rules);
        _galaxy = new DeployedGalaxy(snapshot, _plant, clock, options.Rules);
        _logger = options.LoggerFactory.CreateLogger<GatewaySimulator>();
        Calls = new SimulatorCalls(clock);
        Faults = new SimulatorFaults(this, () => Volatile.Read(ref _process), clock, options.Faults, keys, _plant, _galaxy);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5000</c>; https with a certificate.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>The port that it listens at.</summary>
    public int Port => Endpoint.Port;

    /// <summary>The one key, with all scopes, that it made because the options gave none; null otherwise.</summary>
    public string? GeneratedKey { get; private init; }

    /// <summary>Where the control endpoint listens; null where <see cref="GatewaySimulatorOptions.ControlPort"/> is.</summary>
    public Uri? ControlEndpoint => _control?.Endpoint;

    /// <summary>What it was called with, in order.</summary>
    public SimulatorCalls Calls { get; }

    /// <summary>Makes it fail on command.</summary>
    public SimulatorFaults Faults { get; }

    /// <summary>What clients hold now.</summary>
    public SimulatorCounts Counts => _counts.Now;

    /// <summary>The Galaxy that it was started with.</summary>
    internal GalaxySnapshot Started { get; }

    /// <summary>What is deployed in it.</summary>
    internal DeployedGalaxy Galaxy => _galaxy;

    /// <summary>Starts a simulator; it serves when this returns.</summary>
    /// <param name="snapshot">The Galaxy.</param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<GatewaySimulator> StartAsync(
        GalaxySnapshot snapshot, GatewaySimulatorOptions? options = null, CancellationToken cancellationToken = default)
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
        var clock = new SimulatorClock(options.TimeProvider);
        options = options with { TimeProvider = clock, Faults = new FaultSwitches(clock) };
        var simulator = new GatewaySimulator(snapshot, keys, clock, options) { GeneratedKey = generated };
        try
        {
            await simulator.StartGatewayAsync(options.Port, kept: null, cancellationToken).ConfigureAwait(false);
            if (options.ControlPort is { } port)
                await simulator.StartControlAsync(port, cancellationToken).ConfigureAwait(false);
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Kills the gateway's process: its connections are cut without a word, its sessions are lost, nobody listens at its port. The plant goes on, and keeps
    /// its values. Does nothing where it was killed already.
    /// </summary>
    public async Task KillAsync()
    {
        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            await EndAsync(process => process.KillAsync(losesSessions: true)).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Kills the gateway's process, where it runs, and starts a new one at the same port, with the same keys and the same plant.</summary>
    /// <param name="cancellationToken">Stops the start; the gateway then stays killed.</param>
    /// <exception cref="IOException">The port was taken by somebody else in the meantime.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            SessionTable? kept = _options.Rules.Hold(GatewayRule.RestartLosesSessions) ? null : _process?.Sessions;
            await EndAsync(process => process.KillAsync(losesSessions: kept is null)).ConfigureAwait(false);
            _galaxy.Restart();
            await StartGatewayAsync(Port, kept, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>
    /// Deploys another Galaxy while the simulator runs. When this is done, the hierarchy is the new one, page tokens from before are stale, and everybody has
    /// been told: who watches deploys; advised tags that are gone, by one data change of bad quality; advised tags of another type now, by a first value of
    /// that type. All others go on, and written values stay.
    /// </summary>
    /// <remarks>
    /// The deploy time is the snapshot's own. A gateway tells a deploy by its time: where the snapshot's is not later than the one before (the same snapshot
    /// once more, or part of it), it is the time now. An item whose tag is gone is a wrong reference, and resolves again when it is advised again.
    /// </remarks>
    /// <param name="snapshot">The Galaxy.</param>
    /// <param name="cancellationToken">Stops waiting for a redeploy that is under way, and for this one.</param>
    public async Task RedeployAsync(GalaxySnapshot snapshot, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Deploy deploy = await _galaxy.RedeployAsync(snapshot, cancellationToken).ConfigureAwait(false);
        HostingLog.Redeployed(_logger, deploy.Sequence, deploy.Galaxy.Objects.Count, deploy.Galaxy.AttributeCount);
    }

    /// <summary>Stops: sessions are lost, streams and pending calls end with UNAVAILABLE, the port is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        // What faults hold back would hold back the end, too. The control endpoint first, so that nothing is asked for any more.
        Faults.Clear();
        if (Interlocked.Exchange(ref _control, null) is { } control)
            await control.DisposeAsync().ConfigureAwait(false);
        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            Faults.Clear();
            await EndAsync(process => process.StopAsync()).ConfigureAwait(false);
            _plant.Stop();
            HostingLog.Stopped(_logger);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task StartGatewayAsync(int port, SessionTable? kept, CancellationToken cancellationToken)
    {
        _process = await GatewayProcess.StartAsync(
            port, kept, _galaxy, _plant, _keys, Calls, _counts, _options, _logger, cancellationToken).ConfigureAwait(false);
        Endpoint = _process.Endpoint;
        HostingLog.Started(_logger, Endpoint, _galaxy.Now.Galaxy.Objects.Count, _galaxy.Now.Galaxy.AttributeCount);
    }

    private async Task StartControlAsync(int port, CancellationToken cancellationToken)
    {
        var server = new ControlServer(Faults, Calls, () => Counts, _logger);
        _control = await server.StartAsync(port, _options.LoggerFactory, cancellationToken).ConfigureAwait(false);
        FaultLog.Controlled(_logger, _control.Endpoint);
    }

    private async Task EndAsync(Func<GatewayProcess, Task> end)
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
            await end(process).ConfigureAwait(false);
    }
}
