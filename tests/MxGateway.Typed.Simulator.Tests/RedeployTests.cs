using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

public class RedeployTests
{
    private static readonly DateTimeOffset s_later = TestPlant.DeployTime.AddDays(1);

    [Fact]
    public async Task Values_listeners_and_written_values_of_what_stays_go_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Setpoint)).Results[0].ItemHandle;
        await session.OkAsync(TestSession.Write(server, item, new MxValue { FloatValue = 12.5f }));
        MxValue level = (await session.ReadAsync(server, TestPlant.Level)).Results[0].Value;

        await gateway.Simulator.RedeployAsync(Plant(Attribute("SP", 3, security: 1), Attribute("Level", 3), Attribute("New", 5)));
        BulkReadReply read = await session.ReadAsync(server, TestPlant.Setpoint, TestPlant.Level, "Tank_001.New", TestPlant.Count);
        Assert.Equal((12.5f, true), (read.Results[0].Value.FloatValue, read.Results[0].WasCached));
        Assert.Equal(level, read.Results[1].Value);
        Assert.Equal((MxDataType.String, 192), (read.Results[2].Value.DataType, read.Results[2].Quality));
        Assert.Equal(MxStatusCategory.ConfigurationError, Assert.Single(read.Results[3].Statuses).Category);

        // The first value, the write, its value: and nothing of the redeploy before the next write.
        await session.OkAsync(TestSession.Write(server, item, new MxValue { FloatValue = 13 }));
        Assert.Equal([null, 12.5f, 13f], await FloatsAsync(events, 3));
    }

    [Fact]
    public async Task A_tag_of_another_type_starts_anew_for_those_who_advise_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Setpoint)).Results[0].ItemHandle;
        int bit = (await session.SubscribeAsync(server, TestPlant.Count + ".03")).Results[0].ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);
        await events.NextAsync(MxEventFamily.OnDataChange);
        await session.OkAsync(TestSession.Write(server, item, new MxValue { FloatValue = 12.5f }));
        await events.NextAsync(MxEventFamily.OnWriteComplete);
        await events.NextAsync(MxEventFamily.OnDataChange);

        await gateway.Simulator.RedeployAsync(Plant(Attribute("SP", 5, security: 1), Attribute("Count", 3)));
        MxEvent[] anew = [await events.NextAsync(MxEventFamily.OnDataChange), await events.NextAsync(MxEventFamily.OnDataChange)];
        MxEvent change = anew.Single(e => e.ItemHandle == item);
        Assert.Equal((MxDataType.String, MxValue.KindOneofCase.StringValue, 192), (change.Value.DataType, change.Value.KindCase, change.Quality));
        MxEvent noBit = anew.Single(e => e.ItemHandle == bit);
        Assert.Equal(MxStatusCategory.ConfigurationError, Assert.Single(noBit.Statuses).Category);

        // The new type is what counts for writes, too.
        await session.OkAsync(TestSession.Write(server, item, new MxValue { StringValue = "warm" }));
        Assert.Equal(MxStatusCategory.Ok, Assert.Single((await events.NextAsync(MxEventFamily.OnWriteComplete)).Statuses).Category);
        Assert.Equal("warm", (await events.NextAsync(MxEventFamily.OnDataChange)).Value.StringValue);
    }

    [Fact]
    public async Task A_tag_that_is_gone_is_a_wrong_reference_until_it_is_back_and_advised_again()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 1 });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Level)).Results[0].ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);

        await gateway.Simulator.RedeployAsync(Plant(Attribute("SP", 3)));
        AssertWrongReference(await events.NextAsync(MxEventFamily.OnDataChange), item);
        time.Advance(TimeSpan.FromSeconds(30));
        await session.OkAsync(TestSession.Write(server, item, new MxValue { FloatValue = 1 }));
        Assert.Equal(MxStatusCategory.ConfigurationError, Assert.Single((await events.NextAsync(MxEventFamily.OnWriteComplete)).Statuses).Category);
        await session.AdviseAsync(server, item);
        AssertWrongReference(await events.NextAsync(MxEventFamily.OnDataChange), item);

        // Back again: nobody is told before the next advise, and from then on it moves.
        await gateway.Simulator.RedeployAsync(TestPlant.Snapshot);
        time.Advance(TimeSpan.FromSeconds(30));
        await session.AdviseAsync(server, item);
        Assert.Equal((192, item), await QualityAsync(events));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((192, item), await QualityAsync(events));
        Assert.Equal(new SimulatorCounts(1, 1, 1, 1), gateway.Simulator.Counts);
        await session.CloseAsync();
        await events.EndAsync();
        Assert.Equal(default, gateway.Simulator.Counts);
    }

    [Fact]
    public async Task A_wrong_reference_that_a_redeploy_brings_is_good_when_it_is_advised_again()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = (await session.SubscribeAsync(server, "Tank_001.New")).Results[0].ItemHandle;
        AssertWrongReference(await events.NextAsync(MxEventFamily.OnDataChange), item);

        await gateway.Simulator.RedeployAsync(Plant(Attribute("New", 3)));
        await session.OkAsync(TestSession.UnAdvise(server, item));
        await session.AdviseAsync(server, item);
        Assert.Equal((192, item), await QualityAsync(events));
    }

    [Fact]
    public async Task Security_and_category_are_those_of_the_new_deploy()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Setpoint)).Results[0].ItemHandle;
        await events.NextAsync(MxEventFamily.OnDataChange);
        await gateway.Simulator.RedeployAsync(Plant(Attribute("SP", 3, security: 6)));
        await session.OkAsync(TestSession.Write(server, item, new MxValue { FloatValue = 1 }));
        Assert.Equal(MxStatusCategory.SecurityError, Assert.Single((await events.NextAsync(MxEventFamily.OnWriteComplete)).Statuses).Category);
    }

    [Fact]
    public async Task The_deploy_time_always_moves_on()
    {
        var time = new FakeTimeProvider();
        time.Advance(s_later.AddHours(1) - time.GetUtcNow());
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 0 });
        async Task<DateTimeOffset> AfterAsync(DateTimeOffset? own)
        {
            await gateway.Simulator.RedeployAsync(SnapshotBuilder.Build([TestPlant.Object(1, "A")], "0.1", own, SnapshotFilter.None));
            return (await gateway.CallAsync(GatewayMethods.GetLastDeployTime, new GetLastDeployTimeRequest())).TimeOfLastDeploy.ToDateTimeOffset();
        }

        // Its own where that is later; the time now where it is not, or not known; a hair later where the clock does not help.
        Assert.Equal(s_later, await AfterAsync(s_later));
        Assert.Equal(time.GetUtcNow(), await AfterAsync(s_later));
        Assert.Equal(time.GetUtcNow().AddTicks(1), await AfterAsync(null));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(time.GetUtcNow(), await AfterAsync(null));
    }

    [Fact]
    public async Task A_watch_sees_every_deploy_and_page_tokens_die_with_theirs()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using IGrpcStream<DeployEvent> stream = gateway.Transport.Stream(GatewayMethods.WatchDeployEvents, new WatchDeployEventsRequest(), default);
        Assert.True(await stream.MoveNextAsync(CancellationToken.None));
        string token = (await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { PageSize = 1 })).NextPageToken;

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => gateway.Simulator.RedeployAsync(Plant(Attribute("SP", 3)))));
        DeployEvent last = stream.Current;
        for (ulong sequence = 2; sequence <= 11; sequence++)
        {
            Assert.True(await stream.MoveNextAsync(CancellationToken.None));
            Assert.Equal((sequence, 1, 1), (stream.Current.Sequence, stream.Current.ObjectCount, stream.Current.AttributeCount));
            Assert.True(stream.Current.TimeOfLastDeploy.ToDateTimeOffset() > last.TimeOfLastDeploy.ToDateTimeOffset());
            last = stream.Current;
        }

        GrpcStatus stale = await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { PageSize = 1, PageToken = token }));
        Assert.Equal(GrpcStatusCode.InvalidArgument, stale.Code);
        Assert.Contains("stale", stale.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_watches_too_slowly_loses_the_oldest_deploys_and_sees_the_gap()
    {
        var time = new FakeTimeProvider();
        var galaxy = new DeployedGalaxy(TestPlant.Snapshot, new SimulatedPlant(time, 1, 0, GatewayRules.All), time, GatewayRules.All);
        using DeployWatch watch = galaxy.Watch();
        for (int i = 0; i < DeployWatch.QueueSize + 5; i++)
            await galaxy.RedeployAsync(Plant(Attribute("SP", 3)), CancellationToken.None);

        Assert.Equal(1UL, watch.Opening.Sequence);
        var seen = new List<ulong>();
        await foreach (DeployEvent deployed in watch.ReadAllAsync(CancellationToken.None))
        {
            seen.Add(deployed.Sequence);
            if (deployed.Sequence == galaxy.Now.Sequence)
                break;
        }

        Assert.Equal(Enumerable.Range(7, DeployWatch.QueueSize).Select(n => (ulong)n), seen);
    }

    [Fact]
    public async Task Watches_are_limited_and_make_room_when_they_end()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        List<DeployWatch> watches = [.. Enumerable.Range(0, DeployedGalaxy.MaxWatches).Select(_ => gateway.Simulator.Galaxy.Watch())];
        await using IGrpcStream<DeployEvent> refused = gateway.Transport.Stream(GatewayMethods.WatchDeployEvents, new WatchDeployEventsRequest(), default);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await TestGateway.StatusOf(() => refused.MoveNextAsync(CancellationToken.None).AsTask())).Code);
        watches[0].Dispose();
        await using IGrpcStream<DeployEvent> taken = gateway.Transport.Stream(GatewayMethods.WatchDeployEvents, new WatchDeployEventsRequest(), default);
        Assert.True(await taken.MoveNextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_stopped_simulator_takes_no_redeploy()
    {
        TestGateway gateway = await TestGateway.StartAsync();
        await gateway.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => gateway.Simulator.RedeployAsync(TestPlant.Snapshot));
    }

    private static RepositoryAttribute Attribute(string name, int type, int security = 0) => TestPlant.Attribute("Tank_001", name, type, security);

    /// <summary>The tank alone, with these attributes.</summary>
    private static GalaxySnapshot Plant(params RepositoryAttribute[] attributes) => TestPlant.Build([TestPlant.Object(10, "Tank_001", chain: ["$Tank"], attributes: attributes)]);

    private static void AssertWrongReference(MxEvent change, int item)
    {
        Assert.Equal((item, 4, true), (change.ItemHandle, change.Quality, change.Value.IsNull));
        Assert.Equal(MxStatusCategory.ConfigurationError, Assert.Single(change.Statuses).Category);
    }

    private static async Task<(int Quality, int Item)> QualityAsync(TestEvents events)
    {
        MxEvent change = await events.NextAsync(MxEventFamily.OnDataChange);
        return (change.Quality, change.ItemHandle);
    }

    /// <summary>The values of the next data changes; null for the first, which the seed decides.</summary>
    private static async Task<IReadOnlyList<float?>> FloatsAsync(TestEvents events, int count)
    {
        var floats = new List<float?>();
        while (floats.Count < count)
            if (await events.NextAsync() is { Family: MxEventFamily.OnDataChange } change)
                floats.Add(floats.Count == 0 ? null : change.Value.FloatValue);
        return floats;
    }
}
