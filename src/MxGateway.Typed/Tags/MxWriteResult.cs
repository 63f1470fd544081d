namespace MxGateway.Typed;

/// <summary>How a write ended.</summary>
public enum MxWriteOutcome
{
    /// <summary>MXAccess confirmed it.</summary>
    Confirmed,

    /// <summary>MXAccess refused it, or it was never sent. The value did not change by it.</summary>
    Rejected,

    /// <summary>
    /// Whether it took effect is not known: no confirmation in time, the connection was lost, or you stopped waiting. Read the tag before writing again.
    /// </summary>
    Unknown,

    /// <summary>It was not sent: a newer one came while it waited, and its <see cref="MxWriteOptions.Coalesce"/> allows that.</summary>
    Superseded,
}

/// <summary>What became of one of the writes of <see cref="MxWriteExtensions.WriteAllAsync(MxGalaxy, IEnumerable{MxWrite}, CancellationToken)"/>.</summary>
public sealed class MxWriteResult
{
    private MxWriteResult(MxTag tag, MxWriteOutcome outcome, Exception? exception)
    {
        Tag = tag;
        Outcome = outcome;
        Exception = exception;
    }

    /// <summary>The tag.</summary>
    public MxTag Tag { get; }

    /// <summary>How the write ended.</summary>
    public MxWriteOutcome Outcome { get; }

    /// <summary>What <c>WriteAsync</c> would have thrown; null where the write was confirmed.</summary>
    public Exception? Exception { get; }

    /// <summary>What MXAccess said of a write that was not confirmed; empty where it was not asked, or has not answered.</summary>
    public IReadOnlyList<MxStatus> Statuses => Exception switch
    {
        MxWriteRejectedException rejected => rejected.Statuses,
        MxWriteUnknownException unknown => unknown.Statuses,
        _ => [],
    };

    /// <summary>Such as <c>Pump_001.Speed: Confirmed</c>; of another outcome also why.</summary>
    public override string ToString() => $"{Tag.Reference}: {Outcome}{(Exception is null ? "" : $": {Exception.Message}")}";

    internal static async Task<MxWriteResult> OfAsync(MxPendingWrite write, Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
            return new(write.Write.Tag, MxWriteOutcome.Confirmed, null);
        }
        catch (Exception e)
        {
            MxWriteOutcome outcome = e switch
            {
                MxWriteSupersededException => MxWriteOutcome.Superseded,
                MxWriteUnknownException => MxWriteOutcome.Unknown,
                MxGatewayException => MxWriteOutcome.Rejected,
                _ => write.WasSent ? MxWriteOutcome.Unknown : MxWriteOutcome.Rejected,
            };
            return new(write.Write.Tag, outcome, e);
        }
    }
}
