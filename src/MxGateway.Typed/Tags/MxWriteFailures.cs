using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>What a write that was not confirmed throws. The message names the tag and says whether the value may have changed.</summary>
internal static class MxWriteFailures
{
    /// <summary>MXAccess refused the write.</summary>
    /// <param name="write">The write.</param>
    /// <param name="message">What was said; may be empty.</param>
    /// <param name="hresult">MXAccess's result code, where one came.</param>
    /// <param name="statuses">What MXAccess said.</param>
    /// <param name="reply">The answer that says so; null where an event does.</param>
    public static MxWriteRejectedException Refused(
        MxWrite write, string message, int? hresult, IReadOnlyList<MxStatus> statuses, Proto.MxCommandReply? reply = null)
    {
        string code = hresult < 0 ? $" (0x{hresult:X8})" : "";
        string text = $"writing {write.Item.Reference}: MXAccess refused{code}: {Said(message, statuses)}{Advice(write, statuses)}";
        return new(text, hresult, statuses) { RawReply = reply };
    }

    /// <summary>A message, and what the statuses add to it. Where one only repeats the message, its category is enough.</summary>
    public static string Said(string message, IReadOnlyList<MxStatus> statuses)
    {
        IEnumerable<string> said = statuses.Where(status => !status.IsOk).Select(status => $"{(status.Text == message ? status with { Text = "" } : status)}");
        return string.Join("; ", said.Prepend(message).Where(text => text.Length > 0));
    }

    public static MxWriteUnknownException Unknown(
        string reference, string why, Exception? cause, IReadOnlyList<MxStatus>? statuses = null, Proto.MxCommandReply? reply = null) =>
        new($"writing {reference}: {why}; the write may or may not have taken effect: read the tag before writing again", cause)
        {
            Statuses = statuses ?? [],
            RawReply = reply,
        };

    public static MxWriteSupersededException Superseded(string reference) =>
        new($"writing {reference}: a newer write of it came while this one still waited. This one was not sent");

    /// <summary>Nothing was sent, because the tag is as its last sample says.</summary>
    public static MxGatewayException NotSent(string reference, MxRawSample why) => why.Quality == MxQuality.BadNotConnected && why.IsFromSession
        ? new MxConnectionException($"writing {reference}: {why.Status.Text}. Nothing was sent") { NotDone = true }
        : NotSent(reference, $"it cannot be advised ({why.Status}), and MXAccess takes no write before its first value", why.Status);

    public static MxWriteRejectedException NotSent(string reference, string why, params IReadOnlyList<MxStatus> statuses) =>
        new($"writing {reference}: {why}. Nothing was sent", null, statuses);

    public static OperationCanceledException Cancelled(string reference, string what, Exception? cause, CancellationToken cancellationToken) =>
        new($"writing {reference}: the wait was cancelled; {what}", cause, cancellationToken);

    /// <summary>What a failed command means to a write in it: that it was surely not carried out, or that nobody knows.</summary>
    /// <param name="write">The write.</param>
    /// <param name="e">The failure.</param>
    /// <param name="command">How the failure names the command: whoever wrote a tag reads of the tag, and finds the command in the inner exception.</param>
    public static MxGatewayException OfCommand(MxWrite write, MxGatewayException e, string command)
    {
        string why = e.Message.StartsWith($"{command}: ", StringComparison.Ordinal) ? e.Message[(command.Length + 2)..] : e.Message;
        var refusal = e as MxAccessException;
        return e.IsSurelyNotDone
            ? NotDone(write.Item.Reference, e, refusal is null ? why : why + Advice(write, refusal.Statuses))
            : Unknown(write.Item.Reference, why, e, refusal?.Statuses, e.RawReply);
    }

    /// <summary>What a failed row of a bulk command means to its write, judged as OnWriteComplete is.</summary>
    /// <param name="write">The write.</param>
    /// <param name="row">The row.</param>
    /// <param name="reply">The command's answer, which has the rows of its other writes too.</param>
    public static MxGatewayException OfRow(MxWrite write, Proto.BulkWriteResult row, Proto.MxCommandReply reply)
    {
        int? hresult = row.HasHresult ? row.Hresult : null;
        MxStatus[] statuses = Wire.ToStatuses(row.Statuses);
        return MxWriteVerdicts.MayBeDone(hresult, statuses)
            ? Unknown(write.Item.Reference, $"MXAccess said {Said(row.ErrorMessage, statuses)}", null, statuses, reply)
            : Refused(write, row.ErrorMessage, hresult, statuses, reply);
    }

    /// <summary>The same failure, said of one of the writes that it is about.</summary>
    public static MxGatewayException NotDone(string reference, MxGatewayException e, string why)
    {
        string message = $"writing {reference}: {why}";
        return e is MxAccessException refusal
            ? new MxWriteRejectedException(message, refusal.MxHResult, refusal.Statuses, e) { RawReply = e.RawReply }
            : MxFailures.Of(e, message, notDone: true);
    }

    /// <summary>What to do about MXAccess's refusal, where that is known. A value of another type than the attribute's may be the snapshot's fault.</summary>
    private static string Advice(MxWrite write, IReadOnlyList<MxStatus> statuses) =>
        UserAdvice(write, statuses) + (write.Tag.TypeFault(write.Item.Latest) is { } fault ? $"; {fault}" : "");

    // Where the attribute itself asks for signatures, the status says so.
    private static string UserAdvice(MxWrite write, IReadOnlyList<MxStatus> statuses) =>
        write.User is null && statuses.Any(status => status is { Category: MxStatusCategory.SecurityError, Detail: not (1012 or 1013) })
            ? "; give the user in whose name it is written: WriteAsync(value, user)"
            : "";
}
