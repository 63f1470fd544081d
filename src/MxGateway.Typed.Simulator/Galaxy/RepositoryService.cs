using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>The service GalaxyRepository over one deployed Galaxy.</summary>
internal sealed class RepositoryService(GalaxyModel galaxy, SimulatorCalls calls, TimeProvider time, GatewayRules rules)
{
    private const int MaxPageSize = 5_000;

    // A page of many attributes ends early, so that no answer comes near the limit of a message.
    private const int MaxPageBytes = 12 * 1024 * 1024;

    // Loading the Galaxy is the first deploy, and so far the only one.
    private const ulong Deploy = 1;

    private readonly PageTokens _tokens = new();
    private readonly DateTimeOffset _observedAt = time.GetUtcNow();

    public void AddTo(GrpcServer server)
    {
        server.Unary(GatewayMethods.TestConnection, TestConnectionRequest.Parser, GatewayScopes.MetadataRead, TestConnection);
        server.Unary(GatewayMethods.GetLastDeployTime, GetLastDeployTimeRequest.Parser, GatewayScopes.MetadataRead, GetLastDeployTime);
        server.Unary(GatewayMethods.DiscoverHierarchy, DiscoverHierarchyRequest.Parser, GatewayScopes.MetadataRead, DiscoverHierarchy);
        server.Unary(GatewayMethods.BrowseChildren, BrowseChildrenRequest.Parser, GatewayScopes.MetadataRead, BrowseChildren);
        server.Streaming(GatewayMethods.WatchDeployEvents, WatchDeployEventsRequest.Parser, GatewayScopes.MetadataRead, WatchDeployEvents);
    }

    public Task<TestConnectionReply> TestConnection(GrpcCall call, TestConnectionRequest request)
    {
        Note(nameof(TestConnection));
        return Task.FromResult(new TestConnectionReply { Ok = true });
    }

    public Task<GetLastDeployTimeReply> GetLastDeployTime(GrpcCall call, GetLastDeployTimeRequest request)
    {
        Note(nameof(GetLastDeployTime));
        return Task.FromResult(new GetLastDeployTimeReply { Present = galaxy.DeployTime is not null, TimeOfLastDeploy = DeployTime });
    }

    public Task<DiscoverHierarchyReply> DiscoverHierarchy(GrpcCall call, DiscoverHierarchyRequest request)
    {
        DiscoverHierarchyRequest key = request.Clone();
        key.PageSize = 0;
        key.PageToken = "";
        int offset = _tokens.Read(request.PageToken, nameof(DiscoverHierarchy), key, Deploy);
        IReadOnlyList<RepositoryObject> objects = Find(request);
        List<GalaxyObject> page = Page(objects, offset, request.PageSize, !request.HasIncludeAttributes || request.IncludeAttributes);
        Note(nameof(DiscoverHierarchy));
        return Task.FromResult(new DiscoverHierarchyReply
        {
            Objects = { page },
            TotalObjectCount = objects.Count,
            NextPageToken = offset + page.Count < objects.Count ? _tokens.Make(nameof(DiscoverHierarchy), key, Deploy, offset + page.Count) : "",
        });
    }

    public Task<BrowseChildrenReply> BrowseChildren(GrpcCall call, BrowseChildrenRequest request)
    {
        BrowseChildrenRequest key = request.Clone();
        key.PageSize = 0;
        key.PageToken = "";
        int offset = _tokens.Read(request.PageToken, nameof(BrowseChildren), key, Deploy);
        IEnumerable<RepositoryObject> all = request.ParentCase switch
        {
            BrowseChildrenRequest.ParentOneofCase.ParentGobjectId => galaxy.Children(Found(galaxy.ById(request.ParentGobjectId), request.ParentGobjectId)),
            BrowseChildrenRequest.ParentOneofCase.ParentTagName => galaxy.Children(Found(galaxy.ByTagName(request.ParentTagName), request.ParentTagName)),
            BrowseChildrenRequest.ParentOneofCase.ParentContainedPath => galaxy.Children(Found(galaxy.ByPath(request.ParentContainedPath), request.ParentContainedPath)),
            _ => galaxy.Roots,
        };

        var filter = new HierarchyFilter(request.CategoryIds, request.TemplateChainContains, request.TagNameGlob, request.AlarmBearingOnly, request.HistorizedOnly);
        List<RepositoryObject> children = [.. all.Where(filter.Matches).OrderByDescending(o => o.IsArea)
            .ThenBy(o => o.BrowseName, StringComparer.OrdinalIgnoreCase).ThenBy(o => o.TagName, StringComparer.Ordinal)];
        List<GalaxyObject> page = Page(children, offset, request.PageSize, !request.HasIncludeAttributes || request.IncludeAttributes);
        Note(nameof(BrowseChildren));
        return Task.FromResult(new BrowseChildrenReply
        {
            Children = { page },
            ChildHasChildren = { children.Skip(offset).Take(page.Count).Select(child => galaxy.Children(child).Any(filter.Matches)) },
            NextPageToken = offset + page.Count < children.Count ? _tokens.Make(nameof(BrowseChildren), key, Deploy, offset + page.Count) : "",
        });
    }

