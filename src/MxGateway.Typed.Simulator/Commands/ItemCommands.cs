using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>Server handles, items and advises, one at a time.</summary>
internal static class ItemCommands
{
    public static MxCommandReply Register(MxWorker worker, MxCommand command)
    {
        if (worker.Register(out int handle) is { } rejection)
            return Replies.Rejected(rejection);
        MxCommandReply reply = Replies.Ok();
        reply.Register = new RegisterReply { ServerHandle = handle };
        return reply;
    }

    public static MxCommandReply Unregister(MxWorker worker, MxCommand command)
    {
        MxRejection? rejection = worker.Find(command.Unregister.ServerHandle, out MxRegistration? registration);
        if (rejection is null && worker.Rules.Hold(GatewayRule.HandlesDieWithServerHandle))
            worker.Unregister(registration);
        return Replies.Of(rejection);
    }

    public static MxCommandReply AddItem(MxWorker worker, MxCommand command)
    {
        AddItemCommand add = command.AddItem;
        return Add(
            worker, add.ServerHandle, add.ItemDefinition, context: "", isBuffered: false,
            static (reply, handle) => reply.AddItem = new AddItemReply { ItemHandle = handle });
    }

    public static MxCommandReply AddItem2(MxWorker worker, MxCommand command)
    {
        AddItem2Command add = command.AddItem2;
        return Add(
            worker, add.ServerHandle, add.ItemDefinition, add.ItemContext, isBuffered: false,
            static (reply, handle) => reply.AddItem2 = new AddItem2Reply { ItemHandle = handle });
    }

    public static MxCommandReply AddBufferedItem(MxWorker worker, MxCommand command)
    {
        AddBufferedItemCommand add = command.AddBufferedItem;
        return Add(
            worker, add.ServerHandle, add.ItemDefinition, add.ItemContext, isBuffered: true,
            static (reply, handle) => reply.AddBufferedItem = new AddBufferedItemReply { ItemHandle = handle });
    }

    public static MxCommandReply SetBufferedUpdateInterval(MxWorker worker, MxCommand command)
    {
        SetBufferedUpdateIntervalCommand set = command.SetBufferedUpdateInterval;
        if (worker.Find(set.ServerHandle, out MxRegistration? registration) is { } unknown)
            return Replies.Rejected(unknown);
        if (set.UpdateIntervalMs <= 0)
            return Replies.Rejected(MxRejection.Argument($"the update interval is {set.UpdateIntervalMs} ms; it must be more than nothing"));
        worker.Updates(registration).SetInterval(TimeSpan.FromMilliseconds(set.UpdateIntervalMs));
        return Replies.Ok();
    }

    public static MxCommandReply RemoveItem(MxWorker worker, MxCommand command) =>
        With(worker, command.RemoveItem.ServerHandle, command.RemoveItem.ItemHandle, worker.RemoveItem);

    public static MxCommandReply Advise(MxWorker worker, MxCommand command) =>
        With(worker, command.Advise.ServerHandle, command.Advise.ItemHandle, item => worker.Advise(item, supervisory: false));

    public static MxCommandReply AdviseSupervisory(MxWorker worker, MxCommand command) =>
        With(worker, command.AdviseSupervisory.ServerHandle, command.AdviseSupervisory.ItemHandle, item => worker.Advise(item, supervisory: true));

    public static MxCommandReply UnAdvise(MxWorker worker, MxCommand command) =>
        With(worker, command.UnAdvise.ServerHandle, command.UnAdvise.ItemHandle, worker.UnAdvise);

    public static MxCommandReply Suspend(MxWorker worker, MxCommand command) =>
        WithStatus(With(worker, command.Suspend.ServerHandle, command.Suspend.ItemHandle, worker.Suspend));

    public static MxCommandReply Activate(MxWorker worker, MxCommand command) =>
        WithStatus(With(worker, command.Activate.ServerHandle, command.Activate.ItemHandle, worker.Activate));

    private static MxCommandReply Add(MxWorker worker, int serverHandle, string definition, string context, bool isBuffered, Action<MxCommandReply, int> put)
    {
        if (worker.Find(serverHandle, out MxRegistration? registration) is { } unknown)
            return Replies.Rejected(unknown);
        if (worker.AddItem(registration, definition, context, isBuffered, out MxItem? item) is { } refused)
            return Replies.Rejected(refused);
        MxCommandReply reply = Replies.Ok();
        put(reply, item.Handle);
        return reply;
    }

    private static MxCommandReply WithStatus(MxCommandReply reply)
    {
        // A rejection has its status already.
        if (reply.Statuses.Count == 0)
            reply.Statuses.Add(Statuses.Ok());
        return reply;
    }

    private static MxCommandReply With(MxWorker worker, int serverHandle, int itemHandle, Action<MxItem> action)
    {
        MxRejection? rejection = worker.Find(serverHandle, itemHandle, out MxItem? item);
        if (rejection is null)
            action(item);
        return Replies.Of(rejection);
    }
}
