using Google.Protobuf.Collections;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// Where an answer or an event has the gateway's own words: messages, and what statuses and values say of themselves. Names, ids and values are no words.
/// </summary>
internal static class MxGatewayTexts
{
    /// <summary>What stands in the place of words that cannot be shown.</summary>
    public const string NotShown = "(not shown: the gateway's words repeat what is secret)";

    /// <summary>Puts other words in the place of an answer's own.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="replaced">What stands in a text's place; the text itself where it may stay.</param>
    public static void Replace(Proto.MxCommandReply reply, Func<string, string> replaced)
    {
        Replace(reply.ProtocolStatus, replaced);
        if (reply.DiagnosticMessage.Length > 0)
            reply.DiagnosticMessage = replaced(reply.DiagnosticMessage);
        Replace(reply.Statuses, replaced);
        Replace(reply.ReturnValue, replaced);
        foreach (Proto.SubscribeResult row in SubscribedRows(reply)?.Results ?? [])
            row.ErrorMessage = replaced(row.ErrorMessage);
        foreach (Proto.BulkWriteResult row in WrittenRows(reply)?.Results ?? [])
        {
            row.ErrorMessage = replaced(row.ErrorMessage);
            Replace(row.Statuses, replaced);
        }

        foreach (Proto.BulkReadResult row in reply.ReadBulk?.Results ?? [])
        {
            row.ErrorMessage = replaced(row.ErrorMessage);
            Replace(row.Statuses, replaced);
            Replace(row.Value, replaced);
        }
    }

    /// <summary>The same for the answer to OpenSession.</summary>
    public static void Replace(Proto.OpenSessionReply reply, Func<string, string> replaced)
    {
        Replace(reply.ProtocolStatus, replaced);
        reply.BackendName = replaced(reply.BackendName);
        for (int i = 0; i < reply.Capabilities.Count; i++)
            reply.Capabilities[i] = replaced(reply.Capabilities[i]);
    }

    /// <summary>The same for the gateway's own status of a call.</summary>
    public static void Replace(Proto.ProtocolStatus? status, Func<string, string> replaced)
    {
        if (status is not null)
            status.Message = replaced(status.Message);
    }

    /// <summary>The same for an event. Most have no words: then nothing is looked at but lengths, and nothing is allocated.</summary>
    public static void Replace(Proto.MxEvent e, Func<string, string> replaced)
    {
        Replace(e.Statuses, replaced);
        Replace(e.Value, replaced);
        if (e.RawStatus.Length > 0)
            e.RawStatus = replaced(e.RawStatus);
    }

    private static void Replace(Proto.MxValue? value, Func<string, string> replaced)
    {
        if (value is { RawDiagnostic.Length: > 0 })
            value.RawDiagnostic = replaced(value.RawDiagnostic);
    }

    // By index: protobuf's enumerators are allocated.
    private static void Replace(RepeatedField<Proto.MxStatusProxy> statuses, Func<string, string> replaced)
    {
        for (int i = 0; i < statuses.Count; i++)
            if (statuses[i] is { DiagnosticText.Length: > 0 } status)
                status.DiagnosticText = replaced(status.DiagnosticText);
    }

    private static Proto.BulkSubscribeReply? SubscribedRows(Proto.MxCommandReply reply) =>
        reply.AddItemBulk ?? reply.AdviseItemBulk ?? reply.RemoveItemBulk ?? reply.UnAdviseItemBulk ?? reply.SubscribeBulk ?? reply.UnsubscribeBulk;

    private static Proto.BulkWriteReply? WrittenRows(Proto.MxCommandReply reply) =>
        reply.WriteBulk ?? reply.Write2Bulk ?? reply.WriteSecuredBulk ?? reply.WriteSecured2Bulk;
}
