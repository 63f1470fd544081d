using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>A GalaxyRepository whose every answer a test decides: for what a sound one does seldom, or never.</summary>
internal sealed class ScriptedRepository : IAsyncDisposable
{
    private readonly Channel<DeployEvent> _deploys = Channel.CreateUnbounded<DeployEvent>();
    private RawServer _server = null!;

    public Func<DiscoverHierarchyRequest, DiscoverHierarchyReply> Discover { get; set; } = _ => new();

    public Func<BrowseChildrenRequest, BrowseChildrenReply> Browse { get; set; } = _ => new();

    public ConcurrentQueue<WatchDeployEventsRequest> Watches { get; } = new();

    public GalaxyRepositoryClient Client { get; private set; } = null!;

    public static async Task<ScriptedRepository> StartAsync()
    {
        var repository = new ScriptedRepository();
        repository._server = await RawServer.StartAsync(repository.ServeAsync);
        repository.Client = new GalaxyRepositoryClient(new MxGatewayOptions { Endpoint = repository._server.Endpoint, ApiKey = MxApiKey.From("mxgw_a_planted5ecret") });
        return repository;
    }

    public void Deploy(DeployEvent e) => _deploys.Writer.TryWrite(e);

    public void EndWatch() => _deploys.Writer.TryComplete();

    public async ValueTask DisposeAsync()
    {
        EndWatch();
        await Client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        byte[] message = body.ToArray()[GrpcFraming.HeaderSize..];
        switch (context.Request.Path.Value!.Split('/')[^1])
        {
            case "DiscoverHierarchy":
                GrpcFraming.Write(context.Response.BodyWriter, Discover(DiscoverHierarchyRequest.Parser.ParseFrom(message)));
                break;
            case "BrowseChildren":
                GrpcFraming.Write(context.Response.BodyWriter, Browse(BrowseChildrenRequest.Parser.ParseFrom(message)));
                break;
            case "WatchDeployEvents":
                Watches.Enqueue(WatchDeployEventsRequest.Parser.ParseFrom(message));
                await foreach (DeployEvent e in _deploys.Reader.ReadAllAsync(context.RequestAborted))
                {
                    GrpcFraming.Write(context.Response.BodyWriter, e);
                    await context.Response.BodyWriter.FlushAsync();
                }

                break;
        }

        await context.Response.BodyWriter.FlushAsync();
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
