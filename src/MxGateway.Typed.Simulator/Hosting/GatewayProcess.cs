using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Sessions;

namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>What dies with the gateway's process: its sessions, its page tokens, its port. The plant, the deployed Galaxy and the keys outlive it.</summary>
internal sealed class GatewayProcess
{
    private readonly CancellationTokenSource _stopping;
    private readonly KestrelHost _host;

    private GatewayProcess(SessionTable sessions, Connections connections, CancellationTokenSource stopping, KestrelHost host)
    {
        Sessions = sessions;
        Connections = connections;
        _stopping = stopping;
        _host = host;
    }

    public Uri Endpoint => _host.Endpoint;

    public SessionTable Sessions { get; }

    public Connections Connections { get; }

    /// <summary>Starts to serve.</summary>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="kept">The sessions of the process before this one, where a restart does not lose them; null for none.</param>
    /// <param name="galaxy">The Galaxy that is deployed.</param>
    /// <param name="plant">Its values.</param>
    /// <param name="keys">The keys that are taken.</param>
    /// <param name="calls">Where calls are noted.</param>
    /// <param name="counts">Counts what clients hold.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="logger">Where it logs.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<GatewayProcess> StartAsync(
        int port, SessionTable? kept, DeployedGalaxy galaxy, SimulatedPlant plant, SimulatorKeys keys, SimulatorCalls calls, LiveCounts counts,
        GatewaySimulatorOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        SessionTable sessions = kept ?? new SessionTable(plant, galaxy, keys, calls, counts, options, logger);
        var connections = new Connections();
        var stopping = new CancellationTokenSource();
        var server = new GrpcServer(keys, calls, options.Rules, options.Faults, options.TimeProvider, logger, stopping.Token);
        new GatewayService(sessions, calls, counts, options.Rules, options.Faults).AddTo(server);
        new RepositoryService(galaxy, calls, options.Rules).AddTo(server);
        try
        {
            KestrelHost host = await KestrelHost.StartAsync(
                port,
                (kestrel, listen) => Configure(kestrel, listen, connections, options),
                server.HandleAsync,
                options.LoggerFactory,
                cancellationToken).ConfigureAwait(false);
            return new GatewayProcess(sessions, connections, stopping, host);
        }
        catch
        {
            stopping.Dispose();
            throw;
        }
    }

    /// <summary>Ends as a gateway does that is told to stop: sessions are lost, streams and pending calls end with UNAVAILABLE, the port is closed.</summary>
    public async Task StopAsync()
    {
        // The sessions first: their streams end with a status, while there is still a server to send it.
        await Sessions.StopAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Ends as a process does that is killed: the connections are cut, and nobody is told why.</summary>
    /// <param name="losesSessions">Whether the sessions end with it.</param>
    public async Task KillAsync(bool losesSessions)
    {
        Connections.CutForGood();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _host.KillAsync().ConfigureAwait(false);
        if (losesSessions)
            await Sessions.StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, ListenOptions listen, Connections connections, GatewaySimulatorOptions options)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(next => connection => connections.ServeAsync(connection, next));
        if (options.Certificate is { } certificate)
        {
            var tls = new HttpsConnectionAdapterOptions { ServerCertificate = certificate, ServerCertificateChain = options.CertificateChain };
            KestrelHost.UseTls(kestrel, listen, tls, options.LoggerFactory);
        }

        // Requests are bounded by the gRPC layer, which can say so. A slow reader of events is cut off by the event queue, not by a byte rate.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
    }
}
