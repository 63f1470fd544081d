using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed.Tests;

/// <summary>Reading the hierarchy: on the simulator what is asked and given, on a scripted repository what is not taken.</summary>
public sealed class HierarchyTests
{
    [Fact]
    public async Task An_object_comes_as_the_repository_has_it()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        MxGalaxyObject tank = Assert.Single(await plant.Client.DiscoverHierarchyAsync(new() { RootTagName = "TANK_003", MaxDepth = 0 }));
        MxGalaxyObject valve = Assert.Single(await plant.Client.DiscoverHierarchyAsync(new() { RootContainedPath = "Mixing/Tank_003/Valve" }));
        MxGalaxyObject area = Assert.Single(await plant.Client.DiscoverHierarchyAsync(new() { RootGobjectId = 1, MaxDepth = 0 }));

        Assert.Equal((30, "Tank_003", "", "Tank_003", 1, 4), (tank.GobjectId, tank.TagName, tank.ContainedName, tank.BrowseName, tank.ParentGobjectId, tank.HostedByGobjectId));
        Assert.Equal((false, 10), (tank.IsArea, tank.CategoryId));
        Assert.Equal(["$Tank"], tank.TemplateChain);
        Assert.Equal(("Valve", 30, null), (valve.ContainedName, valve.ParentGobjectId, valve.HostedByGobjectId));
        Assert.Equal((true, 13, null), (area.IsArea, area.CategoryId, area.ParentGobjectId));
        Assert.Equal(
            [
                new MxGalaxyAttribute
                {
                    Name = "Level", Reference = "Tank_003.Level", DataType = MxDataType.Float, DataTypeName = "Float", Category = 2, SecurityClassification = MxSecurityClassification.ViewOnly,
                    IsHistorized = true,
                },
                new MxGalaxyAttribute
                {
                    Name = "Recipe", Reference = "Tank_003.Recipe[]", DataType = (MxDataType)77, DataTypeName = "Odd", IsArray = true, ArrayDimension = 4, Category = 6,
                    SecurityClassification = MxSecurityClassification.Operate,
                },
            ],
            tank.Attributes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task All_objects_come_whatever_the_size_of_the_pages(int pageSize)
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        IReadOnlyList<MxGalaxyObject> objects = await plant.Client.DiscoverHierarchyAsync(new() { PageSize = pageSize });
        Assert.Equal(RepositoryPlant.Objects.Select(o => o.TagName).Order(), objects.Select(o => o.TagName).Order());
    }

    [Fact]
    public async Task The_next_page_is_asked_for_when_the_last_object_of_this_one_is_done_with()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        int count = 0;
        await foreach (MxGalaxyObject _ in plant.Client.EnumerateHierarchyAsync(new() { PageSize = 5 }))
        {
            Assert.Equal((count++ / 5) + 1, plant.Calls("DiscoverHierarchy"));
            if (count == 11)
                break; // the fourth page is never asked for
        }

