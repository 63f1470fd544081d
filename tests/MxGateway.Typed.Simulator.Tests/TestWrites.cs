using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>What the tests of writes share. Items are advised one by one, so that their first data changes are read before anything else comes.</summary>
internal static class TestWrites
{
    /// <summary>Adds an item and advises it, and reads its first data change.</summary>
    public static async Task<int> AdvisedAsync(TestSession session, TestEvents events, string reference, int server)
    {
        int item = await session.AddItemAsync(server, reference);
        await session.AdviseAsync(server, item);
        Assert.Equal(item, (await events.NextAsync(MxEventFamily.OnDataChange)).ItemHandle);
        return item;
    }

    /// <summary>Writes to an item of server handle 1.</summary>
    public static Task<(MxStatusCategory Category, int Detail)> OutcomeAsync(TestSession session, TestEvents events, int item, MxValue value) =>
        OutcomeAsync(session, events, TestSession.Write(1, item, value));

    /// <summary>Writes, and reads the OnWriteComplete, which must be the next event.</summary>
    public static async Task<(MxStatusCategory Category, int Detail)> OutcomeAsync(TestSession session, TestEvents events, MxCommand write)
    {
        await session.OkAsync(write);
        MxStatusProxy status = Assert.Single((await events.NextAsync(MxEventFamily.OnWriteComplete)).Statuses);
        Assert.Equal(status.Category == MxStatusCategory.Ok, status.Success != 0);
        return (status.Category, status.Detail);
    }
}
