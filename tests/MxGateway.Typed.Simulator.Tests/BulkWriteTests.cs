using MxGateway.Contracts.Proto;
using static MxGateway.Typed.Simulator.Tests.TestWrites;

namespace MxGateway.Typed.Simulator.Tests;

public class BulkWriteTests
{
    [Fact]
    public async Task Writes_to_one_item_are_completed_in_their_order_and_the_last_value_holds()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Count, await session.RegisterAsync());
        await WriteAsync(session, [.. Enumerable.Range(1, 50).Select(n => (item, n % 10 == 0 ? new MxValue { StringValue = "no number" } : new MxValue { Int32Value = -n }))]);
        for (int n = 1; n <= 50; n++)
        {
            MxStatusCategory expected = n % 10 == 0 ? MxStatusCategory.OperationalError : MxStatusCategory.Ok;
            Assert.Equal(expected, (await events.NextAsync(MxEventFamily.OnWriteComplete)).Statuses[0].Category);
            if (expected == MxStatusCategory.Ok)
                Assert.Equal(-n, (await events.NextAsync(MxEventFamily.OnDataChange)).Value.Int32Value);
        }

        Assert.Equal(-49, (await session.ReadAsync(1, TestPlant.Count)).Results[0].Value.Int32Value);
    }

    [Fact]
    public async Task A_row_that_is_not_taken_says_why_and_completes_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Count, await session.RegisterAsync()), early = await session.AddItemAsync(1, TestPlant.Setpoint);
        var value = new MxValue { Int32Value = -1 };
        BulkWriteReply reply = await WriteAsync(session, (item + 100, value), (early, value), (item, value));
        Assert.Equal([(item + 100, false), (early, false), (item, true)], reply.Results.Select(row => (row.ItemHandle, row.WasSuccessful)));
        Assert.All(reply.Results.Take(2), row => Assert.Equal(unchecked((int)0x80070057), row.Hresult));
        Assert.All(reply.Results.Take(2), row => Assert.Equal(MxStatusCategory.SoftwareError, Assert.Single(row.Statuses).Category));
        Assert.Contains("no item handle", reply.Results[0].ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(TestPlant.Setpoint, reply.Results[1].ErrorMessage, StringComparison.Ordinal);
        Assert.False(reply.Results[2].HasHresult);
        Assert.Equal(item, (await events.NextAsync(MxEventFamily.OnWriteComplete)).ItemHandle);
    }

    [Fact]
    public async Task No_rows_get_no_rows()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await session.RegisterAsync();
        Assert.Empty((await WriteAsync(session)).Results);
    }

    [Fact]
    public async Task The_call_record_names_the_items_that_were_written()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Count, await session.RegisterAsync());
        await WriteAsync(session, (item, new MxValue { Int32Value = -1 }), (77, new MxValue { Int32Value = -1 }));
        Assert.Equal("WriteBulk Tank_001.Count, 77", gateway.Simulator.Calls.ToList()[^1].ToString());
    }

    private static async Task<BulkWriteReply> WriteAsync(TestSession session, params (int Item, MxValue Value)[] rows)
    {
        var bulk = new WriteBulkCommand { ServerHandle = 1, Entries = { rows.Select(row => new WriteBulkEntry { ItemHandle = row.Item, Value = row.Value }) } };
        return (await session.OkAsync(new MxCommand { Kind = MxCommandKind.WriteBulk, WriteBulk = bulk })).WriteBulk;
    }
}
