using Kind = MxGateway.Contracts.Proto.MxCommandKind;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <content>Many items in one command.</content>
internal static partial class MxCommands
{
    public static MxBulkCommand<Proto.SubscribeResult> AddItemBulk(int serverHandle, IReadOnlyCollection<string> references) => new(
        new() { Kind = Kind.AddItemBulk, AddItemBulk = new() { ServerHandle = serverHandle, TagAddresses = { references } } },
        references.Count,
        static reply => reply.AddItemBulk?.Results);

    public static MxBulkCommand<Proto.SubscribeResult> AdviseItemBulk(int serverHandle, IReadOnlyCollection<int> itemHandles) => new(
        new() { Kind = Kind.AdviseItemBulk, AdviseItemBulk = new() { ServerHandle = serverHandle, ItemHandles = { itemHandles } } },
        itemHandles.Count,
        static reply => reply.AdviseItemBulk?.Results);

    public static MxBulkCommand<Proto.SubscribeResult> RemoveItemBulk(int serverHandle, IReadOnlyCollection<int> itemHandles) => new(
        new() { Kind = Kind.RemoveItemBulk, RemoveItemBulk = new() { ServerHandle = serverHandle, ItemHandles = { itemHandles } } },
        itemHandles.Count,
        static reply => reply.RemoveItemBulk?.Results);

    public static MxBulkCommand<Proto.SubscribeResult> UnAdviseItemBulk(int serverHandle, IReadOnlyCollection<int> itemHandles) => new(
        new() { Kind = Kind.UnAdviseItemBulk, UnAdviseItemBulk = new() { ServerHandle = serverHandle, ItemHandles = { itemHandles } } },
        itemHandles.Count,
        static reply => reply.UnAdviseItemBulk?.Results);

    public static MxBulkCommand<Proto.SubscribeResult> SubscribeBulk(int serverHandle, IReadOnlyCollection<string> references) => new(
        new() { Kind = Kind.SubscribeBulk, SubscribeBulk = new() { ServerHandle = serverHandle, TagAddresses = { references } } },
        references.Count,
        static reply => reply.SubscribeBulk?.Results);

    public static MxBulkCommand<Proto.SubscribeResult> UnsubscribeBulk(int serverHandle, IReadOnlyCollection<int> itemHandles) => new(
        new() { Kind = Kind.UnsubscribeBulk, UnsubscribeBulk = new() { ServerHandle = serverHandle, ItemHandles = { itemHandles } } },
        itemHandles.Count,
        static reply => reply.UnsubscribeBulk?.Results);

    public static MxBulkCommand<Proto.BulkReadResult> ReadBulk(int serverHandle, IReadOnlyCollection<string> references, TimeSpan timeout)
    {
        var read = new Proto.ReadBulkCommand { ServerHandle = serverHandle, TagAddresses = { references }, TimeoutMs = (uint)timeout.TotalMilliseconds };
        return new(new() { Kind = Kind.ReadBulk, ReadBulk = read }, references.Count, static reply => reply.ReadBulk?.Results);
    }
}
