using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.EndToEnd.Tests;

public abstract partial class GatewayTests
{
    private static readonly string[] s_terms = ["vALVE", "$pump"];

    [PeerFact]
    public async Task The_hierarchy_is_the_same_in_pages_of_every_size()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        var whole = Hierarchy.Of(s_objects).Objects.Select(Sorted).ToHashSet();
        foreach (int pageSize in new[] { 1, 7, 500 })
        {
            List<GalaxyObject> objects = await DiscoverAsync(repository, new() { PageSize = pageSize });
            Assert.Equal(whole.Count, objects.Count);
            Assert.Equal(whole, objects.Select(Sorted).ToHashSet());
        }
    }

    [PeerFact]
    public async Task Filters_give_the_objects_that_they_say()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        RepositoryObject mixing = s_objects.Single(o => o.TagName == "Mixing");
        ILookup<int, RepositoryObject> children = s_objects.ToLookup(o => o.ParentGobjectId);
        IEnumerable<RepositoryObject> Below(RepositoryObject o) => children[o.GobjectId].SelectMany(Below).Prepend(o);
        RepositoryObject agitator = s_objects.Single(o => o.TagName == "Agitator_001");

        await AssertFoundAsync(repository, new() { TagNameGlob = "pump_00?" }, s_objects.Where(o => o.TagName is "Pump_001" or "Pump_002" or "Pump_003"));
        await AssertFoundAsync(repository, new() { TagNameGlob = "PUMP*" }, s_objects.Where(o => o.TagName.StartsWith("Pump", StringComparison.Ordinal)));
        await AssertFoundAsync(repository, new() { CategoryIds = { 13, 3 } }, s_objects.Where(o => o.CategoryId is 13 or 3));
        await AssertFoundAsync(
            repository, new() { TemplateChainContains = { s_terms } },
            s_objects.Where(o => o.TemplateChain.Any(t => s_terms.Any(term => t.Contains(term, StringComparison.OrdinalIgnoreCase)))));
        await AssertFoundAsync(repository, new() { AlarmBearingOnly = true }, s_objects.Where(o => o.Attributes.Any(a => a.IsAlarm)));
        await AssertFoundAsync(
            repository,
            new() { HistorizedOnly = true, CategoryIds = { 10 } },
            s_objects.Where(o => o.CategoryId == 10 && o.Attributes.Any(a => a.IsHistorized)));
        await AssertFoundAsync(repository, new() { RootTagName = "mixing" }, Below(mixing));
        await AssertFoundAsync(repository, new() { RootGobjectId = mixing.GobjectId, MaxDepth = 0 }, [mixing]);
        await AssertFoundAsync(repository, new() { RootGobjectId = mixing.GobjectId, MaxDepth = 1 }, children[mixing.GobjectId].Prepend(mixing));
        await AssertFoundAsync(repository, new() { RootContainedPath = "Mixing/Tank_001/Agitator" }, Below(agitator));
        await AssertFoundAsync(repository, new() { MaxDepth = 0 }, children[0]);
    }

    [PeerFact]
    public async Task Objects_come_without_their_attributes_on_demand()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        List<GalaxyObject> objects = await DiscoverAsync(repository, new() { PageSize = 7, IncludeAttributes = false });
        Assert.Equal(s_objects.Length, objects.Count);
        Assert.All(objects, o => Assert.Empty(o.Attributes));
    }

    [PeerFact]
    public async Task A_root_that_the_Galaxy_does_not_have_is_told_as_that()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        DiscoverHierarchyRequest[] requests =
            [new() { RootTagName = "Nowhere_001" }, new() { RootGobjectId = 999_999 }, new() { RootContainedPath = "Mixing/Nowhere" }];
        foreach (DiscoverHierarchyRequest request in requests)
        {
            MxProtocolException failure = await Assert.ThrowsAsync<MxProtocolException>(() => DiscoverAsync(repository, request));
            Assert.Contains("has no such object", failure.Message);
        }
    }

    [PeerFact]
    public async Task The_repository_says_that_it_is_connected_and_when_the_Galaxy_was_deployed()
    {
        var deployed = new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.Zero);
        await using TestGateway gateway = await StartAsync(new() { DeployTime = deployed });
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        Assert.True(await repository.TestConnectionAsync());
        Assert.Equal(deployed, await repository.GetLastDeployTimeAsync());
    }

    [PeerFact]
    public async Task The_repository_needs_its_key_and_its_scope()
    {
        await using TestGateway gateway = await StartAsync(new() { Scopes = [.. TestGatewayOptions.AllScopes.Where(scope => scope != "metadata:read")] });
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        Assert.Contains("metadata:read", (await Assert.ThrowsAsync<MxAuthorizationException>(() => repository.TestConnectionAsync())).Message);
        await using var stranger = new GalaxyRepositoryClient(gateway.Options with { ApiKey = MxApiKey.From("mxgw_wrong_planted5ecret") });
        MxAuthorizationException refused = await Assert.ThrowsAsync<MxAuthorizationException>(() => DiscoverAsync(stranger, new()));
        Assert.Contains("does not accept the API key", refused.Message);
        Assert.DoesNotContain("planted", refused.ToString());
    }

    [PeerFact]
    public async Task Objects_come_in_our_own_types_all_at_once_and_one_by_one()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        var whole = s_objects.ToDictionary(o => o.TagName, Text);
        Assert.Equal(whole, (await repository.DiscoverHierarchyAsync(new() { PageSize = 7 })).ToDictionary(o => o.TagName, Text));

        var one = new Dictionary<string, string>();
        await foreach (MxGalaxyObject o in repository.EnumerateHierarchyAsync())
            one.Add(o.TagName, Text(o));
        Assert.Equal(whole, one);

        IReadOnlyList<MxGalaxyObject> valves = await repository.DiscoverHierarchyAsync(new() { TemplateChainContains = ["vALVE"], IncludeAttributes = false });
        Assert.Equal(
            s_objects.Where(o => o.TemplateChain.Any(template => template.Contains("valve", StringComparison.OrdinalIgnoreCase))).Select(o => o.TagName).Order(StringComparer.Ordinal),
            valves.Select(o => o.TagName).Order(StringComparer.Ordinal));
        Assert.All(valves, o => Assert.Empty(o.Attributes));
    }

    [PeerFact]
    public async Task Browsing_walks_the_whole_tree_areas_first()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        var seen = new List<string>();
        var parents = new Queue<int?>([null]);
        while (parents.TryDequeue(out int? parent))
        {
            IReadOnlyList<MxGalaxyChild> children = await repository.BrowseChildrenAsync(new() { RootGobjectId = parent, PageSize = 4, IncludeAttributes = false });
            Assert.Equal(children.OrderByDescending(child => child.Object.IsArea).ThenBy(child => child.Object.BrowseName, StringComparer.OrdinalIgnoreCase), children);
            foreach (MxGalaxyChild child in children)
            {
                Assert.Equal(parent, child.Object.ParentGobjectId);
                Assert.Equal(s_objects.Any(o => o.ParentGobjectId == child.Object.GobjectId), child.HasChildren);
                seen.Add(child.Object.TagName);
                if (child.HasChildren)
                    parents.Enqueue(child.Object.GobjectId);
            }
        }

        Assert.Equal(s_objects.Select(o => o.TagName).Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.Equal(["Agitator_001"], (await repository.BrowseChildrenAsync(new() { RootContainedPath = "Mixing/Tank_001", TagNameGlob = "agit*" })).Select(child => child.Object.TagName));
        await Assert.ThrowsAsync<MxProtocolException>(() => repository.BrowseChildrenAsync(new() { RootTagName = "Nowhere_001" }));
    }

    [PeerFact]
    public async Task A_watch_tells_the_state_and_each_deploy_and_nothing_that_is_known()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        await using IAsyncEnumerator<MxDeployEvent> deploys = repository.WatchDeployEventsAsync().GetAsyncEnumerator();
        Assert.True(await deploys.MoveNextAsync());
        MxDeployEvent now = deploys.Current;
        Assert.Equal((s_objects.Length, s_objects.Sum(o => o.Attributes.Count)), (now.ObjectCount, now.AttributeCount));

        await gateway.DeployAsync(With("Pump_002", _ => null), s_redeployed);
        Assert.True(await deploys.MoveNextAsync());
        Assert.Equal((now.Sequence + 1, s_redeployed, s_objects.Length - 1, 0UL), (deploys.Current.Sequence, deploys.Current.DeployTime, deploys.Current.ObjectCount, deploys.Current.Missed));

        // Who knows that deploy is told of the next one; who knows an older one is told at once.
        await using IAsyncEnumerator<MxDeployEvent> later = repository.WatchDeployEventsAsync(now.DeployTime).GetAsyncEnumerator();
        Assert.True(await later.MoveNextAsync());
        Assert.Equal(s_redeployed, later.Current.DeployTime);
        await using IAsyncEnumerator<MxDeployEvent> known = repository.WatchDeployEventsAsync(s_redeployed).GetAsyncEnumerator();
        ValueTask<bool> next = known.MoveNextAsync();
        Assert.Equal(s_redeployed, await repository.GetLastDeployTimeAsync());
        await gateway.DeployAsync(s_objects, s_redeployed.AddDays(1));
        Assert.True(await next);
        Assert.Equal(s_redeployed.AddDays(1), known.Current.DeployTime);

        ValueTask<bool> last = later.MoveNextAsync();
        Assert.True(await last);
        await gateway.KillAsync();
        await Assert.ThrowsAsync<MxConnectionException>(async () => await later.MoveNextAsync());
    }

    private static async Task AssertFoundAsync(GalaxyRepositoryClient repository, DiscoverHierarchyRequest request, IEnumerable<RepositoryObject> expected)
    {
        string[] tagNames = [.. expected.Select(o => o.TagName).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(tagNames);
        request.PageSize = 5;
        List<GalaxyObject> found = await DiscoverAsync(repository, request);
        Assert.Equal(tagNames, found.Select(o => o.TagName).Order(StringComparer.Ordinal));
    }

    internal static async Task<List<GalaxyObject>> DiscoverAsync(GalaxyRepositoryClient repository, DiscoverHierarchyRequest request)
    {
        var objects = new List<GalaxyObject>();
        await foreach (DiscoverHierarchyReply page in repository.DiscoverHierarchyRawAsync(request))
        {
            objects.AddRange(page.Objects);
            Assert.True(page.TotalObjectCount >= objects.Count);
        }

        return objects;
    }

    // The order of an object's attributes says nothing.
    private static GalaxyObject Sorted(GalaxyObject o)
    {
        GalaxyObject sorted = o.Clone();
        sorted.Attributes.Clear();
        sorted.Attributes.AddRange(o.Attributes.OrderBy(a => a.AttributeName, StringComparer.Ordinal));
        return sorted;
    }

    // All that is said of an object, in one line, once from each type.
    private static string Text(MxGalaxyObject o) => string.Join(
        ' ',
        [
            $"{o.GobjectId} {o.TagName} {o.ContainedName} {o.BrowseName} {o.ParentGobjectId ?? 0} {o.IsArea} {o.CategoryId} {o.HostedByGobjectId ?? 0}", .. o.TemplateChain,
            .. o.Attributes.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a =>
                $"{a.Name} {a.Reference} {(int)a.DataType} {a.DataTypeName} {a.IsArray} {a.ArrayDimension} {a.Category} {(int)a.SecurityClassification} {a.IsHistorized} {a.IsAlarm}"),
        ]);

    private static string Text(RepositoryObject o) => string.Join(
        ' ',
        [
            $"{o.GobjectId} {o.TagName} {o.ContainedName} {o.BrowseName} {o.ParentGobjectId} {o.IsArea} {o.CategoryId} {o.HostedByGobjectId}", .. o.TemplateChain,
            .. o.Attributes.OrderBy(a => a.AttributeName, StringComparer.Ordinal).Select(a =>
                $"{a.AttributeName} {a.FullTagReference} {a.MxDataType} {a.DataTypeName} {a.IsArray} {(a.ArrayDimensionPresent ? a.ArrayDimension : null)} {a.MxAttributeCategory} {a.SecurityClassification} {a.IsHistorized} {a.IsAlarm}"),
        ]);
}
