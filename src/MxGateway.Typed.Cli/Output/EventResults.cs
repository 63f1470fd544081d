using System.Text.Json.Serialization;

namespace MxGateway.Typed.Cli;

/// <summary>A status in JSON.</summary>
internal sealed record StatusResult(MxStatusCategory Category, MxStatusSource DetectedBy, short Detail, string Text)
{
    public static StatusResult Of(MxStatus status) => new(status.Category, status.DetectedBy, status.Detail, status.Text);
}

/// <summary>An event in JSON: the properties that its kind has.</summary>
internal sealed record EventResult(string Event, ulong Sequence)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ServerHandle { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ItemHandle { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SampleResult? Sample { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SampleResult>? Samples { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Hresult { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StatusResult>? Statuses { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? RequestedAfterSequence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? OldestAvailableSequence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Family { get; init; }

    public static EventResult Of(MxSessionEvent e) => e switch
    {
        MxDataChange change => OfItem(e, "dataChange", change.Statuses) with { Sample = new(change.Value, change.Quality, change.SourceTimestamp) },
        MxWriteComplete end => OfItem(e, "writeComplete", end.Statuses) with
        {
            Outcome = WriteResult.OutcomeOf(end),
            Hresult = end.HResult,
        },
        MxOperationComplete end => OfItem(e, "operationComplete", end.Statuses) with { Hresult = end.HResult },
        MxBufferedDataChange buffered => OfItem(e, "bufferedDataChange", buffered.Statuses) with
        {
            Samples = [.. buffered.Samples.Select(sample => new SampleResult(sample.Value, sample.Quality, sample.SourceTimestamp))],
        },
        MxReplayGap gap => new("replayGap", e.Sequence)
        {
            RequestedAfterSequence = gap.RequestedAfterSequence,
            OldestAvailableSequence = gap.OldestAvailableSequence,
        },
        MxOtherEvent other => new("other", e.Sequence) { ServerHandle = e.ServerHandle, ItemHandle = e.ItemHandle, Family = other.Family },
        _ => new("other", e.Sequence),
    };

    private static EventResult OfItem(MxSessionEvent e, string kind, IReadOnlyList<MxStatus> statuses) => new(kind, e.Sequence)
    {
        ServerHandle = e.ServerHandle,
        ItemHandle = e.ItemHandle,
        Statuses = [.. statuses.Select(StatusResult.Of)],
    };
}

/// <summary>A value in JSON, with what is said of it.</summary>
internal sealed record SampleResult(MxVariant Value, MxDataType Type, ushort Quality, bool IsGood, DateTime? Timestamp)
{
    public SampleResult(MxVariant value, MxQuality quality, DateTimeOffset? timestamp)
        : this(value, value.DataType, quality.Code, quality.IsGood, timestamp?.UtcDateTime)
    {
    }
}

/// <summary>What <c>read --json</c> prints for each tag.</summary>
internal sealed record ReadResult(string Item, bool Successful, bool Cached, SampleResult? Sample, IReadOnlyList<StatusResult> Statuses, string? Error)
{
    public static ReadResult Of(string item, MxBulkReadResult row) => new(
        item,
        row.WasSuccessful,
        row.WasCached,
        row.WasSuccessful ? new SampleResult(row.Value, row.Quality, row.SourceTimestamp) : null,
        [.. row.Statuses.Select(StatusResult.Of)],
        row.WasSuccessful ? null : row.ErrorMessage);
}

/// <summary>What <c>write --json</c> prints.</summary>
internal sealed record WriteResult(
    string SessionId, int ServerHandle, string? Item, int ItemHandle, string Outcome, string? Why, IReadOnlyList<StatusResult> Statuses)
{
    public const string Confirmed = "confirmed", Rejected = "rejected", Unknown = "unknown", Pending = "pending";

    public static string OutcomeOf(MxWriteComplete end) => end.IsConfirmed ? Confirmed : end.IsRejected ? Rejected : end.IsPending ? Pending : Unknown;
}
