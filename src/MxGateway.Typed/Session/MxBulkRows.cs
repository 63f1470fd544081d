using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>One write of a bulk command.</summary>
/// <param name="ItemHandle">An item that has had its first data change.</param>
/// <param name="Value">The value.</param>
/// <param name="User">Who writes; nobody by default.</param>
public readonly record struct MxBulkWrite(int ItemHandle, MxVariant Value, MxUserId User = default);

/// <summary>One write of a bulk command, with a time stamp of its own.</summary>
/// <param name="ItemHandle">An item that has had its first data change.</param>
/// <param name="Value">The value.</param>
/// <param name="Timestamp">When the value is of.</param>
/// <param name="User">Who writes; nobody by default.</param>
public readonly record struct MxBulkWrite2(int ItemHandle, MxVariant Value, DateTimeOffset Timestamp, MxUserId User = default);

/// <summary>One signed write of a bulk command.</summary>
/// <param name="ItemHandle">An item that has had its first data change.</param>
/// <param name="CurrentUser">The operator.</param>
/// <param name="Verifier">Who verifies; the operator for a secured write.</param>
/// <param name="Value">The value.</param>
public readonly record struct MxBulkWriteSecured(int ItemHandle, MxUserId CurrentUser, MxUserId Verifier, MxVariant Value);

/// <summary>One signed write of a bulk command, with a time stamp of its own.</summary>
/// <param name="ItemHandle">An item that has had its first data change.</param>
/// <param name="CurrentUser">The operator.</param>
/// <param name="Verifier">Who verifies; the operator for a secured write.</param>
/// <param name="Value">The value.</param>
/// <param name="Timestamp">When the value is of.</param>
public readonly record struct MxBulkWriteSecured2(int ItemHandle, MxUserId CurrentUser, MxUserId Verifier, MxVariant Value, DateTimeOffset Timestamp);

/// <summary>What became of one item in a bulk command.</summary>
/// <param name="Reference">The tag reference, where the gateway names it.</param>
/// <param name="ItemHandle">The item's handle; 0 where there is none.</param>
/// <param name="WasSuccessful">Whether it was done.</param>
/// <param name="ErrorMessage">Why it was not; empty where it was.</param>
public sealed record MxBulkItem(string Reference, int ItemHandle, bool WasSuccessful, string ErrorMessage)
{
    internal static MxBulkItem Of(Proto.SubscribeResult row) => new(row.TagAddress, row.ItemHandle, row.WasSuccessful, row.ErrorMessage);
}

/// <summary>What became of one write in a bulk command.</summary>
/// <param name="ItemHandle">The item's handle.</param>
/// <param name="WasSuccessful">Whether MXAccess took the write. How it ended comes as <see cref="MxWriteComplete"/>.</param>
/// <param name="ErrorMessage">Why it did not; empty where it did.</param>
/// <param name="HResult">MXAccess's result code; null where none came.</param>
/// <param name="Statuses">What MXAccess said.</param>
public sealed record MxBulkWriteResult(int ItemHandle, bool WasSuccessful, string ErrorMessage, int? HResult, IReadOnlyList<MxStatus> Statuses)
{
    internal static MxBulkWriteResult Of(Proto.BulkWriteResult row) =>
        new(row.ItemHandle, row.WasSuccessful, row.ErrorMessage, row.HasHresult ? row.Hresult : null, Wire.ToStatuses(row.Statuses));

    /// <summary>All that it says; the result code as MXAccess's documentation has it, in hex.</summary>
    public override string ToString() =>
        $"{nameof(MxBulkWriteResult)} {{ ItemHandle = {ItemHandle}, WasSuccessful = {WasSuccessful}, ErrorMessage = {ErrorMessage}, " +
        $"HResult = {MxText.OfHResult(HResult)}, Statuses = {MxText.Of(Statuses)} }}";
}

/// <summary>What one tag of a bulk read gave.</summary>
/// <param name="Reference">The tag reference.</param>
/// <param name="ItemHandle">The handle of the advised item that the value is of; 0 where there is none.</param>
/// <param name="WasSuccessful">Whether there is an answer; look at <paramref name="Quality"/> before relying on the value.</param>
/// <param name="WasCached">Whether it is the last value of an advised item, and not one that was waited for.</param>
/// <param name="Value">The value.</param>
/// <param name="Quality">How far it can be relied on.</param>
/// <param name="SourceTimestamp">When the source gave it, in UTC; null where the gateway does not say.</param>
/// <param name="Statuses">What MXAccess said.</param>
/// <param name="ErrorMessage">Why there is no answer; empty where there is one.</param>
public sealed record MxBulkReadResult(
    string Reference,
    int ItemHandle,
    bool WasSuccessful,
    bool WasCached,
    MxVariant Value,
    MxQuality Quality,
    DateTimeOffset? SourceTimestamp,
    IReadOnlyList<MxStatus> Statuses,
    string ErrorMessage)
{
    internal static MxBulkReadResult Of(Proto.BulkReadResult row) => new(
        row.TagAddress,
        row.ItemHandle,
        row.WasSuccessful,
        row.WasCached,
        Wire.ToTypedVariant(row.Value),
        new MxQuality((ushort)row.Quality),
        Wire.ToTimeOrNull(row.SourceTimestamp),
        Wire.ToStatuses(row.Statuses),
        row.ErrorMessage);

    /// <summary>All that it says.</summary>
    public override string ToString() =>
        $"{nameof(MxBulkReadResult)} {{ Reference = {Reference}, ItemHandle = {ItemHandle}, WasSuccessful = {WasSuccessful}, WasCached = {WasCached}, " +
        $"Value = {Value}, Quality = {Quality}, SourceTimestamp = {MxText.Of(SourceTimestamp)}, Statuses = {MxText.Of(Statuses)}, " +
        $"ErrorMessage = {ErrorMessage} }}";
}
