using System.Globalization;
using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>What a read gave.</summary>
/// <param name="Sample">The sample, also where it says that no value came.</param>
/// <param name="HasSourceTime">Whether its timestamp is the source's own.</param>
/// <param name="IsCached">Whether it is what the gateway kept of an advised tag: it may be older than a write that was confirmed meanwhile.</param>
internal readonly record struct MxRead(MxRawSample Sample, bool HasSourceTime, bool IsCached = false)
{
    /// <summary>Whether the read waited in vain: the tag exists as far as anybody knows, and gives no value.</summary>
    public bool IsTimeout => Sample is { IsFromSession: true, Status.Category: MxStatusCategory.CommunicationError }
        && Sample.Quality == MxQuality.BadWaitingForInitialData;

    /// <summary>The last sample of an advised tag.</summary>
    public static MxRead OfLast(in MxRawSample sample) => new(sample, HasSourceTime: true);

    /// <summary>What a row of ReadBulk says.</summary>
    /// <param name="row">The row.</param>
    /// <param name="reference">The tag.</param>
    /// <param name="wait">How long the gateway was to wait for a first value.</param>
    /// <param name="hasWaited">Whether the command took so long: only then can a row have waited in vain.</param>
    /// <param name="now">When the answer came.</param>
    public static MxRead Of(Proto.BulkReadResult row, string reference, TimeSpan wait, bool hasWaited, DateTimeOffset now)
    {
        MxRawSample sample = MxRawSample.Of(row, now);
        if (row.WasSuccessful)
            return new(sample, row.SourceTimestamp is not null, row.WasCached);
        if (hasWaited && IsNoAnswer(sample.Status.Category))
            return TimedOut(reference, wait, sample.Status.Text, now);
        return new(Named(sample, reference), HasSourceTime: false);
    }

    /// <summary>A sample without a value, whose status names its tag.</summary>
    public static MxRawSample Named(in MxRawSample sample, string reference)
    {
        string text = sample.Status.Text;
        return text.Contains(reference, StringComparison.OrdinalIgnoreCase)
            ? sample
            : sample.WithText($"{reference}: {(text.Length == 0 ? "the gateway does not say why" : text)}");
    }

    /// <summary>No value came in time. It is the same sample whichever way the tag was asked for.</summary>
    /// <param name="reference">The tag.</param>
    /// <param name="wait">How long was waited.</param>
    /// <param name="said">What the gateway says of it; empty for nothing.</param>
    /// <param name="now">When the wait ended.</param>
    public static MxRead TimedOut(string reference, TimeSpan wait, string said, DateTimeOffset now)
    {
        string words = said.Length == 0 ? "" : $" (the gateway says: {said})";
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{reference}: no value within {wait.TotalSeconds:0.###} s; its object may be off scan, its engine stopped, or its device silent{words}");
        return new(MxRawSample.FromSession(MxQuality.BadWaitingForInitialData, MxStatusCategory.CommunicationError, text, now), HasSourceTime: false);
    }

    /// <summary>A read that waited in vain says how long it had waited for its turn before that, where it was a second or more.</summary>
    public MxRead After(TimeSpan turn)
    {
        if (!IsTimeout || turn < TimeSpan.FromSeconds(1))
            return this;
        string text = string.Create(CultureInfo.InvariantCulture, $"{Sample.Status.Text}; before that, the read waited {turn.TotalSeconds:0.#} s behind others");
        return this with { Sample = Sample.WithText(text) };
    }

    /// <summary>The failure of a command that took many tags, for one of them: each caller is told of its own.</summary>
    /// <param name="e">How the command failed.</param>
    /// <param name="reference">The tag.</param>
    public static MxGatewayException Failure(MxGatewayException e, string reference)
    {
        string start = $"reading {reference}: ";
        if (e.Message.StartsWith(start, StringComparison.Ordinal))
            return e;

        // In place of the tag that the command names first.
        string why = e.Message.StartsWith("reading ", StringComparison.Ordinal) && e.Message.IndexOf(": ", StringComparison.Ordinal) is > 0 and int colon
            ? e.Message[(colon + 2)..]
            : e.Message;
        return MxFailures.Of(e, start + why, e.IsSurelyNotDone);
    }

    /// <summary>The caller does not wait any longer.</summary>
    public static OperationCanceledException Cancelled(string what, OperationCanceledException e, CancellationToken cancellationToken) =>
        new($"{what}: the wait was cancelled", e, cancellationToken);

    /// <summary>Whether a call ended with a gRPC status.</summary>
    public static bool IsCall(MxGatewayException e, params ReadOnlySpan<GrpcStatusCode> codes) =>
        e.InnerException is GrpcException call && codes.Contains(call.Code);

    // A wrong reference and a missing permission are known at once, and need no waiting.
    private static bool IsNoAnswer(MxStatusCategory category) =>
        category is MxStatusCategory.CommunicationError or MxStatusCategory.Pending or MxStatusCategory.Unknown or MxStatusCategory.OtherError;
}
