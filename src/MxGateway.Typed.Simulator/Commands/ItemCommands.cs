using MxGateway.Contracts.Proto;

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
        if (rejection is null)
            worker.Unregister(registration);
        return Replies.Of(rejection);
    }

    public static MxCommandReply AddItem(MxWorker worker, MxCommand command)
    {
        if (worker.Find(command.AddItem.ServerHandle, out MxRegistration? registration) is { } unknown)
            return Replies.Rejected(unknown);
        if (worker.AddItem(registration, command.AddItem.ItemDefinition, out MxItem? item) is { } refused)
            return Replies.Rejected(refused);
        MxCommandReply reply = Replies.Ok();
        reply.AddItem = new AddItemReply { ItemHandle = item.Handle };
        return reply;
    }

    public static MxCommandReply RemoveItem(MxWorker worker, MxCommand command) =>
        With(worker, command.RemoveItem.ServerHandle, command.RemoveItem.ItemHandle, worker.RemoveItem);

    public static MxCommandReply Advise(MxWorker worker, MxCommand command) =>
        With(worker, command.Advise.ServerHandle, command.Advise.ItemHandle, item => worker.Advise(item, supervisory: false));

    public static MxCommandReply AdviseSupervisory(MxWorker worker, MxCommand command) =>
        With(worker, command.AdviseSupervisory.ServerHandle, command.AdviseSupervisory.ItemHandle, item => worker.Advise(item, supervisory: true));

    public static MxCommandReply UnAdvise(MxWorker worker, MxCommand command) =>
        With(worker, command.UnAdvise.ServerHandle, command.UnAdvise.ItemHandle, worker.UnAdvise);

    private static MxCommandReply With(MxWorker worker, int serverHandle, int itemHandle, Action<MxItem> action)
    {
        MxRejection? rejection = worker.Find(serverHandle, itemHandle, out MxItem? item);
        if (rejection is null)
            action(item);
        return Replies.Of(rejection);
    }
}
