using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MxGateway.Typed.TestSupport;

/// <summary>An HTTP/2 server on a free port whose answers a test writes byte by byte, right or wrong.</summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private RawServer(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Endpoint => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Starts a server; its answers are <c>application/grpc</c> unless the test says otherwise.</summary>
    /// <param name="answer">What it answers.</param>
    /// <param name="protocols">What it speaks.</param>
    /// <param name="configure">Changes of the endpoint (TLS) and of the server's limits.</param>
    public static async Task<RawServer> StartAsync(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http2, Action<ListenOptions>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            configure?.Invoke(listen);
        }));
        WebApplication application = builder.Build();
        application.Run(async context =>
        {
            if (protocols == HttpProtocols.Http2)
                context.Response.ContentType = "application/grpc";
            await answer(context);
        });
        await application.StartAsync();
        return new RawServer(application);
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
