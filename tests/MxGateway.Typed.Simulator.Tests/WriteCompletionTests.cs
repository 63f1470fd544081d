using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Faults;
using static MxGateway.Typed.Simulator.Tests.TestWrites;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>OnWriteComplete, when a test wants it otherwise.</summary>
public class WriteCompletionTests
{
    [Fact]
    public async Task It_comes_after_the_data_change_for_the_items_that_this_concerns()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), count = await AdvisedAsync(session, events, TestPlant.Count, server), setpoint = await AdvisedAsync(session, events, TestPlant.Setpoint, server);
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.After, TestPlant.Count);
        await session.OkAsync(TestSession.Write(server, count, new MxValue { Int32Value = -1 }));
        Assert.Equal(-1, (await events.NextAsync(MxEventFamily.OnDataChange)).Value.Int32Value);
        Assert.Equal(MxStatusCategory.Ok, (await events.NextAsync(MxEventFamily.OnWriteComplete)).Statuses[0].Category);
        await OutcomeAsync(session, events, setpoint, new MxValue { FloatValue = -1 });
        Assert.Equal(setpoint, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
    }

    [Fact]
    public async Task What_is_held_comes_in_the_order_of_the_writes_when_it_is_released_and_before_those_that_follow()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), count = await AdvisedAsync(session, events, TestPlant.Count, server), frozen = await AdvisedAsync(session, events, "Tank_001.Frozen", server);
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.Held);
        await session.OkAsync(TestSession.Write(server, count, new MxValue { Int32Value = -1 }));
        Assert.Equal(-1, (await events.NextAsync(MxEventFamily.OnDataChange)).Value.Int32Value);
        await session.OkAsync(TestSession.Write(server, frozen, new MxValue { FloatValue = 1 }));
        await session.OkAsync(TestSession.Write(server, count, new MxValue { StringValue = "no number" }));

        // Nothing is held any more, but for what is held already; an item that has nothing held completes at once.
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.Before);
        await session.OkAsync(TestSession.Write(server, count, new MxValue { Int32Value = -2 }));
        Assert.Equal(-2, (await events.NextAsync(MxEventFamily.OnDataChange)).Value.Int32Value);
        int setpoint = await AdvisedAsync(session, events, TestPlant.Setpoint, server);
        await OutcomeAsync(session, events, setpoint, new MxValue { FloatValue = -1 });
        await events.NextAsync(MxEventFamily.OnDataChange);

        gateway.Simulator.Faults.ReleaseCompletions();
        (int Item, MxStatusCategory Category)[] expected =
            [(count, MxStatusCategory.Ok), (frozen, MxStatusCategory.SecurityError), (count, MxStatusCategory.OperationalError), (count, MxStatusCategory.Ok)];
        foreach ((int item, MxStatusCategory category) in expected)
        {
            MxEvent complete = await events.NextAsync(MxEventFamily.OnWriteComplete);
            Assert.Equal((item, category), (complete.ItemHandle, complete.Statuses[0].Category));
        }

        await OutcomeAsync(session, events, count, new MxValue { Int32Value = -3 });
    }

    [Fact]
    public async Task It_never_comes_and_the_value_holds_all_the_same()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), count = await AdvisedAsync(session, events, TestPlant.Count, server), setpoint = await AdvisedAsync(session, events, TestPlant.Setpoint, server);
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.Never, TestPlant.Count);
        await session.OkAsync(TestSession.Write(server, count, new MxValue { Int32Value = -1 }));
        Assert.Equal(-1, (await events.NextAsync(MxEventFamily.OnDataChange)).Value.Int32Value);
        await OutcomeAsync(session, events, setpoint, new MxValue { FloatValue = -1 });
        Assert.Equal(setpoint, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
    }

    [Fact]
    public async Task What_is_held_for_a_removed_item_is_not_told()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), removed = await AdvisedAsync(session, events, "Tank_001.Frozen", server), kept = await AdvisedAsync(session, events, "Tank_001.Computed", server);
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.Held);
        await session.OkAsync(TestSession.Write(server, removed, new MxValue { FloatValue = 1 }));
        await session.OkAsync(TestSession.Write(server, kept, new MxValue { FloatValue = 1 }));
        await session.OkAsync(TestSession.Remove(server, removed));
        gateway.Simulator.Faults.ReleaseCompletions();
        Assert.Equal(kept, (await events.NextAsync(MxEventFamily.OnWriteComplete)).ItemHandle);
    }

    [Fact]
    public async Task No_more_is_held_than_the_limit_and_the_oldest_comes_then()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), first = await AdvisedAsync(session, events, "Tank_001.Frozen", server), others = await AdvisedAsync(session, events, "Tank_001.Computed", server);
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.Held);
        await session.OkAsync(TestSession.Write(server, first, new MxValue { FloatValue = 1 }));
        var bulk = new WriteBulkCommand { ServerHandle = server, Entries = { Enumerable.Repeat(new WriteBulkEntry { ItemHandle = others, Value = new MxValue { FloatValue = 1 } }, WriteCompletions.MaxHeld) } };
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.WriteBulk, WriteBulk = bulk });
        Assert.Equal(first, (await events.NextAsync(MxEventFamily.OnWriteComplete)).ItemHandle);
    }
}
