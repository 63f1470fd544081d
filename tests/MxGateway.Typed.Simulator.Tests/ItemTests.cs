using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Tests;

public class ItemTests
{
    private const int InvalidArgument = unchecked((int)0x80070057);

    [Fact]
    public async Task An_advised_item_gets_its_first_data_change_at_once()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = await session.AddItemAsync(server, TestPlant.Level);
        await session.AdviseAsync(server, item);

        MxEvent first = await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((session.Id, server, item, 192, 1UL), (first.SessionId, first.ServerHandle, first.ItemHandle, first.Quality, first.WorkerSequence));
        Assert.Equal(MxEvent.BodyOneofCase.OnDataChange, first.BodyCase);
        Assert.Equal(MxValue.KindOneofCase.FloatValue, first.Value.KindCase);
        Assert.Equal(MxStatusCategory.Ok, Assert.Single(first.Statuses).Category);
        Assert.NotNull(first.SourceTimestamp);
    }

    [Theory]
    [InlineData("tank_001.LEVEL", "Tank_001.Level")]
    [InlineData("Tank_001.Inlet.Position", "Valve_017.Position")]
    [InlineData("Tank_001.Profile", "Tank_001.Profile[]")]
    public async Task A_reference_is_found_in_any_case_by_hierarchical_name_and_without_the_brackets_of_an_array(string reference, string tag)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        BulkReadReply read = await session.ReadAsync(server, reference, tag);
        Assert.All(read.Results, row => Assert.True(row.WasSuccessful, row.ErrorMessage));
        Assert.Equal(read.Results[1].Value, read.Results[0].Value);
    }

    [Theory]
    [InlineData("Tank_001.Nothing")]
    [InlineData("Nobody.Level")]
    [InlineData("Tank_001")]
    [InlineData("Tank_001.")]
    [InlineData("...")]
    [InlineData("Tank_001.Profile[0]")]
    [InlineData("Mixing..Level")]
    public async Task A_wrong_reference_gets_a_handle_and_one_bad_data_change(string reference)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = await session.AddItemAsync(server, reference);
        await session.AdviseAsync(server, item);
        MxEvent bad = await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((item, 4, true), (bad.ItemHandle, bad.Quality, bad.Value.IsNull));
        Assert.Equal(MxStatusCategory.ConfigurationError, Assert.Single(bad.Statuses).Category);
    }

    [Fact]
    public async Task Unknown_removed_and_foreign_handles_are_rejected_by_MXAccess()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync(), other = await session.RegisterAsync();
        int item = await session.AddItemAsync(server, TestPlant.Level), removed = await session.AddItemAsync(server, TestPlant.Count);
        await session.OkAsync(TestSession.Remove(server, removed));
        foreach (MxCommand command in new[]
                 {
                     TestSession.Advise(77, item), TestSession.Advise(server, 77), TestSession.Advise(other, item), TestSession.Advise(server, removed), TestSession.Remove(server, removed),
                     TestSession.UnAdvise(server, 0), TestSession.Write(server, removed, new MxValue { FloatValue = 1 }),
                     new MxCommand { Kind = MxCommandKind.Unregister, Unregister = new UnregisterCommand { ServerHandle = 77 } },
                     new MxCommand { Kind = MxCommandKind.AddItem, AddItem = new AddItemCommand { ServerHandle = 77, ItemDefinition = TestPlant.Level } },
                     new MxCommand { Kind = MxCommandKind.AddItem, AddItem = new AddItemCommand { ServerHandle = server } },
                 })
        {
            MxCommandReply reply = await session.InvokeAsync(command);
            Assert.Equal((ProtocolStatusCode.MxaccessFailure, InvalidArgument), (reply.ProtocolStatus.Code, reply.Hresult));
            Assert.NotEqual(MxStatusCategory.Ok, Assert.Single(reply.Statuses).Category);
        }
    }

    [Fact]
    public async Task A_tag_added_twice_has_two_handles_and_handles_are_not_used_again()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        int first = await session.AddItemAsync(server, TestPlant.Level), second = await session.AddItemAsync(server, TestPlant.Level);
        await session.OkAsync(TestSession.Remove(server, second));
        int third = await session.AddItemAsync(server, TestPlant.Level);
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
    }

    [Fact]
    public async Task Advising_twice_brings_a_first_data_change_again_and_one_unadvise_ends_both()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int item = await session.AddItemAsync(server, TestPlant.Count), writer = await session.AddItemAsync(server, TestPlant.Count);
        await session.AdviseAsync(server, item);
        await session.AdviseAsync(server, item);
        Assert.Equal(item, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        Assert.Equal(item, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        Assert.Equal(1, gateway.Simulator.Counts.AdvisedItems);
        await session.OkAsync(TestSession.UnAdvise(server, item));

        // The other item's events follow, and no more of this one.
        await session.AdviseAsync(server, writer);
        await session.OkAsync(TestSession.Write(server, writer, new MxValue { Int32Value = -5 }));
        for (int i = 0; i < 3; i++)
            Assert.Equal(writer, (await events.NextAsync()).ItemHandle);
    }

    [Fact]
    public async Task Unregister_lets_go_of_the_items_of_its_server_handle_only()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync(), other = await session.RegisterAsync();
        await session.SubscribeAsync(server, TestPlant.Level, TestPlant.Count);
        await session.SubscribeAsync(other, TestPlant.Level);
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.Unregister, Unregister = new UnregisterCommand { ServerHandle = server } });
        Assert.Equal((1, 1), (gateway.Simulator.Counts.Items, gateway.Simulator.Counts.AdvisedItems));
        Assert.Equal(ProtocolStatusCode.MxaccessFailure, (await session.InvokeAsync(TestSession.Advise(server, 1))).ProtocolStatus.Code);
    }

    [Fact]
    public async Task A_bulk_subscribe_answers_a_row_per_address_and_a_wrong_reference_is_a_handle_too()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        BulkSubscribeReply reply = await session.SubscribeAsync(server, TestPlant.Level, "Nobody.Level", "", TestPlant.Level);
        Assert.Equal([TestPlant.Level, "Nobody.Level", "", TestPlant.Level], reply.Results.Select(row => row.TagAddress));
        Assert.Equal([true, true, false, true], reply.Results.Select(row => row.WasSuccessful));
        Assert.NotEmpty(reply.Results[2].ErrorMessage);
        foreach (int quality in new[] { 192, 4, 192 })
            Assert.Equal(quality, (await events.NextAsync(MxEventFamily.OnDataChange)).Quality);

        int[] handles = [reply.Results[0].ItemHandle, 999, reply.Results[1].ItemHandle];
        MxCommandReply gone = await session.OkAsync(new MxCommand { Kind = MxCommandKind.UnsubscribeBulk, UnsubscribeBulk = new UnsubscribeBulkCommand { ServerHandle = server, ItemHandles = { handles } } });
        Assert.Equal([true, false, true], gone.UnsubscribeBulk.Results.Select(row => row.WasSuccessful));
        Assert.Equal(handles, gone.UnsubscribeBulk.Results.Select(row => row.ItemHandle));
        Assert.Equal([TestPlant.Level, "", "Nobody.Level"], gone.UnsubscribeBulk.Results.Select(row => row.TagAddress));
        Assert.Equal((1, 1), (gateway.Simulator.Counts.Items, gateway.Simulator.Counts.AdvisedItems));
    }

    [Fact]
    public async Task An_unknown_server_handle_fails_every_row_of_a_bulk_command_and_not_the_command()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        Assert.All((await session.SubscribeAsync(77, TestPlant.Level, TestPlant.Count)).Results, row => Assert.False(row.WasSuccessful));
        Assert.All((await session.ReadAsync(77, TestPlant.Level, TestPlant.Count)).Results, row => Assert.False(row.WasSuccessful));
    }

    [Fact]
    public async Task A_bulk_read_says_which_values_came_from_an_advised_item_and_leaves_nothing_behind()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Level)).Results[0].ItemHandle;
        BulkReadReply read = await session.ReadAsync(server, TestPlant.Level, TestPlant.Count, "Nobody.Level");
        Assert.Equal([(true, true, 192), (true, false, 192), (false, false, 4)], read.Results.Select(row => (row.WasSuccessful, row.WasCached, row.Quality)));
        Assert.Equal(item, read.Results[0].ItemHandle);
        Assert.Equal(MxStatusCategory.ConfigurationError, Assert.Single(read.Results[2].Statuses).Category);
        Assert.Equal(1, gateway.Simulator.Counts.Items);

        int other = await session.RegisterAsync();
        Assert.False((await session.ReadAsync(other, TestPlant.Level)).Results[0].WasCached);
    }

    [Fact]
    public async Task A_reference_above_1024_characters_is_rejected_and_kept_nowhere()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        string longest = $"Tank_001.{new string('x', 1_024 - 9)}", tooLong = longest + "x";

        await session.AddItemAsync(server, longest);
        MxCommandReply reply = await session.InvokeAsync(new MxCommand { Kind = MxCommandKind.AddItem, AddItem = new AddItemCommand { ServerHandle = server, ItemDefinition = tooLong } });
        Assert.Equal((ProtocolStatusCode.MxaccessFailure, InvalidArgument), (reply.ProtocolStatus.Code, reply.Hresult));
        Assert.Contains("1025 characters", reply.ProtocolStatus.Message, StringComparison.Ordinal);
        Assert.Equal([true, false, true], (await session.SubscribeAsync(server, TestPlant.Level, tooLong, longest)).Results.Select(row => row.WasSuccessful));
        BulkReadReply read = await session.ReadAsync(server, tooLong, TestPlant.Level);
        Assert.Equal([(false, 4), (true, 192)], read.Results.Select(row => (row.WasSuccessful, row.Quality)));
        Assert.Equal(MxStatusCategory.SoftwareError, Assert.Single(read.Results[0].Statuses).Category);

        Assert.Equal(3, gateway.Simulator.Counts.Items);
        Assert.All(gateway.Simulator.Calls.ToList().SelectMany(call => call.Items), item => Assert.InRange(item.Length, 1, 1_024));
    }

    [Fact]
    public async Task An_item_too_many_is_rejected()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { MaxItemsPerSession = 2 });
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        Assert.Equal([true, true, false], (await session.SubscribeAsync(server, TestPlant.Level, TestPlant.Count, TestPlant.Running)).Results.Select(row => row.WasSuccessful));
    }
}
