using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>One event of a session's stream.</summary>
public abstract record MxSessionEvent
{
    private protected MxSessionEvent(Proto.MxEvent e)
    {
        Sequence = e.WorkerSequence;
        ServerHandle = e.ServerHandle;
        ItemHandle = e.ItemHandle;
        WorkerTimestamp = Wire.ToTimeOrNull(e.WorkerTimestamp);
    }

    /// <summary>Its place in the session: 1 for the first event, and one more for each that follows. 0 for an <see cref="MxReplayGap"/>.</summary>
    public ulong Sequence { get; }

    /// <summary>The registration that it is for.</summary>
    public int ServerHandle { get; }

    /// <summary>The item that it is of.</summary>
    public int ItemHandle { get; }

    /// <summary>When the gateway's worker had it, in UTC; null where the gateway does not say.</summary>
    public DateTimeOffset? WorkerTimestamp { get; }

    /// <summary>What every event says, as texts of events begin.</summary>
    private protected string Head =>
        $"{GetType().Name} {{ Sequence = {Sequence}, ServerHandle = {ServerHandle}, ItemHandle = {ItemHandle}, WorkerTimestamp = {MxText.Of(WorkerTimestamp)}";

    internal static MxSessionEvent Of(Proto.MxEvent e) => e switch
    {
        { ReplayGap: not null } => new MxReplayGap(e),
        { Family: Proto.MxEventFamily.OnDataChange } => new MxDataChange(e),
        { Family: Proto.MxEventFamily.OnWriteComplete } => new MxWriteComplete(e),
        { Family: Proto.MxEventFamily.OperationComplete } => new MxOperationComplete(e),
        { Family: Proto.MxEventFamily.OnBufferedDataChange } => new MxBufferedDataChange(e),
        _ => new MxOtherEvent(e),
    };
}

/// <summary>OnDataChange: an advised item's first value, or another one.</summary>
public sealed record MxDataChange : MxSessionEvent
{
    internal MxDataChange(Proto.MxEvent e)
        : base(e)
    {
        Value = Wire.ToTypedVariant(e.Value);
        Quality = new MxQuality((ushort)e.Quality);
        SourceTimestamp = Wire.ToTimeOrNull(e.SourceTimestamp);
        Statuses = Wire.ToStatuses(e.Statuses);
    }

    /// <summary>The value.</summary>
    public MxVariant Value { get; }

    /// <summary>How far it can be relied on.</summary>
    public MxQuality Quality { get; }

    /// <summary>When the source gave it, in UTC; null where the gateway does not say.</summary>
    public DateTimeOffset? SourceTimestamp { get; }

    /// <summary>What MXAccess said.</summary>
    public IReadOnlyList<MxStatus> Statuses { get; }

    /// <summary>All that it says.</summary>
    public override string ToString() =>
        $"{Head}, Value = {Value}, Quality = {Quality}, SourceTimestamp = {MxText.Of(SourceTimestamp)}, Statuses = {MxText.Of(Statuses)} }}";
}

/// <summary>OnWriteComplete: how a write of the item ended. It does not say which one.</summary>
public sealed record MxWriteComplete : MxSessionEvent
{
    internal MxWriteComplete(Proto.MxEvent e)
        : base(e)
    {
        Statuses = Wire.ToStatuses(e.Statuses);
        HResult = e.HasHresult ? e.Hresult : null;
    }

    /// <summary>What MXAccess said, judged by the category.</summary>
    public IReadOnlyList<MxStatus> Statuses { get; }

    /// <summary>MXAccess's result code, negative for a failure; null where none came.</summary>
    public int? HResult { get; }

    /// <summary>Whether it is no end yet: another one will come for the same write.</summary>
    public bool IsPending => Verdict == MxWriteVerdict.Pending;

    /// <summary>Whether MXAccess refused the write: the value did not change by it.</summary>
    public bool IsRejected => Verdict == MxWriteVerdict.Rejected;

    /// <summary>Whether MXAccess confirmed the write. Where it neither did nor refused, the outcome is unknown: read the tag before writing again.</summary>
    public bool IsConfirmed => Verdict == MxWriteVerdict.Confirmed;

    private MxWriteVerdict Verdict => MxWriteVerdicts.Of(HResult, Statuses);

