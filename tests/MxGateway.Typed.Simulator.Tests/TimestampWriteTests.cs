using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Simulator.Tests.TestWrites;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Writes that give the value its time stamp.</summary>
public class TimestampWriteTests
{
    private static readonly Timestamp s_stamp = Timestamp.FromDateTimeOffset(new DateTimeOffset(2025, 12, 24, 17, 30, 0, 250, TimeSpan.Zero));

    [Fact]
    public async Task The_time_stamp_holds_for_every_reader_until_the_next_write()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 0 });
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Setpoint, await session.RegisterAsync());
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, Write2(item, 1, new MxValue { TimestampValue = s_stamp })));
        Assert.Equal(s_stamp, (await events.NextAsync(MxEventFamily.OnDataChange)).SourceTimestamp);
        Assert.Equal(s_stamp, (await session.ReadAsync(1, TestPlant.Setpoint)).Results[0].SourceTimestamp);
        await OutcomeAsync(session, events, item, new MxValue { FloatValue = 2 });
        Assert.Equal(Timestamp.FromDateTimeOffset(time.GetUtcNow()), (await events.NextAsync(MxEventFamily.OnDataChange)).SourceTimestamp);
    }

    [Fact]
    public async Task The_same_value_with_another_time_stamp_is_a_data_change_and_with_the_same_is_none()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Setpoint, await session.RegisterAsync());
        await OutcomeAsync(session, events, item, new MxValue { FloatValue = 1 });
        await events.NextAsync(MxEventFamily.OnDataChange);
        await OutcomeAsync(session, events, Write2(item, 1, new MxValue { TimestampValue = s_stamp }));
        Assert.Equal(s_stamp, (await events.NextAsync(MxEventFamily.OnDataChange)).SourceTimestamp);
        await OutcomeAsync(session, events, Write2(item, 1, new MxValue { TimestampValue = s_stamp }));

        // The next event is the next write's, so nothing came between.
        await OutcomeAsync(session, events, Write2(item, 1, new MxValue { TimestampValue = s_stamp }));
    }

    [Fact]
    public async Task What_is_no_time_is_refused_and_changes_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Setpoint, await session.RegisterAsync());
        BulkReadResult before = (await session.ReadAsync(1, TestPlant.Setpoint)).Results[0];
        MxValue?[] wrong =
        [
            null,
            new MxValue(),
            new MxValue { IsNull = true, TimestampValue = s_stamp },
            new MxValue { Int64Value = 1 },
            new MxValue { StringValue = "2025-12-24T17:30:00Z" },
            new MxValue { TimestampValue = new Timestamp { Seconds = long.MaxValue } },
            new MxValue { TimestampValue = new Timestamp { Nanos = 1_000_000_000 } },
        ];
        foreach (MxValue? stamp in wrong)
            Assert.Equal((MxStatusCategory.OperationalError, 0), await OutcomeAsync(session, events, Write2(item, 1, stamp)));
        Assert.Equal(before, (await session.ReadAsync(1, TestPlant.Setpoint)).Results[0]);
    }

    private static MxCommand Write2(int item, float value, MxValue? stamp)
    {
        var write = new Write2Command { ServerHandle = 1, ItemHandle = item, Value = new MxValue { FloatValue = value } };
        if (stamp is not null)
            write.TimestampValue = stamp;
        return new MxCommand { Kind = MxCommandKind.Write2, Write2 = write };
    }
}
