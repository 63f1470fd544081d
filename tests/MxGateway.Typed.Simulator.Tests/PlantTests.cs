using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

public class PlantTests
{
    [Theory]
    [InlineData("Running", MxDataType.Boolean, MxValue.KindOneofCase.BoolValue, "VT_BOOL")]
    [InlineData("Count", MxDataType.Integer, MxValue.KindOneofCase.Int32Value, "VT_I4")]
    [InlineData("Level", MxDataType.Float, MxValue.KindOneofCase.FloatValue, "VT_R4")]
    [InlineData("Weight", MxDataType.Double, MxValue.KindOneofCase.DoubleValue, "VT_R8")]
    [InlineData("Recipe", MxDataType.String, MxValue.KindOneofCase.StringValue, "VT_BSTR")]
    [InlineData("Started", MxDataType.Time, MxValue.KindOneofCase.TimestampValue, "VT_DATE")]
    [InlineData("RunTime", MxDataType.ElapsedTime, MxValue.KindOneofCase.Int64Value, "VT_I8")]
    [InlineData("Target", MxDataType.ReferenceType, MxValue.KindOneofCase.StringValue, "VT_BSTR")]
    [InlineData("Health", MxDataType.StatusType, MxValue.KindOneofCase.Int32Value, "VT_I4")]
    [InlineData("Kind", MxDataType.DataTypeEnum, MxValue.KindOneofCase.Int32Value, "VT_I4")]
    [InlineData("Access", MxDataType.SecurityClassificationEnum, MxValue.KindOneofCase.Int32Value, "VT_I4")]
    [InlineData("Quality", MxDataType.DataQualityType, MxValue.KindOneofCase.Int32Value, "VT_I4")]
    [InlineData("Mode", MxDataType.QualifiedEnum, MxValue.KindOneofCase.StringValue, "VT_BSTR")]
    [InlineData("Blob", MxDataType.QualifiedStruct, MxValue.KindOneofCase.RawValue, "VT_ARRAY|VT_UI1")]
    [InlineData("Title", MxDataType.InternationalizedString, MxValue.KindOneofCase.StringValue, "VT_BSTR")]
    [InlineData("Notes", MxDataType.BigString, MxValue.KindOneofCase.StringValue, "VT_BSTR")]
    [InlineData("Odd", MxDataType.Unknown, MxValue.KindOneofCase.None, "VT_EMPTY")]
    [InlineData("Profile[]", MxDataType.Float, MxValue.KindOneofCase.ArrayValue, "VT_ARRAY|VT_R4")]
    public async Task Each_data_type_has_its_form_on_the_wire_and_moves_each_time(string attribute, MxDataType type, MxValue.KindOneofCase kind, string variant)
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 1 });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        await session.SubscribeAsync(await session.RegisterAsync(), $"Tank_001.{attribute}");
        MxValue last = (await events.NextAsync(MxEventFamily.OnDataChange)).Value;
        Assert.Equal((type, kind, variant), (last.DataType, last.KindCase, last.VariantType));
        Assert.Equal(kind == MxValue.KindOneofCase.None, last.IsNull);
        if (kind == MxValue.KindOneofCase.None)
        {
            time.Advance(TimeSpan.FromSeconds(50));
            await session.CloseAsync();
            Assert.False(await events.MoveAsync());
            return;
        }

        for (int i = 0; i < 45; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1.1));
            MxEvent change = await events.NextAsync(MxEventFamily.OnDataChange);
            Assert.NotEqual(last, change.Value);
            Assert.Equal((type, kind), (change.Value.DataType, change.Value.KindCase));
            Assert.True(change.SourceTimestamp.ToDateTimeOffset() > time.GetUtcNow() - TimeSpan.FromSeconds(2));
            last = change.Value;
        }
    }

    [Theory]
    [InlineData(0.1, 10)]
    [InlineData(0.5, 50)]
    [InlineData(0, 0)]
    public async Task The_stated_fraction_of_the_advised_tags_changes_each_second_each_once_before_any_again(double fraction, int expected)
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = fraction }, TestPlant.WithFloats(200));
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        await session.SubscribeAsync(server, Enumerable.Range(0, 100).Select(i => $"Big.A{i}"));
        for (int i = 0; i < 100; i++)
            await events.NextAsync(MxEventFamily.OnDataChange);

        // One tick more than a second: what is owed is a sum of fractions, and may be a hair short.
        time.Advance(TimeSpan.FromSeconds(1.1));
        int marker = (await session.SubscribeAsync(server, "Big.A150")).Results[0].ItemHandle;
        var moved = new List<int>();
        for (MxEvent next = await events.NextAsync(); next.ItemHandle != marker; next = await events.NextAsync())
            moved.Add(next.ItemHandle);
        Assert.InRange(moved.Count, expected, expected * 1.1);
        Assert.Equal(moved.Count, moved.Distinct().Count());
    }

    [Fact]
    public async Task With_nothing_advised_no_timer_runs_for_the_plant()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time });
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await session.ReadAsync(server, TestPlant.Level);
        await Retry.Until("only the lease is timed", () => time.PendingTimers == 1);
        int item = (await session.SubscribeAsync(server, TestPlant.Level)).Results[0].ItemHandle;
        await Retry.Until("lease and movement are timed", () => time.PendingTimers == 2);
        await session.OkAsync(TestSession.UnAdvise(server, item));
        await Retry.Until("only the lease is timed again", () => time.PendingTimers == 1);
    }

    [Fact]
    public async Task A_written_value_stays()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 1 });
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        int item = (await session.SubscribeAsync(server, TestPlant.Setpoint)).Results[0].ItemHandle;
        await session.OkAsync(TestSession.Write(server, item, new MxValue { FloatValue = 12.5f }));
        time.Advance(TimeSpan.FromMinutes(10));
        await session.OkAsync(TestSession.UnAdvise(server, item));
        await session.AdviseAsync(server, item);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(12.5f, (await session.ReadAsync(server, TestPlant.Setpoint)).Results[0].Value.FloatValue);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_plant_and_another_seed_another_one()
    {
        async Task<BulkReadReply> ReadAsync(int seed)
        {
            await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = new FakeTimeProvider(), Seed = seed });
            TestSession session = await gateway.OpenAsync();
            return await session.ReadAsync(await session.RegisterAsync(), TestPlant.Level, TestPlant.Count, "Tank_001.RunTime", "Tank_001.Blob");
        }

        BulkReadReply first = await ReadAsync(5);
        Assert.Equal(first, await ReadAsync(5));
        Assert.NotEqual(first, await ReadAsync(6));
    }

    [Fact]
    public async Task First_values_suit_their_names()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        BulkReadReply read = await session.ReadAsync(await session.RegisterAsync(), "Tank_001.Level.HiHi.Limit", "Tank_001.Level");
        Assert.Equal(95, read.Results[0].Value.FloatValue);
        Assert.InRange(read.Results[1].Value.FloatValue, 20, 80);
    }
}