    public async Task WatchDeployEvents(GrpcCall call, WatchDeployEventsRequest request)
    {
        Note(nameof(WatchDeployEvents));
        await call.StartAsync().ConfigureAwait(false);
        if (request.LastSeenDeployTime is null || !request.LastSeenDeployTime.Equals(DeployTime))
        {
            call.Write(new DeployEvent
            {
                Sequence = Deploy,
                ObservedAt = Timestamp.FromDateTimeOffset(_observedAt),
                TimeOfLastDeployPresent = galaxy.DeployTime is not null,
                TimeOfLastDeploy = DeployTime,
                ObjectCount = galaxy.Objects.Count,
                AttributeCount = galaxy.AttributeCount,
            });
            await call.FlushAsync().ConfigureAwait(false);
        }

        // Nothing is deployed while the simulator runs: the stream stays open until somebody ends it.
        await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation).ConfigureAwait(false);
    }

    private int DefaultPageSize => rules.Hold(GatewayRule.DefaultPage) ? 500 : 400;

    private Timestamp? DeployTime => galaxy.DeployTime is { } deployed ? Timestamp.FromDateTimeOffset(deployed) : null;

    private void Note(string method) => calls.Add(method, null, "", []);

    private IReadOnlyList<RepositoryObject> Find(DiscoverHierarchyRequest request)
    {
        if (request.MaxDepth is < 0)
            throw GrpcFault.Invalid($"max_depth is {request.MaxDepth}; 0 is the root only, and no value is no limit");

        RepositoryObject? root = request.RootCase switch
        {
            DiscoverHierarchyRequest.RootOneofCase.RootGobjectId => Found(galaxy.ById(request.RootGobjectId), request.RootGobjectId),
            DiscoverHierarchyRequest.RootOneofCase.RootTagName => Found(galaxy.ByTagName(request.RootTagName), request.RootTagName),
            DiscoverHierarchyRequest.RootOneofCase.RootContainedPath => Found(galaxy.ByPath(request.RootContainedPath), request.RootContainedPath),
            _ => null,
        };
        var filter = new HierarchyFilter(request.CategoryIds, request.TemplateChainContains, request.TagNameGlob, request.AlarmBearingOnly, request.HistorizedOnly);
        if (root is null && request.MaxDepth is null)
            return filter.IsEmpty ? galaxy.Objects : [.. galaxy.Objects.Where(filter.Matches)];

        IEnumerable<RepositoryObject> tops = root is null ? galaxy.Roots : [root];
        return [.. galaxy.Below(tops, request.MaxDepth ?? int.MaxValue).Where(filter.Matches)];
    }

    private static RepositoryObject Found(RepositoryObject? o, object name) => o ?? throw GrpcFault.NotFound($"the Galaxy has no deployed object \"{CallerText.Quote($"{name}")}\"");

    private List<GalaxyObject> Page(IReadOnlyList<RepositoryObject> objects, int offset, int size, bool withAttributes)
    {
        if (size < 0)
            throw GrpcFault.Invalid($"page_size is {size}; 0 is the default of {DefaultPageSize}, and {MaxPageSize} is the most");

        int end = Math.Min(objects.Count, offset + (size == 0 ? DefaultPageSize : Math.Min(size, MaxPageSize)));
        var page = new List<GalaxyObject>();
        int bytes = 0;
        for (int i = offset; i < end; i++)
        {
            GalaxyObject message = GalaxyModel.ToMessage(objects[i], withAttributes);
            bytes += message.CalculateSize();
            if (bytes > MaxPageBytes && page.Count > 0)
                break;
            page.Add(message);
        }

        return page;
    }
}
