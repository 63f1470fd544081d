using Microsoft.AspNetCore.Server.Kestrel.Core;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>A Galaxy repository over real gRPC whose answers a test chooses: in any order, of two deploys, too few, or none at all.</summary>
internal sealed class HierarchyServer : IAsyncDisposable
{
    /// <summary>The one key that it takes.</summary>
    public const string Key = "mxgw_exporter_planted5ecret";

    private readonly CancellationTokenSource _stopping = new();
    private KestrelHost? _host;

    private HierarchyServer() => Answer = (request, _) => Task.FromResult(Page(request));

    /// <summary>What it serves, in this order.</summary>
    public IReadOnlyList<GalaxyObject> Objects { get; set; } = [];

    /// <summary>When the Galaxy was last deployed, asked anew at each call.</summary>
    public Func<DateTimeOffset?> DeployTime { get; set; } = () => new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);

    /// <summary>How it answers for a page.</summary>
    public Func<DiscoverHierarchyRequest, CancellationToken, Task<DiscoverHierarchyReply>> Answer { get; set; }

    /// <summary>Where it is, as <c>host:port</c>.</summary>
    public string Endpoint => _host!.Endpoint.Authority;

    /// <summary>The options that lead to it.</summary>
    public string[] Connection => ["--endpoint", Endpoint, "--plaintext", "--api-key", Key];

    public static async Task<HierarchyServer> StartAsync(params IEnumerable<GalaxyObject> objects)
    {
        var it = new HierarchyServer { Objects = [.. objects] };
        SimulatorKeys keys = SimulatorKeys.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"keys": [{"key": "{{Key}}", "scopes": ["{{GatewayScopes.MetadataRead}}"]}]}"""));
        var server = new GrpcServer(keys, new SimulatorCalls(TimeProvider.System), GatewayRules.All, new FaultSwitches(TimeProvider.System), TimeProvider.System, NullLogger.Instance, it._stopping.Token);
        server.Unary(GatewayMethods.GetLastDeployTime, GetLastDeployTimeRequest.Parser, GatewayScopes.MetadataRead, (_, _) => Task.FromResult(it.LastDeploy()));
        server.Unary(GatewayMethods.DiscoverHierarchy, DiscoverHierarchyRequest.Parser, GatewayScopes.MetadataRead, (call, request) => it.Answer(request, call.Cancellation));
        it._host = await KestrelHost.StartAsync(0, (_, listen) => listen.Protocols = HttpProtocols.Http2, server.HandleAsync, NullLoggerFactory.Instance, CancellationToken.None);
        return it;
    }

    /// <summary>The page that a well-behaved repository answers with.</summary>
    public DiscoverHierarchyReply Page(DiscoverHierarchyRequest request)
    {
        int offset = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken);
        int end = Math.Min(Objects.Count, offset + (request.PageSize == 0 ? 500 : request.PageSize));
        return new DiscoverHierarchyReply
        {
            Objects = { Objects.Skip(offset).Take(end - offset) },
            TotalObjectCount = Objects.Count,
            NextPageToken = end < Objects.Count ? $"{end}" : "",
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _host!.DisposeAsync();
        _stopping.Dispose();
    }

    private GetLastDeployTimeReply LastDeploy() =>
        DeployTime() is { } time ? new GetLastDeployTimeReply { Present = true, TimeOfLastDeploy = Timestamp.FromDateTimeOffset(time) } : new GetLastDeployTimeReply();
}