    /// <summary>All that it says; the result code as MXAccess's documentation has it, in hex.</summary>
    public override string ToString() => $"{Head}, Statuses = {MxText.Of(Statuses)}, HResult = {MxText.OfHResult(HResult)} }}";
}

/// <summary>OperationComplete: how another operation on the item ended.</summary>
public sealed record MxOperationComplete : MxSessionEvent
{
    internal MxOperationComplete(Proto.MxEvent e)
        : base(e)
    {
        Statuses = Wire.ToStatuses(e.Statuses);
        HResult = e.HasHresult ? e.Hresult : null;
    }

    /// <summary>What MXAccess said.</summary>
    public IReadOnlyList<MxStatus> Statuses { get; }

    /// <summary>MXAccess's result code, negative for a failure; null where none came.</summary>
    public int? HResult { get; }

    /// <summary>All that it says; the result code as MXAccess's documentation has it, in hex.</summary>
    public override string ToString() => $"{Head}, Statuses = {MxText.Of(Statuses)}, HResult = {MxText.OfHResult(HResult)} }}";
}

/// <summary>OnBufferedDataChange: the changes of a buffered item in one update interval.</summary>
public sealed record MxBufferedDataChange : MxSessionEvent
{
    internal MxBufferedDataChange(Proto.MxEvent e)
        : base(e)
    {
        Proto.OnBufferedDataChangeEvent body = e.OnBufferedDataChange ?? new();
        DataType = Wire.ToDataType(body.DataType);
        Statuses = Wire.ToStatuses(e.Statuses);
        MxVariant values = Wire.ToVariant(e.Value);
        Array elements = values.Kind == MxVariantKind.Array ? (Array)values.Reference! : Array.Empty<string>();

        // A gateway that sends fewer qualities or times than values has not said how good the last ones are.
        Samples = [.. Enumerable.Range(0, elements.Length).Select(i => new MxBufferedSample(
            MxVariants.Element(elements, i).As(DataType),
            new MxQuality(i < body.Qualities.Count ? (ushort)body.Qualities[i] : (ushort)0),
            i < body.Timestamps.Count ? Wire.ToTimeOrNull(body.Timestamps[i]) : null))];
    }

    /// <summary>The type of the values.</summary>
    public MxDataType DataType { get; }

    /// <summary>The changes, in their order.</summary>
    public IReadOnlyList<MxBufferedSample> Samples { get; }

    /// <summary>What MXAccess said.</summary>
    public IReadOnlyList<MxStatus> Statuses { get; }

    /// <summary>All that it says, with the number of the samples.</summary>
    public override string ToString() => $"{Head}, DataType = {DataType}, Samples = {Samples.Count}, Statuses = {MxText.Of(Statuses)} }}";
}

/// <summary>One change of a buffered item.</summary>
/// <param name="Value">The value.</param>
/// <param name="Quality">How far it can be relied on.</param>
/// <param name="SourceTimestamp">When the source gave it, in UTC; null where the gateway does not say.</param>
public readonly record struct MxBufferedSample(MxVariant Value, MxQuality Quality, DateTimeOffset? SourceTimestamp);

/// <summary>The stream was resumed after a sequence whose followers are gone in part: read all values anew.</summary>
public sealed record MxReplayGap : MxSessionEvent
{
    internal MxReplayGap(Proto.MxEvent e)
        : base(e)
    {
        RequestedAfterSequence = e.ReplayGap.RequestedAfterSequence;
        OldestAvailableSequence = e.ReplayGap.OldestAvailableSequence;
    }

    /// <summary>The sequence after which the stream was asked for.</summary>
    public ulong RequestedAfterSequence { get; }

    /// <summary>The first event that the gateway still has; it follows. Those between are lost.</summary>
    public ulong OldestAvailableSequence { get; }
}

/// <summary>
/// An event of a kind that this version does not know, such as an alarm transition. <see cref="MxGatewayClient.StreamEventsRawAsync"/> has all of it.
/// </summary>
public sealed record MxOtherEvent : MxSessionEvent
{
    internal MxOtherEvent(Proto.MxEvent e)
        : base(e) => Family = (int)e.Family;

    /// <summary>The number of its family on the wire.</summary>
    public int Family { get; }
}
