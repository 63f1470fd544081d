using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>Items and advises, many at a time. ReadBulk is <see cref="BulkRead"/>.</summary>
internal static class BulkCommands
{
    public static MxCommandReply AddItem(MxWorker worker, MxCommand command)
    {
        AddItemBulkCommand bulk = command.AddItemBulk;
        MxCommandReply reply = Replies.Ok();
        reply.AddItemBulk = Add(worker, command.Kind, bulk.ServerHandle, bulk.TagAddresses, static (_, _) => { });
        return reply;
    }

    public static MxCommandReply Subscribe(MxWorker worker, MxCommand command)
    {
        SubscribeBulkCommand bulk = command.SubscribeBulk;
        MxCommandReply reply = Replies.Ok();
        reply.SubscribeBulk = Add(worker, command.Kind, bulk.ServerHandle, bulk.TagAddresses, static (worker, item) =>
        {
            if (worker.Rules.Hold(GatewayRule.SubscribeBulkAdvises))
                worker.Advise(item, supervisory: false);
        });
        return reply;
    }

    public static MxCommandReply Advise(MxWorker worker, MxCommand command)
    {
        AdviseItemBulkCommand bulk = command.AdviseItemBulk;
        MxCommandReply reply = Replies.Ok();
        reply.AdviseItemBulk = With(worker, command.Kind, bulk.ServerHandle, bulk.ItemHandles, item => worker.Advise(item, supervisory: false));
        return reply;
    }

    public static MxCommandReply UnAdvise(MxWorker worker, MxCommand command)
    {
        UnAdviseItemBulkCommand bulk = command.UnAdviseItemBulk;
        MxCommandReply reply = Replies.Ok();
        reply.UnAdviseItemBulk = With(worker, command.Kind, bulk.ServerHandle, bulk.ItemHandles, worker.UnAdvise);
        return reply;
    }

    public static MxCommandReply RemoveItem(MxWorker worker, MxCommand command)
    {
        RemoveItemBulkCommand bulk = command.RemoveItemBulk;
        MxCommandReply reply = Replies.Ok();
        reply.RemoveItemBulk = With(worker, command.Kind, bulk.ServerHandle, bulk.ItemHandles, worker.RemoveItem);
        return reply;
    }

    public static MxCommandReply Unsubscribe(MxWorker worker, MxCommand command)
    {
        UnsubscribeBulkCommand bulk = command.UnsubscribeBulk;
        MxCommandReply reply = Replies.Ok();
        Action<MxItem> end = worker.Rules.Hold(GatewayRule.UnsubscribeBulkRemoves) ? worker.RemoveItem : worker.UnAdvise;
        reply.UnsubscribeBulk = With(worker, command.Kind, bulk.ServerHandle, bulk.ItemHandles, end);
        return reply;
    }

    private static BulkSubscribeReply Add(MxWorker worker, MxCommandKind kind, int serverHandle, IEnumerable<string> addresses, Action<MxWorker, MxItem> then)
    {
        IEnumerable<SubscribeResult> entries = addresses.Select(address => new SubscribeResult { ServerHandle = serverHandle, TagAddress = address });
        return Rows(worker, kind, serverHandle, entries, row =>
        {
            worker.Find(serverHandle, out MxRegistration? registration);
            if (worker.AddItem(registration!, row.TagAddress, context: "", isBuffered: false, out MxItem? item) is { } rejection)
                return rejection;
            if (item.Reference is null && !worker.Rules.Hold(GatewayRule.BulkWrongReference))
                return MxRejection.WrongReference(row.TagAddress);
            row.ItemHandle = item.Handle;
            then(worker, item);
            return null;
        });
    }

    private static BulkSubscribeReply With(MxWorker worker, MxCommandKind kind, int serverHandle, IEnumerable<int> handles, Action<MxItem> action)
    {
        IEnumerable<SubscribeResult> entries = handles.Select(handle => new SubscribeResult { ServerHandle = serverHandle, ItemHandle = handle });
        return Rows(worker, kind, serverHandle, entries, row =>
        {
            if (worker.Find(serverHandle, row.ItemHandle, out MxItem? item) is { } rejection)
                return rejection;
            row.TagAddress = item.Definition;
            action(item);
            return null;
        });
    }

    private static BulkSubscribeReply Rows(
        MxWorker worker, MxCommandKind kind, int serverHandle, IEnumerable<SubscribeResult> entries, Func<SubscribeResult, MxRejection?> run)
    {
        List<SubscribeResult> rows = BulkRows.Run(worker, kind, serverHandle, entries, run, static (row, rejection) =>
        {
            row.WasSuccessful = rejection is null;
            row.ErrorMessage = rejection?.Message ?? "";
            return row;
        });
        return new BulkSubscribeReply { Results = { rows } };
    }
}
