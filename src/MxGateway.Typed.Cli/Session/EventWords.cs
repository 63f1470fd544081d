using System.Globalization;

namespace MxGateway.Typed.Cli;

/// <summary>Events in words, for a person.</summary>
internal static class EventWords
{
    private const int MostElements = 8;

    public static string Of(MxSessionEvent e) => e switch
    {
        MxDataChange change => $"{Head(e, "data change")}: {Of(change.Value)}, {change.Quality}{At(change.SourceTimestamp)}{Of(change.Statuses)}",
        MxWriteComplete end =>
            $"{Head(e, "write complete")}: {WriteResult.OutcomeOf(end)}{Of(end.Statuses)}",
        MxOperationComplete end => $"{Head(e, "operation complete")}{Of(end.Statuses)}",
        MxBufferedDataChange buffered =>
            $"{Head(e, "buffered data change")}: {string.Join("; ", buffered.Samples.Select(s => $"{Of(s.Value)}, {s.Quality}{At(s.SourceTimestamp)}"))}",
        MxReplayGap gap => $"replay gap: events after {gap.RequestedAfterSequence} and before {gap.OldestAvailableSequence} are lost; read all values anew",
        MxOtherEvent other => $"{Head(e, "another event")}: family {other.Family}",
        _ => Head(e, "another event"),
    };

    /// <summary>A value; an elapsed time as it is given to write, and not as the count that it is on the wire.</summary>
    public static string Of(MxVariant value)
    {
        if (value.DataType != MxDataType.ElapsedTime)
            return value.ToString();
        if (value.TryGet(out long ticks))
            return ValueText.OfElapsed(ticks);
        if (value.TryGet(out int few))
            return ValueText.OfElapsed(few);
        return value.TryGet<IReadOnlyList<long>>(out IReadOnlyList<long>? all)
            ? $"[{string.Join(", ", all.Take(MostElements).Select(ValueText.OfElapsed))}{(all.Count > MostElements ? $", ... {all.Count} in all" : "")}]"
            : value.ToString();
    }

    public static string At(DateTimeOffset? time) =>
        time is { } told ? $", {told.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}" : "";

    /// <summary>What MXAccess complains of; nothing where it does not.</summary>
    public static string Of(IEnumerable<MxStatus> statuses) => string.Concat(statuses.Where(status => !status.IsOk).Select(status => $"; {status}"));

    private static string Head(MxSessionEvent e, string kind) => $"{e.Sequence} {kind} of item handle {e.ItemHandle}";
}