        Assert.Equal((11, 3), (count, plant.Calls("DiscoverHierarchy")));
    }

    [Fact]
    public async Task Nothing_is_asked_before_the_first_object_is_and_each_enumeration_begins_anew()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        IAsyncEnumerable<MxGalaxyObject> objects = plant.Client.EnumerateHierarchyAsync(new() { PageSize = 10 });
        Assert.Equal(0, plant.Calls("DiscoverHierarchy"));

        List<MxGalaxyObject> first = await ListAsync(objects), second = await ListAsync(objects);
        Assert.Equal(RepositoryPlant.Objects.Count, first.Count);
        Assert.Equal(first.Select(o => o.TagName), second.Select(o => o.TagName));
        Assert.Equal(4, plant.Calls("DiscoverHierarchy"));
    }

    [Fact]
    public async Task Every_filter_selects()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        async Task<string> Found(MxHierarchyFilter filter) => string.Join(' ', (await plant.Client.DiscoverHierarchyAsync(filter)).Select(o => o.TagName).Order());

        Assert.Equal("Tank_003", await Found(new() { HistorizedOnly = true }));
        Assert.Equal("Tank_004", await Found(new() { AlarmBearingOnly = true }));
        Assert.Equal("Tank_005 Valve_005", await Found(new() { TagNameGlob = "*_005" }));
        Assert.Equal("Pump_001", await Found(new() { TemplateChainContains = ["pump"] }));
        Assert.Equal("Mixing", await Found(new() { CategoryIds = [13, 3] }));
        Assert.Equal("Mixing Pump_001", await Found(new() { MaxDepth = 0 }));
        Assert.Equal("Tank_002 Valve_002", await Found(new() { RootTagName = "Tank_002" }));
        Assert.Equal("", await Found(new() { RootTagName = "Tank_002", TagNameGlob = "Pump*" }));
        Assert.Empty(Assert.Single(await plant.Client.DiscoverHierarchyAsync(new() { TagNameGlob = "Tank_003", IncludeAttributes = false })).Attributes);
    }

    [Fact]
    public async Task A_filter_that_cannot_work_is_refused_before_anything_is_asked()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        void Refused(string names, MxHierarchyFilter filter) =>
            Assert.Contains(names, Assert.Throws<ArgumentException>(() => plant.Client.EnumerateHierarchyAsync(filter)).Message, StringComparison.Ordinal);

        Refused("RootGobjectId", new() { RootGobjectId = 1, RootTagName = "Mixing" });
        Refused("empty", new() { RootTagName = "" });
        Refused("empty", new() { RootContainedPath = "" });
        Refused("MaxDepth", new() { MaxDepth = -1 });
        Refused("PageSize", new() { PageSize = -1 });
        Refused("PageSize", new() { PageSize = 5001 });
        Refused("CategoryIds", new() { CategoryIds = null! });
        Refused("TemplateChainContains", new() { TemplateChainContains = [""] });
        await Assert.ThrowsAsync<ArgumentException>(() => plant.Client.BrowseChildrenAsync(new() { MaxDepth = 1 }));
        Assert.Equal(0, plant.Simulator.Calls.Count);
    }

    [Fact]
    public async Task A_deploy_between_two_pages_is_told_and_so_is_a_root_that_is_not_there()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        await Assert.ThrowsAsync<MxStaleHierarchyException>(async () =>
        {
            await foreach (MxGalaxyObject _ in plant.Client.EnumerateHierarchyAsync(new() { PageSize = 5 }))
                if (plant.Calls("DiscoverHierarchy") == 1)
                    await plant.DeployAsync(RepositoryPlant.DeployTime.AddDays(1));
        });

        Assert.Contains("check the filter's root", (await Assert.ThrowsAsync<MxProtocolException>(() => plant.Client.DiscoverHierarchyAsync(new() { RootTagName = "Nowhere" }))).Message);
        Assert.Contains("check the filter's root", (await Assert.ThrowsAsync<MxProtocolException>(() => plant.Client.BrowseChildrenAsync(new() { RootGobjectId = 999 }))).Message);
    }

    [Fact]
    public async Task Children_come_areas_first_with_whether_they_have_children_themselves()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        async Task<string> Children(MxHierarchyFilter? filter) =>
            string.Join(' ', (await plant.Client.BrowseChildrenAsync(filter)).Select(child => $"{child.Object.TagName}{(child.HasChildren ? "+" : "")}"));

        Assert.Equal("Mixing+ Pump_001", await Children(null));
        Assert.Equal("Tank_001+ Tank_002+ Tank_003+ Tank_004+ Tank_005+ Tank_006+ Tank_007+", await Children(new() { RootTagName = "Mixing", PageSize = 3 }));
        Assert.Equal(4, plant.Calls("BrowseChildren"));
        Assert.Equal("Valve_002", await Children(new() { RootContainedPath = "Mixing/Tank_002" }));
        Assert.Equal("", await Children(new() { RootGobjectId = 21 }));
        Assert.Equal("Tank_003", await Children(new() { RootGobjectId = 1, HistorizedOnly = true }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Page_tokens_that_run_in_a_circle_are_noticed(int length)
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        int calls = 0;
        repository.Browse = _ => new() { NextPageToken = $"page {++calls % length}", Children = { new GalaxyObject() }, ChildHasChildren = { false } };
        Assert.Contains("again and again", (await Assert.ThrowsAsync<MxProtocolException>(() => repository.Client.BrowseChildrenAsync())).Message);
        Assert.InRange(calls, length, (3 * length) + 2);
    }

    [Fact]
    public async Task Pages_with_nothing_in_them_come_to_an_end_too()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        int calls = 0;
        repository.Discover = _ => new() { NextPageToken = $"page {++calls}" };
        Assert.Contains("nothing in it", (await Assert.ThrowsAsync<MxProtocolException>(() => repository.Client.DiscoverHierarchyAsync())).Message);
        Assert.InRange(calls, 2, 1_001);
    }

    [Fact]
    public async Task A_page_with_nothing_in_it_is_no_end()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        repository.Discover = request => request.PageToken switch
        {
            "" => new() { TotalObjectCount = 1, NextPageToken = "a" },
            _ => new() { TotalObjectCount = 1, Objects = { new GalaxyObject { TagName = "Tank_001" } } },
        };
        Assert.Equal("Tank_001", Assert.Single(await repository.Client.DiscoverHierarchyAsync()).TagName);
    }

    [Theory]
    [InlineData(2, "2 objects were announced, and 1 came")]
    [InlineData(0, "0 objects were announced, and 1 came")]
    public async Task Objects_that_are_not_as_many_as_announced_make_no_sense(int announced, string says)
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        repository.Discover = _ => new() { TotalObjectCount = announced, Objects = { new GalaxyObject { TagName = "Tank_001" } } };
        Assert.Contains(says, (await Assert.ThrowsAsync<MxProtocolException>(() => repository.Client.DiscoverHierarchyAsync())).Message);
    }

    [Fact]
    public async Task Another_count_on_the_next_page_is_another_deploy()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        int calls = 0;
        repository.Discover = _ => new() { TotalObjectCount = 3 + ++calls, NextPageToken = $"page {calls}", Objects = { new GalaxyObject() } };
        await Assert.ThrowsAsync<MxStaleHierarchyException>(() => repository.Client.DiscoverHierarchyAsync());
    }

    [Fact]
    public async Task Children_without_the_answers_that_belong_to_them_make_no_sense()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        repository.Browse = _ => new() { Children = { new GalaxyObject { TagName = "Tank_001" } } };
        Assert.Contains("1 children came with 0", (await Assert.ThrowsAsync<MxProtocolException>(() => repository.Client.BrowseChildrenAsync())).Message);
    }

    private static async Task<List<MxGalaxyObject>> ListAsync(IAsyncEnumerable<MxGalaxyObject> objects)
    {
        var list = new List<MxGalaxyObject>();
        await foreach (MxGalaxyObject o in objects)
            list.Add(o);
        return list;
    }
}
