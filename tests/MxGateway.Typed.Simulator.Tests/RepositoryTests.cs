using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Tests;

public class RepositoryTests
{
    [Fact]
    public async Task The_hierarchy_is_the_snapshot_field_by_field()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        DiscoverHierarchyReply reply = await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest());
        Assert.Equal(6, reply.TotalObjectCount);
        Assert.Empty(reply.NextPageToken);
        GalaxyObject valve = reply.Objects.Single(o => o.TagName == "Valve_017");
        Assert.Equal(
            new GalaxyObject
            {
                GobjectId = 11,
                TagName = "Valve_017",
                ContainedName = "Inlet",
                BrowseName = "Inlet",
                ParentGobjectId = 10,
                CategoryId = 10,
                TemplateChain = { "$Valve", "$UserDefined" },
                Attributes =
                {
                    new GalaxyAttribute
                    {
                        AttributeName = "Position",
                        FullTagReference = "Valve_017.Position",
                        MxDataType = 3,
                        DataTypeName = "Type3",
                        MxAttributeCategory = 10,
                        IsHistorized = true,
                    },
                },
            },
            valve);
        GalaxyAttribute profile = reply.Objects.Single(o => o.TagName == "Tank_001").Attributes.Single(a => a.AttributeName == "Profile");
        Assert.Equal(("Tank_001.Profile[]", true, 6, true), (profile.FullTagReference, profile.IsArray, profile.ArrayDimension, profile.ArrayDimensionPresent));
    }

    [Theory]
    [InlineData(0, 500, 3)]
    [InlineData(7, 7, 172)]
    [InlineData(500, 500, 3)]
    [InlineData(100_000, 1_200, 1)]
    public async Task Pages_hold_each_object_once(int pageSize, int expectedFirst, int expectedPages)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: Objects(1_200));
        var request = new DiscoverHierarchyRequest { PageSize = pageSize };
        var names = new List<string>();
        int pages = 0;
        do
        {
            DiscoverHierarchyReply reply = await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, request);
            Assert.Equal(1_200, reply.TotalObjectCount);
            if (pages++ == 0)
                Assert.Equal(expectedFirst, reply.Objects.Count);
            names.AddRange(reply.Objects.Select(o => o.TagName));
            request.PageToken = reply.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal((1_200, 1_200, expectedPages), (names.Count, names.Distinct().Count(), pages));
    }

    [Fact]
    public async Task A_page_has_5000_objects_at_most()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: Objects(5_001));
        Assert.Equal(5_000, (await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { PageSize = 9_999 })).Objects.Count);
    }

    [Fact]
    public async Task A_page_of_many_attributes_ends_before_a_message_is_too_large()
    {
        RepositoryObject[] objects = [.. Enumerable.Range(1, 60).Select(id => TestPlant.Object(id, $"Wide_{id}", chain: ["$Wide"],
            attributes: [.. Enumerable.Range(0, 500).Select(i => TestPlant.Attribute($"Wide_{id}", $"An_attribute_with_a_long_name_{i:0000}_{new string('x', 250)}", 3))]))];
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: TestPlant.Build(objects));
        var request = new DiscoverHierarchyRequest();
        int count = 0, pages = 0;
        do
        {
            DiscoverHierarchyReply reply = await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, request);
            count += reply.Objects.Count;
            pages++;
            request.PageToken = reply.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(60, count);
        Assert.True(pages > 1);
    }

    [Fact]
    public async Task A_token_may_be_used_again_and_belongs_to_its_method_and_filter()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string token = (await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { PageSize = 2 })).NextPageToken;
        DiscoverHierarchyReply second = await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { PageSize = 2, PageToken = token });
        Assert.Equal(second, await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { PageSize = 2, PageToken = token }));

        foreach (DiscoverHierarchyRequest foreign in new[]
                 {
                     new DiscoverHierarchyRequest { PageToken = token, TagNameGlob = "*" },
                     new DiscoverHierarchyRequest { PageToken = token, IncludeAttributes = false },
                     new DiscoverHierarchyRequest { PageToken = token[..^1] },
                     new DiscoverHierarchyRequest { PageToken = (token[0] == 'A' ? "B" : "A") + token[1..] },
                     new DiscoverHierarchyRequest { PageToken = "nonsense %%%" },
                     new DiscoverHierarchyRequest { PageToken = new string('A', 10_000) },
                     new DiscoverHierarchyRequest { PageSize = -1 },
                     new DiscoverHierarchyRequest { MaxDepth = -1 },
                     new DiscoverHierarchyRequest { TagNameGlob = new string('*', 300) },
                 })
        {
            Assert.Equal(GrpcStatusCode.InvalidArgument, (await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.DiscoverHierarchy, foreign))).Code);
        }

        Assert.Equal(GrpcStatusCode.InvalidArgument, (await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.BrowseChildren, new BrowseChildrenRequest { PageToken = token }))).Code);
    }

    public static TheoryData<DiscoverHierarchyRequest, string> Filters => new()
    {
        { new DiscoverHierarchyRequest { TagNameGlob = "*_001" }, "Filler_001 Lost_001 Tank_001" },
        { new DiscoverHierarchyRequest { TagNameGlob = "tank_00?" }, "Tank_001" },
        { new DiscoverHierarchyRequest { TagNameGlob = "ank" }, "" },
        { new DiscoverHierarchyRequest { TagNameGlob = "T.*" }, "" },
        { new DiscoverHierarchyRequest { CategoryIds = { 13, 3 } }, "Filling Lost_001 Mixing" },
        { new DiscoverHierarchyRequest { TemplateChainContains = { "TANK", "valve" } }, "Tank_001 Valve_017" },
        { new DiscoverHierarchyRequest { TemplateChainContains = { "userdef" }, TagNameGlob = "T*" }, "Tank_001" },
        { new DiscoverHierarchyRequest { AlarmBearingOnly = true }, "Tank_001" },
        { new DiscoverHierarchyRequest { HistorizedOnly = true }, "Tank_001 Valve_017" },
        { new DiscoverHierarchyRequest { RootTagName = "mixing" }, "Mixing Tank_001 Valve_017" },
        { new DiscoverHierarchyRequest { RootGobjectId = 10 }, "Tank_001 Valve_017" },
        { new DiscoverHierarchyRequest { RootContainedPath = "Mixing/Tank_001/INLET" }, "Valve_017" },
        { new DiscoverHierarchyRequest { RootTagName = "Mixing", MaxDepth = 0 }, "Mixing" },
        { new DiscoverHierarchyRequest { RootTagName = "Mixing", MaxDepth = 1 }, "Mixing Tank_001" },
        { new DiscoverHierarchyRequest { MaxDepth = 0 }, "Filling Lost_001 Mixing" },
        { new DiscoverHierarchyRequest { MaxDepth = 1 }, "Filler_001 Filling Lost_001 Mixing Tank_001" },
        { new DiscoverHierarchyRequest { RootTagName = "Mixing", TagNameGlob = "V*" }, "Valve_017" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Filters_are_combined_with_and(DiscoverHierarchyRequest request, string expected)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        DiscoverHierarchyReply reply = await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, request);
        Assert.Equal(expected, string.Join(' ', reply.Objects.Select(o => o.TagName).Order(StringComparer.Ordinal)));
        Assert.Equal(reply.Objects.Count, reply.TotalObjectCount);
    }

    [Fact]
    public async Task Attributes_can_be_left_out()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Assert.All((await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { IncludeAttributes = false })).Objects, o => Assert.Empty(o.Attributes));
    }

    [Fact]
    public async Task A_missing_root_is_not_found()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (DiscoverHierarchyRequest request in new[] { new DiscoverHierarchyRequest { RootTagName = "Nobody" }, new DiscoverHierarchyRequest { RootGobjectId = 77 }, new DiscoverHierarchyRequest { RootContainedPath = "Mixing/Nobody" }, new DiscoverHierarchyRequest { RootContainedPath = "" } })
            Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.DiscoverHierarchy, request))).Code);
    }

    [Fact]
    public async Task Objects_that_contain_each_other_do_not_go_round_for_ever()
    {
        GalaxySnapshot circle = TestPlant.Build([TestPlant.Object(1, "A", parent: 2, contained: "a"), TestPlant.Object(2, "B", parent: 1, contained: "b"), TestPlant.Object(3, "C", parent: 3)]);
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: circle);
        Assert.Equal(3, (await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest())).Objects.Count);
        Assert.Equal(2, (await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { RootTagName = "A" })).Objects.Count);
    }

    [Fact]
    public async Task Children_come_areas_first_then_by_name_and_say_whether_they_have_children()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        BrowseChildrenReply top = await gateway.CallAsync(GatewayMethods.BrowseChildren, new BrowseChildrenRequest());
        Assert.Equal(["Filling", "Mixing", "Lost_001"], top.Children.Select(o => o.TagName));
        Assert.Equal([true, true, false], top.ChildHasChildren);
        BrowseChildrenReply tank = await gateway.CallAsync(GatewayMethods.BrowseChildren, new BrowseChildrenRequest { ParentTagName = "Tank_001", IncludeAttributes = false });
        Assert.Empty(Assert.Single(tank.Children).Attributes);
        Assert.Equal([false], tank.ChildHasChildren);

        BrowseChildrenReply first = await gateway.CallAsync(GatewayMethods.BrowseChildren, new BrowseChildrenRequest { PageSize = 2 });
        BrowseChildrenReply rest = await gateway.CallAsync(GatewayMethods.BrowseChildren, new BrowseChildrenRequest { PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal(["Lost_001"], rest.Children.Select(o => o.TagName));
        Assert.Empty(rest.NextPageToken);
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.BrowseChildren, new BrowseChildrenRequest { ParentGobjectId = 77 }))).Code);
    }

    [Fact]
    public async Task The_deploy_time_is_the_snapshots_own()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        GetLastDeployTimeReply reply = await gateway.CallAsync(GatewayMethods.GetLastDeployTime, new GetLastDeployTimeRequest());
        Assert.Equal((true, TestPlant.DeployTime), (reply.Present, reply.TimeOfLastDeploy.ToDateTimeOffset()));

        GalaxySnapshot unknown = SnapshotBuilder.Build([TestPlant.Object(1, "A")], "0.1", null, SnapshotFilter.None);
        await using TestGateway other = await TestGateway.StartAsync(snapshot: unknown);
        reply = await other.CallAsync(GatewayMethods.GetLastDeployTime, new GetLastDeployTimeRequest());
        Assert.Equal((false, null), (reply.Present, reply.TimeOfLastDeploy));
    }

    [Fact]
    public async Task Deploy_events_open_with_the_state_unless_the_caller_has_seen_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using IGrpcStream<DeployEvent> stream = gateway.Transport.Stream(GatewayMethods.WatchDeployEvents, new WatchDeployEventsRequest(), default);
        Assert.True(await stream.MoveNextAsync(CancellationToken.None));
        Assert.Equal((1UL, true, 6, 26), (stream.Current.Sequence, stream.Current.TimeOfLastDeployPresent, stream.Current.ObjectCount, stream.Current.AttributeCount));
        Assert.Equal(TestPlant.DeployTime, stream.Current.TimeOfLastDeploy.ToDateTimeOffset());

        var seen = new WatchDeployEventsRequest { LastSeenDeployTime = Timestamp.FromDateTimeOffset(TestPlant.DeployTime) };
        await using IGrpcStream<DeployEvent> quiet = gateway.Transport.Stream(GatewayMethods.WatchDeployEvents, seen, default);
        await quiet.Headers;
        await gateway.Simulator.DisposeAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(() => quiet.MoveNextAsync(CancellationToken.None).AsTask())).Code);
    }

    private static GalaxySnapshot Objects(int count) => TestPlant.Build(Enumerable.Range(1, count).Select(id => TestPlant.Object(id, $"Object_{id:0000}")));
}
