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
        await using var stranger = new GalaxyRepositoryClient(gateway.Options with { ApiKey = MxApiKey.From("mxgw_wrong_planted") });
        MxAuthorizationException refused = await Assert.ThrowsAsync<MxAuthorizationException>(() => DiscoverAsync(stranger, new()));
        Assert.Contains("does not accept the API key", refused.Message);
        Assert.DoesNotContain("planted", refused.ToString());
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
}
