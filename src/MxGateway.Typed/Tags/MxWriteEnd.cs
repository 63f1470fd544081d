using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>How a write ended: with what OnWriteComplete said, or with the connection.</summary>
/// <param name="Statuses">What MXAccess said.</param>
/// <param name="HResult">MXAccess's result code, where one came; negative is a failure.</param>
/// <param name="Lost">Why no completion will come; null where one came.</param>
internal sealed record MxWriteEnd(IReadOnlyList<MxStatus> Statuses, int? HResult, Exception? Lost)
{
    public static MxWriteEnd Of(Proto.MxEvent completion) =>
        new(Wire.ToStatuses(completion.Statuses), completion.HasHresult ? completion.Hresult : null, Lost: null);

    /// <summary>Not an end yet: MXAccess will say more.</summary>
    public bool IsPending => Statuses.Any(status => status.Category == MxStatusCategory.Pending);

    /// <summary>Throws unless MXAccess confirmed the write. What does not say whether the value changed is unknown, not refused.</summary>
    public void EnsureConfirmed(string reference)
    {
        if (Lost is not null)
            throw Unknown(reference, Lost.Message, Lost);
        string said = string.Join("; ", Statuses.Where(status => !status.IsOk));
        if (HResult < 0 || Statuses.Any(status => status.Category is not (MxStatusCategory.Ok or MxStatusCategory.Warning or MxStatusCategory.Unknown or MxStatusCategory.CommunicationError)))
            throw new MxWriteRejectedException($"writing {reference}: MXAccess refused{(HResult < 0 ? $" (0x{HResult:X8})" : "")}: {said}", HResult, Statuses);
        if (Statuses.Any(status => status.Category is MxStatusCategory.Unknown or MxStatusCategory.CommunicationError))
            throw Unknown(reference, $"MXAccess said {said}", null);
        if (Statuses.Count == 0 && HResult is null)
            throw Unknown(reference, "OnWriteComplete came without a status", null);
    }

    public static MxWriteUnknownException Unknown(string reference, string why, Exception? cause) =>
        new($"writing {reference}: {why}; the write may or may not have taken effect: read the tag before writing again", cause);
}
