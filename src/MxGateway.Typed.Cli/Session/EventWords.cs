using System.Globalization;

namespace MxGateway.Typed.Cli;

/// <summary>Events in words, for a person.</summary>
internal static class EventWords
{
    public static string Of(MxSessionEvent e) => e switch
    {
        MxDataChange change => $"{Head(e, "data change")}: {change.Value}, {change.Quality}{At(change.SourceTimestamp)}{Of(change.Statuses)}",
        MxWriteComplete end =>
            $"{Head(e, "write complete")}: {WriteResult.OutcomeOf(end)}{Of(end.Statuses)}",
        MxOperationComplete end => $"{Head(e, "operation complete")}{Of(end.Statuses)}",
        MxBufferedDataChange buffered =>
            $"{Head(e, "buffered data change")}: {string.Join("; ", buffered.Samples.Select(s => $"{s.Value}, {s.Quality}{At(s.SourceTimestamp)}"))}",
        MxReplayGap gap => $"replay gap: events after {gap.RequestedAfterSequence} and before {gap.OldestAvailableSequence} are lost; read all values anew",
        MxOtherEvent other => $"{Head(e, "another event")}: family {other.Family}",
        _ => Head(e, "another event"),
    };

    public static string At(DateTimeOffset? time) =>
        time is { } told ? $", {told.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}" : "";

    /// <summary>What MXAccess complains of; nothing where it does not.</summary>
    public static string Of(IEnumerable<MxStatus> statuses) => string.Concat(statuses.Where(status => !status.IsOk).Select(status => $"; {status}"));

    private static string Head(MxSessionEvent e, string kind) => $"{e.Sequence} {kind} of item handle {e.ItemHandle}";
}
