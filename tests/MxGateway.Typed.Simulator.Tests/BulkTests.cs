using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Bulk commands of items, and reads that wait.</summary>
public class BulkTests
{
    [Fact]
    public async Task Items_are_added_advised_unadvised_and_removed_in_bulk_row_by_row()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, MaxItemsPerSession = 3 });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        string[] asked = [TestPlant.Level, "", "Nobody.PV", new string('x', 1_025), TestPlant.Level, TestPlant.Count];
        BulkSubscribeReply added = (await session.OkAsync(new MxCommand { Kind = MxCommandKind.AddItemBulk, AddItemBulk = new AddItemBulkCommand { ServerHandle = server, TagAddresses = { asked } } })).AddItemBulk;
        Assert.Equal([true, false, true, false, true, false], added.Results.Select(row => row.WasSuccessful));
        Assert.Equal(asked, added.Results.Select(row => row.TagAddress));
        Assert.Contains("limit", added.Results[^1].ErrorMessage, StringComparison.Ordinal);

        int[] handles = [added.Results[4].ItemHandle, 99, added.Results[2].ItemHandle, added.Results[0].ItemHandle];
        BulkSubscribeReply advised = (await session.OkAsync(new MxCommand { Kind = MxCommandKind.AdviseItemBulk, AdviseItemBulk = new AdviseItemBulkCommand { ServerHandle = server, ItemHandles = { handles } } })).AdviseItemBulk;
        AssertRows(advised);
        Assert.Equal([TestPlant.Level, "", "Nobody.PV", TestPlant.Level], advised.Results.Select(row => row.TagAddress));
        foreach (int handle in handles.Where(handle => handle != 99))
            Assert.Equal(handle, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        Assert.Equal((3, 3), (gateway.Simulator.Counts.Items, gateway.Simulator.Counts.AdvisedItems));

        AssertRows((await session.OkAsync(new MxCommand { Kind = MxCommandKind.UnAdviseItemBulk, UnAdviseItemBulk = new UnAdviseItemBulkCommand { ServerHandle = server, ItemHandles = { handles } } })).UnAdviseItemBulk);
        Assert.Equal((3, 0), (gateway.Simulator.Counts.Items, gateway.Simulator.Counts.AdvisedItems));
        AssertRows((await session.OkAsync(new MxCommand { Kind = MxCommandKind.RemoveItemBulk, RemoveItemBulk = new RemoveItemBulkCommand { ServerHandle = server, ItemHandles = { handles } } })).RemoveItemBulk);
        Assert.Equal(0, gateway.Simulator.Counts.Items);

        void AssertRows(BulkSubscribeReply reply)
        {
            Assert.Equal(handles, reply.Results.Select(row => row.ItemHandle));
            Assert.Equal([true, false, true, true], reply.Results.Select(row => row.WasSuccessful));
        }
    }

    [Fact]
    public async Task A_handle_that_is_removed_twice_in_one_command_fails_the_second_time()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync(), item = await session.AddItemAsync(server, TestPlant.Level);
        BulkSubscribeReply removed = (await session.OkAsync(new MxCommand { Kind = MxCommandKind.RemoveItemBulk, RemoveItemBulk = new RemoveItemBulkCommand { ServerHandle = server, ItemHandles = { item, item } } })).RemoveItemBulk;
        Assert.Equal([true, false], removed.Results.Select(row => row.WasSuccessful));
    }

    [Fact]
    public async Task The_call_record_names_the_items_of_every_kind_of_command()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync(), item = await session.AddItemAsync(server, TestPlant.Level);
        gateway.Simulator.Calls.Clear();
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.AddItem2, AddItem2 = new AddItem2Command { ServerHandle = server, ItemDefinition = "Me.Level", ItemContext = "Tank_001" } });
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.AddBufferedItem, AddBufferedItem = new AddBufferedItemCommand { ServerHandle = server, ItemDefinition = TestPlant.Count } });
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.AdviseItemBulk, AdviseItemBulk = new AdviseItemBulkCommand { ServerHandle = server, ItemHandles = { item, 99 } } });
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.Suspend, Suspend = new SuspendCommand { ServerHandle = server, ItemHandle = item } });
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.RemoveItemBulk, RemoveItemBulk = new RemoveItemBulkCommand { ServerHandle = server, ItemHandles = { item } } });
        Assert.Equal(
            ["AddItem2 Me.Level", "AddBufferedItem Tank_001.Count", "AdviseItemBulk Tank_001.Level, 99", "Suspend Tank_001.Level", "RemoveItemBulk Tank_001.Level"],
            gateway.Simulator.Calls.ToList().Select(call => call.ToString()));
    }

    [Fact]
    public async Task A_read_waits_for_a_silent_tag_and_the_session_waits_with_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        gateway.Simulator.Faults.Silence(TestPlant.Level);
        Task<MxCommandReply> reading = session.InvokeAsync(Read(server, 60_000, TestPlant.Count, TestPlant.Level, "Tank_001.Profile[9]"));
        await Retry.Until("the read waits", () => gateway.Simulator.Counts.AdvisedItems == 1);
        Task<MxCommandReply> behind = session.InvokeAsync(TestSession.Advise(server, 77));
        Assert.False(reading.IsCompleted || behind.IsCompleted);

        gateway.Simulator.Faults.Silence();
        BulkReadReply read = (await reading).ReadBulk;
        Assert.Equal([(true, 192), (true, 192), (false, 4)], read.Results.Select(row => (row.WasSuccessful, row.Quality)));
        await behind;
        Assert.Equal((0, 0), (gateway.Simulator.Counts.Items, gateway.Simulator.Counts.AdvisedItems));
    }

    [Fact]
    public async Task A_read_gives_up_when_its_time_has_passed_and_fails_the_rows_without_a_value_only()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        gateway.Simulator.Faults.Silence(TestPlant.Level);
        foreach ((uint asked, int waits) in new[] { (700u, 700), (0u, 5_000) })
        {
            Task<MxCommandReply> reading = session.InvokeAsync(Read(server, asked, TestPlant.Level, TestPlant.Count));
            await Retry.Until("the read waits", () => gateway.Simulator.Counts.AdvisedItems == 1);
            time.Advance(TimeSpan.FromMilliseconds(waits - 1));
            Assert.False(reading.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            BulkReadReply read = (await reading).ReadBulk;
            Assert.Equal([(false, 32), (true, 192)], read.Results.Select(row => (row.WasSuccessful, row.Quality)));
            Assert.Equal(MxStatusCategory.CommunicationError, Assert.Single(read.Results[0].Statuses).Category);
            Assert.Contains($"no value within {waits} ms", read.Results[0].ErrorMessage, StringComparison.Ordinal);
            Assert.Equal(0, gateway.Simulator.Counts.AdvisedItems);
        }
    }

    [Fact]
    public async Task A_session_that_is_closed_does_not_wait_for_its_reads()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        gateway.Simulator.Faults.Silence(TestPlant.Level);
        Task<MxCommandReply> reading = session.InvokeAsync(Read(server, uint.MaxValue, TestPlant.Level));
        await Retry.Until("the read waits", () => gateway.Simulator.Counts.AdvisedItems == 1);
        await session.CloseAsync();
        BulkReadResult row = Assert.Single((await reading).ReadBulk.Results);
        Assert.Equal((false, "\"Tank_001.Level\" had no value before the session was closed"), (row.WasSuccessful, row.ErrorMessage));
        Assert.Equal(0, gateway.Simulator.Counts.AdvisedItems);
    }

    [Fact]
    public async Task A_read_that_waits_when_its_worker_is_lost_ends_with_unavailable()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        gateway.Simulator.Faults.Silence(TestPlant.Level);
        Task<MxCommandReply> reading = session.InvokeAsync(Read(server, uint.MaxValue, TestPlant.Level));
        await Retry.Until("the read waits", () => gateway.Simulator.Counts.AdvisedItems == 1);
        gateway.Simulator.Faults.DropSession(session.Id);
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(() => reading)).Code);
    }

    [Theory]
    [InlineData("ReadBulk")]
    [InlineData("SubscribeBulk")]
    [InlineData("WriteBulk")]
    public async Task Rows_that_fit_no_reply_end_the_command_and_leave_no_advise_behind(string command)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        gateway.Simulator.Faults.Silence(TestPlant.Level);
        const int Entries = 1_000_000;
        MxCommand tooMuch = command switch
        {
            "ReadBulk" => Read(server, uint.MaxValue, [TestPlant.Level, .. Enumerable.Repeat("", Entries)]),
            "SubscribeBulk" => new MxCommand
            {
                Kind = MxCommandKind.SubscribeBulk,
                SubscribeBulk = new SubscribeBulkCommand { ServerHandle = server, TagAddresses = { Enumerable.Repeat("", Entries) } },
            },
            _ => new MxCommand
            {
                Kind = MxCommandKind.WriteBulk,
                WriteBulk = new WriteBulkCommand { ServerHandle = server, Entries = { Enumerable.Repeat(new WriteBulkEntry(), Entries) } },
            },
        };
        GrpcStatus status = await TestGateway.StatusOf(() => session.InvokeAsync(tooMuch));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, status.Code);
        Assert.Matches("larger than the limit of 16777216 bytes with its first [0-9]+ rows; the entries after these were not carried out", status.Detail);
        Assert.Equal(0, gateway.Simulator.Counts.AdvisedItems);
        await session.RegisterAsync();
    }

    [Fact]
    public async Task A_silent_tag_tells_its_value_when_it_is_not_silent_any_more()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int known = await session.AddItemAsync(server, TestPlant.Count);
        await session.AdviseAsync(server, known);
        int value = (await events.NextAsync(MxEventFamily.OnDataChange)).Value.Int32Value;

        gateway.Simulator.Faults.Silence("Tank_001.*");
        int silent = await session.AddItemAsync(server, TestPlant.Count), other = await session.AddItemAsync(server, "Tank_001.Inlet.Position");
        await session.AdviseAsync(server, silent);
        await session.AdviseAsync(server, other);
        Assert.Equal(other, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        Assert.Equal(ProtocolStatusCode.MxaccessFailure, (await session.InvokeAsync(TestSession.Write(server, silent, new MxValue { Int32Value = 1 }))).ProtocolStatus.Code);

        // What was told before is what the gateway has; an item without a value has none to give.
        BulkReadResult cached = Assert.Single((await session.ReadAsync(server, TestPlant.Count)).Results);
        Assert.Equal((true, known, value), (cached.WasCached, cached.ItemHandle, cached.Value.Int32Value));
        await session.OkAsync(TestSession.Write(server, known, new MxValue { Int32Value = value + 1 }));
        await events.NextAsync(MxEventFamily.OnWriteComplete);

        gateway.Simulator.Faults.Silence();
        Assert.Equal([(known, value + 1), (silent, value + 1)], new[] { await events.NextAsync(), await events.NextAsync() }.Select(e => (e.ItemHandle, e.Value.Int32Value)));
    }

    private static MxCommand Read(int server, uint timeout, params string[] references) =>
        new() { Kind = MxCommandKind.ReadBulk, ReadBulk = new ReadBulkCommand { ServerHandle = server, TagAddresses = { references }, TimeoutMs = timeout } };
}
