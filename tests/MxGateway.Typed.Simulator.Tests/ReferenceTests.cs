using MxGateway.Contracts.Proto;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>What references name: parts of attributes, and relative names in their context.</summary>
public class ReferenceTests
{
    private static readonly GalaxySnapshot s_hosted = TestPlant.Build(
    [
        Hosted(1, "Platform_1", category: 1, host: 0, parent: 0),
        Hosted(2, "Engine_1", category: 3, host: 1, parent: 0),
        Hosted(3, "Mixing", category: 13, host: 2, parent: 0, isArea: true),
        Hosted(4, "Line_1", category: 13, host: 2, parent: 3, isArea: true),
        Hosted(5, "Tank_001", category: 10, host: 4, parent: 4),
        Hosted(6, "Valve_017", category: 10, host: 4, parent: 5, contained: "Inlet"),
        Hosted(7, "Motor_009", category: 10, host: 4, parent: 6, contained: "Motor"),
        Hosted(8, "Round_1", category: 10, host: 9, parent: 9),
        Hosted(9, "Round_2", category: 10, host: 8, parent: 8),
    ]);

    [Theory]
    [InlineData("Me.PV", "Valve_017", "Valve_017")]
    [InlineData("me.pv", "VALVE_017", "Valve_017")]
    [InlineData("Me.PV", "Tank_001.Inlet", "Valve_017")]
    [InlineData("Me.Motor.PV", "Valve_017", "Motor_009")]
    [InlineData("MyContainer.PV", "Valve_017", "Tank_001")]
    [InlineData("MyContainer.Inlet.Motor.PV", "Valve_017", "Motor_009")]
    [InlineData("MyContainer.MyContainer.PV", "Motor_009", "Tank_001")]
    [InlineData("MyArea.PV", "Motor_009", "Line_1")]
    [InlineData("MyArea.PV", "Line_1", "Mixing")]
    [InlineData("MyHost.PV", "Tank_001", "Line_1")]
    [InlineData("MyEngine.PV", "Motor_009", "Engine_1")]
    [InlineData("MyEngine.PV", "Engine_1", "Engine_1")]
    [InlineData("MyPlatform.PV", "Motor_009", "Platform_1")]
    [InlineData("Tank_001.PV", "Nobody", "Tank_001")]
    public async Task A_relative_reference_leads_from_its_context(string definition, string context, string tagname)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: s_hosted);
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        await session.AdviseAsync(server, await AddItem2Async(session, server, definition, context));
        await session.AdviseAsync(server, await session.AddItemAsync(server, $"{tagname}.PV"));

        MxEvent relative = await events.NextAsync(), absolute = await events.NextAsync();
        Assert.Equal((192, absolute.Value), (relative.Quality, relative.Value));
    }

    [Theory]
    [InlineData("Me.PV", "")]
    [InlineData("Me.PV", "Nobody")]
    [InlineData("Me.PV", "Tank_001.Nothing")]
    [InlineData("Me", "Tank_001")]
    [InlineData("Me.", "Tank_001")]
    [InlineData("MyContainer.PV", "Tank_001")]
    [InlineData("MyArea.PV", "Mixing")]
    [InlineData("MyHost.PV", "Platform_1")]
    [InlineData("MyPlatform.PV", "Round_1")]
    [InlineData("MyArea.PV", "Round_1")]
    public async Task A_relative_reference_that_leads_nowhere_is_a_wrong_reference(string definition, string context)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(snapshot: s_hosted);
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        await session.AdviseAsync(server, await AddItem2Async(session, server, definition, context));
        Assert.Equal(MxStatusCategory.ConfigurationError, Assert.Single((await events.NextAsync()).Statuses).Category);
    }

    [Fact]
    public async Task A_context_above_1024_characters_is_rejected()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        MxCommandReply reply = await session.InvokeAsync(AddItem2(server, "Me.PV", new string('x', 1_025)));
        Assert.Equal(ProtocolStatusCode.MxaccessFailure, reply.ProtocolStatus.Code);
        Assert.Contains("context has 1025 characters", reply.ProtocolStatus.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_advised_element_hears_of_its_own_changes_only_and_of_the_end_of_its_array()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int[] items = [.. (await session.SubscribeAsync(server, TestPlant.Profile, "Tank_001.Profile[2]", "Tank_001.Profile[3]")).Results.Select(row => row.ItemHandle)];
        MxEvent whole = await events.NextAsync(), second = await events.NextAsync(), third = await events.NextAsync();
        Assert.Equal((MxDataType.Float, "VT_R4"), (second.Value.DataType, second.Value.VariantType));
        Assert.Equal(whole.Value.ArrayValue.FloatValues.Values.Skip(1).Take(2), new[] { second, third }.Select(e => e.Value.FloatValue));

        float[] changed = [.. whole.Value.ArrayValue.FloatValues.Values];
        changed[1] = -1;
        await WriteAsync(changed);
        Assert.Equal((items[1], -1f), Told(await events.NextAsync()));

        await WriteAsync([changed[0], -1]);
        MxEvent gone = await events.NextAsync();
        Assert.Equal((items[2], 4, MxStatusCategory.ConfigurationError), (gone.ItemHandle, gone.Quality, Assert.Single(gone.Statuses).Category));

        await WriteAsync([changed[0], -1, 5]);
        Assert.Equal((items[2], 5f), Told(await events.NextAsync()));
        await ExpectNothingAsync(session, server, events);

        async Task WriteAsync(float[] values)
        {
            await session.OkAsync(TestSession.Write(server, items[0], new MxValue { ArrayValue = new MxArray { FloatValues = new FloatArray { Values = { values } } } }));
            await events.NextAsync(MxEventFamily.OnWriteComplete);
            Assert.Equal(items[0], (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        }
    }

    [Fact]
    public async Task An_advised_bit_hears_of_its_own_changes_only_and_of_its_value_when_it_is_advised_again()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int whole = (await session.SubscribeAsync(server, TestPlant.Count)).Results[0].ItemHandle;
        int first = (await events.NextAsync()).Value.Int32Value;
        await WriteAsync(first == 1 ? 3 : 1);

        int[] bits = [.. (await session.SubscribeAsync(server, "Tank_001.Count.00", "Tank_001.Count.31")).Results.Select(row => row.ItemHandle)];
        Assert.Equal([true, false], new[] { await events.NextAsync(), await events.NextAsync() }.Select(e => e.Value.BoolValue));
        await WriteAsync(int.MinValue + 1);
        MxEvent told = await events.NextAsync();
        Assert.Equal((bits[1], true, MxDataType.Boolean), (told.ItemHandle, told.Value.BoolValue, told.Value.DataType));
        await ExpectNothingAsync(session, server, events);

        await session.AdviseAsync(server, bits[0]);
        Assert.Equal((bits[0], true), (await events.NextAsync()) is var again ? (again.ItemHandle, again.Value.BoolValue) : default);

        async Task WriteAsync(int value)
        {
            await session.OkAsync(TestSession.Write(server, whole, new MxValue { Int32Value = value }));
            await events.NextAsync(MxEventFamily.OnWriteComplete);
            Assert.Equal(whole, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        }
    }

    [Theory]
    [InlineData("Tank_001.Count.32")]
    [InlineData("Tank_001.Count.5")]
    [InlineData("Tank_001.Count.005")]
    [InlineData("Tank_001.Count.-1")]
    [InlineData("Tank_001.Level.05")]
    [InlineData("Tank_001.Profile[].05")]
    [InlineData("Tank_001.Count[1]")]
    [InlineData("Tank_001.Profile[7]")]
    [InlineData("Tank_001.Profile[-1]")]
    [InlineData("Tank_001.Profile[ 1]")]
    [InlineData("Tank_001.Profile[1][1]")]
    [InlineData("Tank_001.Profile[99999999999]")]
    [InlineData("[1]")]
    [InlineData("]")]
    [InlineData("[")]
    [InlineData(".05")]
    public async Task A_part_that_there_is_not_is_a_wrong_reference(string reference)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        await session.AdviseAsync(server, await session.AddItemAsync(server, reference));
        MxEvent bad = await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((4, true), (bad.Quality, bad.Value.IsNull));
        BulkReadResult read = Assert.Single((await session.ReadAsync(server, reference)).Results);
        Assert.Equal((false, MxStatusCategory.ConfigurationError), (read.WasSuccessful, Assert.Single(read.Statuses).Category));
    }

    private static (int Item, float Value) Told(MxEvent e) => (e.ItemHandle, e.Value.FloatValue);

    /// <summary>Whatever were told before stands in the stream before what comes next: the bad value of a wrong reference.</summary>
    private static async Task ExpectNothingAsync(TestSession session, int server, TestEvents events)
    {
        int end = (await session.SubscribeAsync(server, "Nobody.PV")).Results[0].ItemHandle;
        Assert.Equal(end, (await events.NextAsync()).ItemHandle);
    }

    private static MxCommand AddItem2(int server, string definition, string context) =>
        new() { Kind = MxCommandKind.AddItem2, AddItem2 = new AddItem2Command { ServerHandle = server, ItemDefinition = definition, ItemContext = context } };

    private static async Task<int> AddItem2Async(TestSession session, int server, string definition, string context) =>
        (await session.OkAsync(AddItem2(server, definition, context))).AddItem2.ItemHandle;

    private static RepositoryObject Hosted(int id, string tagname, int category, int host, int parent, string contained = "", bool isArea = false) => new()
    {
        GobjectId = id,
        TagName = tagname,
        ContainedName = contained,
        BrowseName = contained.Length > 0 ? contained : tagname,
        ParentGobjectId = parent,
        CategoryId = category,
        IsArea = isArea,
        HostedByGobjectId = host,
        TemplateChain = ["$Any"],
        Attributes = [TestPlant.Attribute(tagname, "PV", 5)],
    };
}
