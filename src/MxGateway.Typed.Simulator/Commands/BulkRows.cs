using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>
/// What all bulk commands have in common: they run in the request's order, answer one row per entry in that order, and no row fails another one.
/// Rows that fit no reply any more end the command: RESOURCE_EXHAUSTED, as for any answer that is too large, and the entries that are left are not carried out.
/// </summary>
internal static class BulkRows
{
    /// <summary>Runs the rows of a bulk command.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="kind">The command.</param>
    /// <param name="serverHandle">The server handle that it names.</param>
    /// <param name="entries">The request's entries.</param>
    /// <param name="run">Runs one; what rejected it, null where nothing did.</param>
    /// <param name="answer">The row of an entry that ran, or was rejected.</param>
    /// <returns>The reply's rows.</returns>
    public static List<TRow> Run<TEntry, TRow>(
        MxWorker worker,
        MxCommandKind kind,
        int serverHandle,
        IEnumerable<TEntry> entries,
        Func<TEntry, MxRejection?> run,
        Func<TEntry, MxRejection?, TRow> answer)
        where TRow : IMessage
    {
        MxRejection? unknown = worker.Find(serverHandle, out _);
        if (unknown is not null && !worker.Rules.Hold(GatewayRule.BulkUnknownServer))
            return [];

        var rows = new List<TRow>();
        long bytes = 0;
        MxRejection? before = null;
        foreach ((int number, TEntry entry) in worker.Rules.Hold(GatewayRule.BulkRowOrder) ? entries.Index() : entries.Index().Reverse())
        {
            MxRejection? rejection = unknown ?? before ?? OnCommand(worker.Faults.RowFailure(kind, number)) ?? run(entry);
            TRow row = answer(entry, rejection);
            rows.Add(row);
            bytes += row.CalculateSize();
            if (bytes > GrpcFraming.DefaultMaxMessageSize && worker.Rules.Hold(GatewayRule.AnswerLimit))
                throw TooLarge(kind, rows.Count);
            before = worker.Rules.Hold(GatewayRule.BulkRowAlone) ? null : rejection;
        }

        return rows;
    }

    private static GrpcFault TooLarge(MxCommandKind kind, int rows) => GrpcFault.Exhausted(
        $"the reply to {kind} is larger than the limit of {GrpcFraming.DefaultMaxMessageSize} bytes with its first {rows} rows; "
        + "the entries after these were not carried out: send fewer at a time");

    private static MxRejection? OnCommand(string? failure) => failure is null ? null : MxRejection.OnCommand(failure);
}
