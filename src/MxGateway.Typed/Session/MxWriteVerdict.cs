namespace MxGateway.Typed;

/// <summary>What MXAccess's words mean for a write.</summary>
internal enum MxWriteVerdict
{
    /// <summary>No end yet: it will say more.</summary>
    Pending,

    Confirmed,

    /// <summary>The value did not change by it.</summary>
    Rejected,

    /// <summary>It does not say whether the value changed.</summary>
    Unknown,
}

/// <summary>The one judgement of writes, wherever MXAccess speaks of them: in OnWriteComplete, in a command's answer, in a row of one.</summary>
internal static class MxWriteVerdicts
{
    /// <summary>What OnWriteComplete means.</summary>
    /// <param name="hresult">MXAccess's result code, where one came; negative is a failure.</param>
    /// <param name="statuses">What MXAccess said, judged by the category.</param>
    public static MxWriteVerdict Of(int? hresult, IReadOnlyList<MxStatus> statuses)
    {
        if (statuses.Any(status => status.Category == MxStatusCategory.Pending))
            return MxWriteVerdict.Pending;
        if (hresult < 0 || statuses.Any(status => !IsDone(status) && !IsUnclear(status)))
            return MxWriteVerdict.Rejected;
        bool hasSpoken = statuses.Count > 0 || hresult is not null;
        return hasSpoken && statuses.All(IsDone) ? MxWriteVerdict.Confirmed : MxWriteVerdict.Unknown;
    }

    /// <summary>Whether a write that MXAccess answered with a failure may have taken effect all the same: what it says of it decides nothing.</summary>
    public static bool MayBeDone(int? hresult, IReadOnlyList<MxStatus> statuses) =>
        statuses.Count > 0 && Of(hresult, statuses) is MxWriteVerdict.Pending or MxWriteVerdict.Unknown;

    private static bool IsDone(MxStatus status) => status.Category is MxStatusCategory.Ok or MxStatusCategory.Warning;

    private static bool IsUnclear(MxStatus status) => status.Category is MxStatusCategory.Unknown or MxStatusCategory.CommunicationError;
}
