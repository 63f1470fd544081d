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
    public bool IsPending => Statuses.Any(status => status.Category == MxStatusCategory.Pending);

    public static MxWriteEnd Of(Proto.MxEvent completion) =>
        new(Wire.ToStatuses(completion.Statuses), completion.HasHresult ? completion.Hresult : null, Failure: null);

    /// <summary>Throws unless MXAccess confirmed the write. What does not say whether the value changed is unknown, not refused.</summary>
    public void EnsureConfirmed(string reference)
    {
        if (Failure is not null)
            throw Failure;
        if (HResult < 0 || Statuses.Any(status => IsRefusal(status.Category)))
            throw MxWriteFailures.Refused(reference, "", HResult, Statuses);
        if (Statuses.Any(status => status.Category is MxStatusCategory.Unknown or MxStatusCategory.CommunicationError))
            throw MxWriteFailures.Unknown(reference, $"MXAccess said {string.Join("; ", Statuses.Where(status => !status.IsOk))}", null, Statuses);
        if (Statuses.Count == 0 && HResult is null)
            throw MxWriteFailures.Unknown(reference, "OnWriteComplete came without a status", null);
    }

    private static bool IsRefusal(MxStatusCategory category) =>
        category is not (MxStatusCategory.Ok or MxStatusCategory.Warning or MxStatusCategory.Unknown or MxStatusCategory.CommunicationError);
}
