using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>How a write ended: with what OnWriteComplete said, or without one.</summary>
/// <param name="Statuses">What MXAccess said.</param>
/// <param name="HResult">MXAccess's result code, where one came; negative is a failure.</param>
/// <param name="Failure">Why there is no completion; null where there is one.</param>
internal sealed record MxWriteEnd(IReadOnlyList<MxStatus> Statuses, int? HResult, MxGatewayException? Failure)
{
    /// <summary>An end without OnWriteComplete.</summary>
    public MxWriteEnd(MxGatewayException failure)
        : this([], null, failure)
    {
    }

    /// <summary>Not an end yet: MXAccess will say more.</summary>
    public bool IsPending => Verdict == MxWriteVerdict.Pending;

    /// <summary>MXAccess refused: the value did not change by it.</summary>
    public bool IsRejected => Verdict == MxWriteVerdict.Rejected;

    private MxWriteVerdict Verdict => MxWriteVerdicts.Of(HResult, Statuses);

    public static MxWriteEnd Of(Proto.MxEvent completion) =>
        new(Wire.ToStatuses(completion.Statuses), completion.HasHresult ? completion.Hresult : null, Failure: null);

    /// <summary>Throws unless MXAccess confirmed the write. What does not say whether the value changed is unknown, not refused.</summary>
    public void EnsureConfirmed(MxWrite write)
    {
        if (Failure is not null)
            throw Failure;
        if (Verdict == MxWriteVerdict.Confirmed)
            return;
        if (Verdict == MxWriteVerdict.Rejected)
            throw MxWriteFailures.Refused(write, "", HResult, Statuses);
        string said = Statuses.Count == 0 ? "OnWriteComplete came without a status" : $"MXAccess said {MxWriteFailures.Said("", Statuses)}";
        throw MxWriteFailures.Unknown(write.Item.Reference, said, null, Statuses);
    }
}
