using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>
/// Kestrel by itself, without a generic host around it: a host would take Ctrl+C, the environment and the configuration files
/// away from the application that the simulator runs in.
/// </summary>
internal sealed class KestrelHost : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private KestrelHost(KestrelServer server, Uri endpoint)
    {
        _server = server;
        Endpoint = endpoint;
    }

    public Uri Endpoint { get; }

    /// <summary>Listens on the loopback address; port 0 is any free one.</summary>
    /// <param name="port">The port.</param>
    /// <param name="configure">What is spoken there.</param>
    /// <param name="handler">Answers a request.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<KestrelHost> StartAsync(
        int port, Action<KestrelServerOptions, ListenOptions> configure, RequestDelegate handler, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, port, listen => configure(options, listen));
        var server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
        try
        {
            await server.StartAsync(new Application(handler), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            server.Dispose();
            throw new IOException($"port {port} is taken by another program; choose another one, or 0 for any free one", exception);
        }
        catch
        {
            server.Dispose();
            throw;
        }

        string address = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new KestrelHost(server, new Uri(address));
    }

    /// <summary>Lets an endpoint speak TLS.</summary>
    public static void UseTls(KestrelServerOptions kestrel, ListenOptions listen, HttpsConnectionAdapterOptions tls, ILoggerFactory loggers)
    {
        kestrel.ApplicationServices = TlsServices(loggers);
        listen.UseHttps(tls);
    }

    /// <summary>Ends at once: nobody is waited for.</summary>
    public async Task KillAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _server.Dispose();
    }

    /// <summary>Lets calls that are about to end do so, then cuts the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _server.StopAsync(patience.Token).ConfigureAwait(false);
        _server.Dispose();
    }

    /// <summary>
    /// Kestrel's TLS finds its logger and its meters in a container. This one has nothing else in it, reads no configuration and starts nothing.
    /// </summary>
    private static IServiceProvider TlsServices(ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore();
        return builder.Build().Services;
    }

    private sealed class Application(RequestDelegate handler) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handler(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
