using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>
/// Writes to many items: run in order, each row answered as the single write would be.
/// A successful row is a write that was taken; its outcome comes as OnWriteComplete.
/// </summary>
internal static class BulkWriteCommands
{
    public static MxCommandReply Write(MxWorker worker, MxCommand command)
    {
        WriteBulkCommand bulk = command.WriteBulk;
        MxCommandReply reply = Replies.Ok();
        reply.WriteBulk = Rows(worker, command.Kind, bulk.ServerHandle, bulk.Entries.Select(row => MxWrite.Of(bulk.ServerHandle, row)));
        return reply;
    }

    public static MxCommandReply Write2(MxWorker worker, MxCommand command)
    {
        Write2BulkCommand bulk = command.Write2Bulk;
        MxCommandReply reply = Replies.Ok();
        reply.Write2Bulk = Rows(worker, command.Kind, bulk.ServerHandle, bulk.Entries.Select(row => MxWrite.Of(bulk.ServerHandle, row)));
        return reply;
    }

    public static MxCommandReply WriteSecured(MxWorker worker, MxCommand command)
    {
        WriteSecuredBulkCommand bulk = command.WriteSecuredBulk;
        MxCommandReply reply = Replies.Ok();
        reply.WriteSecuredBulk = Rows(worker, command.Kind, bulk.ServerHandle, bulk.Entries.Select(row => MxWrite.Of(bulk.ServerHandle, row)));
        return reply;
    }

    public static MxCommandReply WriteSecured2(MxWorker worker, MxCommand command)
    {
        WriteSecured2BulkCommand bulk = command.WriteSecured2Bulk;
        MxCommandReply reply = Replies.Ok();
        reply.WriteSecured2Bulk = Rows(worker, command.Kind, bulk.ServerHandle, bulk.Entries.Select(row => MxWrite.Of(bulk.ServerHandle, row)));
        return reply;
    }

    private static BulkWriteReply Rows(MxWorker worker, MxCommandKind kind, int serverHandle, IEnumerable<MxWrite> writes)
    {
        List<BulkWriteResult> rows = BulkRows.Run(
            worker, kind, serverHandle, writes, write => WriteCommands.Write(worker, write), (write, rejection) => Row(worker, write, rejection));
        return new BulkWriteReply { Results = { rows } };
    }

    private static BulkWriteResult Row(MxWorker worker, MxWrite write, MxRejection? rejection)
    {
        var row = new BulkWriteResult
        {
            ServerHandle = write.ServerHandle,
            ItemHandle = write.ItemHandle,
            WasSuccessful = rejection is null || !worker.Rules.Hold(GatewayRule.WriteBulkOutcomes),
        };
        if (rejection is not null)
        {
            row.ErrorMessage = rejection.Message;
            row.Hresult = rejection.HResult;
            row.Statuses.Add(rejection.Status);
        }

        return row;
    }
}
