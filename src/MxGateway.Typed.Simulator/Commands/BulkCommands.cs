using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Plant;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>Commands for many items: run in order, one row per entry in the request's order, and no row fails another one.</summary>
internal static class BulkCommands
{
    public static MxCommandReply Subscribe(MxWorker worker, MxCommand command)
    {
        SubscribeBulkCommand bulk = command.SubscribeBulk;
        MxRejection? unknown = worker.Find(bulk.ServerHandle, out MxRegistration? registration);
        var rows = new BulkSubscribeReply();
        foreach (string address in bulk.TagAddresses)
        {
            MxItem? item = null;
            MxRejection? rejection = unknown ?? worker.AddItem(registration, address, out item);
            if (rejection is null)
                worker.Advise(item!, supervisory: false);
            rows.Results.Add(Row(bulk.ServerHandle, address, item?.Handle ?? 0, rejection));
        }

        MxCommandReply reply = Replies.Ok();
        reply.SubscribeBulk = rows;
        return reply;
    }

    public static MxCommandReply Unsubscribe(MxWorker worker, MxCommand command)
    {
        UnsubscribeBulkCommand bulk = command.UnsubscribeBulk;
        var rows = new BulkSubscribeReply();
        foreach (int handle in bulk.ItemHandles)
        {
            MxRejection? rejection = worker.Find(bulk.ServerHandle, handle, out MxItem? item);
            if (rejection is null)
                worker.RemoveItem(item);
            rows.Results.Add(Row(bulk.ServerHandle, item?.Definition ?? "", handle, rejection));
        }

        MxCommandReply reply = Replies.Ok();
        reply.UnsubscribeBulk = rows;
        return reply;
    }

    public static MxCommandReply Read(MxWorker worker, MxCommand command)
    {
        ReadBulkCommand bulk = command.ReadBulk;
        MxRejection? unknown = worker.Find(bulk.ServerHandle, out MxRegistration? registration);
        var rows = new BulkReadReply();
        rows.Results.AddRange(bulk.TagAddresses.Select(address => unknown is null
            ? Read(worker, registration, address)
            : Failed(bulk.ServerHandle, address, unknown.Message, unknown.Status)));

        MxCommandReply reply = Replies.Ok();
        reply.ReadBulk = rows;
        return reply;
    }

    /// <summary>A simulated tag has its first value at once, so a read never waits for one.</summary>
    private static BulkReadResult Read(MxWorker worker, MxRegistration registration, string address)
    {
        if (worker.Resolve(address, out TagReference? named) is { } rejection)
            return Failed(registration.Handle, address, rejection.Message, rejection.Status);
        if (named is not { } reference)
            return Failed(registration.Handle, address, $"the Galaxy has no attribute \"{address}\"", MxItem.WrongReference(address));

        TagSample sample = worker.Plant.Read(reference.Tag, listener => listener is MxItem item && item.Reference == named && registration.Items.GetValueOrDefault(item.Handle) == item, out ITagListener? advised);
        if (reference.In(sample.Value) is not { } value)
            return Failed(registration.Handle, address, $"the array has no element \"{address}\"", MxItem.WrongReference(address));
        return new BulkReadResult
        {
            ServerHandle = registration.Handle,
            TagAddress = address,
            ItemHandle = (advised as MxItem)?.Handle ?? worker.NextItemHandle(),
            WasSuccessful = true,
            WasCached = advised is not null,
            Value = value,
            Quality = MxItem.QualityGood,
            SourceTimestamp = sample.Time,
            Statuses = { Statuses.Ok() },
        };
    }

    private static BulkReadResult Failed(int serverHandle, string address, string message, MxStatusProxy status) => new()
    {
        ServerHandle = serverHandle,
        TagAddress = address,
        Value = WireValues.None(),
        Quality = MxItem.QualityConfigurationError,
        Statuses = { status },
        ErrorMessage = message,
    };

    private static SubscribeResult Row(int serverHandle, string address, int itemHandle, MxRejection? rejection) => new()
    {
        ServerHandle = serverHandle,
        TagAddress = address,
        ItemHandle = itemHandle,
        WasSuccessful = rejection is null,
        ErrorMessage = rejection?.Message ?? "",
    };
}
