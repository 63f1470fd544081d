using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>The service GalaxyRepository over the Galaxy that is deployed now. A call sees one deploy, whatever happens meanwhile.</summary>
internal sealed class RepositoryService(DeployedGalaxy deployed, SimulatorCalls calls, GatewayRules rules)
{
    private const int MaxPageSize = 5_000;

    // A page of many attributes ends early, so that no answer comes near the limit of a message.
    private const int MaxPageBytes = 12 * 1024 * 1024;

    private readonly Deploy? _stale = rules.Hold(GatewayRule.HierarchyPerDeploy) ? null : deployed.Now;

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
        if (!rules.Hold(GatewayRule.TestConnectionAnswers))
            DemandRepository();
        return Task.FromResult(new TestConnectionReply { Ok = deployed.RepositoryIsUp });
    }

    public Task<GetLastDeployTimeReply> GetLastDeployTime(GrpcCall call, GetLastDeployTimeRequest request)
    {
        Note(nameof(GetLastDeployTime));
        DemandRepository();
        Deploy deploy = deployed.Now;
        Timestamp? time = rules.Hold(GatewayRule.DeployTime) ? deploy.Time : Timestamp.FromDateTimeOffset(deploy.ObservedAt);
        return Task.FromResult(new GetLastDeployTimeReply { Present = time is not null, TimeOfLastDeploy = time });
    }

    public Task<DiscoverHierarchyReply> DiscoverHierarchy(GrpcCall call, DiscoverHierarchyRequest request)
    {
        DiscoverHierarchyRequest asked = request.Clone();
        asked.PageSize = 0;
        asked.PageToken = "";
        string question = Question(nameof(DiscoverHierarchy), asked);
        Deploy deploy = Cached;
        int offset = deploy.Tokens.Read(request.PageToken, question);
        IReadOnlyList<RepositoryObject> objects = deploy.Found.Get(question, () => Find(deploy.Galaxy, request));
        List<GalaxyObject> page = Page(objects, offset, request.PageSize, WithAttributes(request.HasIncludeAttributes, request.IncludeAttributes));
        Note(nameof(DiscoverHierarchy));
        return Task.FromResult(new DiscoverHierarchyReply
        {
            Objects = { page },
            TotalObjectCount = rules.Hold(GatewayRule.FiltersCombine) ? objects.Count : deploy.Galaxy.Objects.Count,
            NextPageToken = offset + page.Count < objects.Count ? deploy.Tokens.Make(question, offset + page.Count) : "",
        });
    }

    public Task<BrowseChildrenReply> BrowseChildren(GrpcCall call, BrowseChildrenRequest request)
    {
        BrowseChildrenRequest asked = request.Clone();
        asked.PageSize = 0;
        asked.PageToken = "";
        string question = Question(nameof(BrowseChildren), asked);
        Deploy deploy = Cached;
        int offset = deploy.Tokens.Read(request.PageToken, question);
        var filter = new HierarchyFilter(
            request.CategoryIds, request.TemplateChainContains, request.TagNameGlob, request.AlarmBearingOnly, request.HistorizedOnly, rules);
        IReadOnlyList<RepositoryObject> children = deploy.Found.Get(question, () => InOrder(ChildrenOf(deploy.Galaxy, request).Where(filter.Matches)));
        List<GalaxyObject> page = Page(children, offset, request.PageSize, WithAttributes(request.HasIncludeAttributes, request.IncludeAttributes));
        Note(nameof(BrowseChildren));
        return Task.FromResult(new BrowseChildrenReply
        {
            Children = { page },
            ChildHasChildren = { children.Skip(offset).Take(page.Count).Select(HasChildren) },
            NextPageToken = offset + page.Count < children.Count ? deploy.Tokens.Make(question, offset + page.Count) : "",
        });

        bool HasChildren(RepositoryObject child) => deploy.Galaxy.Children(child).Any(o => filter.Matches(o) || !rules.Hold(GatewayRule.ChildHasChildren));
    }

    public async Task WatchDeployEvents(GrpcCall call, WatchDeployEventsRequest request)
    {
        using DeployWatch watch = deployed.Watch();
        Note(nameof(WatchDeployEvents));
        await call.StartAsync().ConfigureAwait(false);
        bool isSeen = request.LastSeenDeployTime is not null && request.LastSeenDeployTime.Equals(watch.Opening.TimeOfLastDeploy);
        if (isSeen != rules.Hold(GatewayRule.WatchOpens))
            await SendAsync(call, watch.Opening).ConfigureAwait(false);
        await foreach (DeployEvent later in watch.ReadAllAsync(call.Cancellation).ConfigureAwait(false))
            await SendAsync(call, later).ConfigureAwait(false);
    }

    private int DefaultPageSize => rules.Hold(GatewayRule.DefaultPage) ? 500 : 400;

    private int LargestPageSize => rules.Hold(GatewayRule.PageCap) ? MaxPageSize : int.MaxValue;

    /// <summary>What the gateway keeps of the hierarchy.</summary>
    private Deploy Cached => _stale ?? deployed.Now;

    private void Note(string method) => calls.Add(method, null, "", []);

    private void DemandRepository()
    {
        if (!deployed.RepositoryIsUp)
            throw new GrpcFault(GrpcStatusCode.Unavailable, "the gateway does not reach the Galaxy repository's database");
    }

    private static async Task SendAsync(GrpcCall call, DeployEvent deploy)
    {
        call.Write(deploy);
        await call.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>What tells a request from all others but its next pages. A hash, so that a long request costs no more to keep than a short one.</summary>
    private static string Question(string method, IMessage request) => $"{method} {Convert.ToHexString(SHA256.HashData(request.ToByteArray()))}";

    private bool WithAttributes(bool isSaid, bool include) => include || !isSaid || !rules.Hold(GatewayRule.IncludeAttributes);

    private IReadOnlyList<RepositoryObject> Find(GalaxyModel galaxy, DiscoverHierarchyRequest request)
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
        var filter = new HierarchyFilter(
            request.CategoryIds, request.TemplateChainContains, request.TagNameGlob, request.AlarmBearingOnly, request.HistorizedOnly, rules);
        if (root is null && request.MaxDepth is null)
            return filter.IsEmpty ? galaxy.Objects : [.. galaxy.Objects.Where(filter.Matches)];

        IEnumerable<RepositoryObject> tops = root is null ? galaxy.Roots : rules.Hold(GatewayRule.RootFilter) ? [root] : galaxy.Children(root);
        int depth = request.MaxDepth is { } wish && (wish > 0 || rules.Hold(GatewayRule.MaxDepth)) ? wish : int.MaxValue;
        return [.. galaxy.Below(tops, depth).Where(filter.Matches)];
    }

    private IEnumerable<RepositoryObject> ChildrenOf(GalaxyModel galaxy, BrowseChildrenRequest request) => request.ParentCase switch
    {
        BrowseChildrenRequest.ParentOneofCase.ParentGobjectId => galaxy.Children(Found(galaxy.ById(request.ParentGobjectId), request.ParentGobjectId)),
        BrowseChildrenRequest.ParentOneofCase.ParentTagName => galaxy.Children(Found(galaxy.ByTagName(request.ParentTagName), request.ParentTagName)),
        BrowseChildrenRequest.ParentOneofCase.ParentContainedPath =>
            galaxy.Children(Found(galaxy.ByPath(request.ParentContainedPath), request.ParentContainedPath)),
        _ => galaxy.Roots,
    };

    private IReadOnlyList<RepositoryObject> InOrder(IEnumerable<RepositoryObject> children) =>
        [.. children.OrderByDescending(o => o.IsArea && rules.Hold(GatewayRule.ChildrenInOrder))
            .ThenBy(o => o.BrowseName, StringComparer.OrdinalIgnoreCase).ThenBy(o => o.TagName, StringComparer.Ordinal)];

    private RepositoryObject Found(RepositoryObject? o, object name) => o
        ?? throw new GrpcFault(
            rules.Hold(GatewayRule.MissingRoot) ? GrpcStatusCode.NotFound : GrpcStatusCode.InvalidArgument,
            $"the Galaxy has no deployed object \"{CallerText.Quote($"{name}")}\"");

    private List<GalaxyObject> Page(IReadOnlyList<RepositoryObject> objects, int offset, int size, bool withAttributes)
    {
        if (size < 0 && rules.Hold(GatewayRule.NegativePage))
            throw GrpcFault.Invalid($"page_size is {size}; 0 is the default of {DefaultPageSize}, and {MaxPageSize} is the most");

        int end = Math.Min(objects.Count, offset + (size <= 0 ? DefaultPageSize : Math.Min(size, LargestPageSize)));
        var page = new List<GalaxyObject>();
        int bytes = 0;
        for (int i = offset; i < end; i++)
        {
            GalaxyObject message = GalaxyModel.ToMessage(objects[i], withAttributes, rules);
            bytes += message.CalculateSize();
            if (bytes > MaxPageBytes && page.Count > 0)
                break;
            page.Add(message);
        }

        return page;
    }
}
