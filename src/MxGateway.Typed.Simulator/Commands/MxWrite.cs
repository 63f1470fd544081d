using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>A write, in whichever command it came: alone or as a row of a bulk command, plain or secured, with a time stamp or without.</summary>
/// <param name="ServerHandle">The server handle.</param>
/// <param name="ItemHandle">The item handle.</param>
/// <param name="Value">The value.</param>
internal sealed record MxWrite(int ServerHandle, int ItemHandle, MxValue? Value)
{
    /// <summary>Who writes; for a secured write, the operator. 0 for nobody.</summary>
    public int UserId { get; private init; }

    /// <summary>Who verifies a secured write; null for a plain one.</summary>
    public int? VerifierUserId { get; private init; }

    /// <summary>Whether the write gives the value its time stamp.</summary>
    public bool HasTimestamp { get; private init; }

    public MxValue? Timestamp { get; private init; }

    public static MxWrite Of(WriteCommand write) => new(write.ServerHandle, write.ItemHandle, write.Value) { UserId = write.UserId };

    public static MxWrite Of(Write2Command write) =>
        new(write.ServerHandle, write.ItemHandle, write.Value) { UserId = write.UserId, HasTimestamp = true, Timestamp = write.TimestampValue };

    public static MxWrite Of(WriteSecuredCommand write) =>
        new(write.ServerHandle, write.ItemHandle, write.Value) { UserId = write.CurrentUserId, VerifierUserId = write.VerifierUserId };

    public static MxWrite Of(WriteSecured2Command write) => new(write.ServerHandle, write.ItemHandle, write.Value)
    {
        UserId = write.CurrentUserId,
        VerifierUserId = write.VerifierUserId,
        HasTimestamp = true,
        Timestamp = write.TimestampValue,
    };

    public static MxWrite Of(int serverHandle, WriteBulkEntry row) => new(serverHandle, row.ItemHandle, row.Value) { UserId = row.UserId };

    public static MxWrite Of(int serverHandle, Write2BulkEntry row) =>
        new(serverHandle, row.ItemHandle, row.Value) { UserId = row.UserId, HasTimestamp = true, Timestamp = row.TimestampValue };

    public static MxWrite Of(int serverHandle, WriteSecuredBulkEntry row) =>
        new(serverHandle, row.ItemHandle, row.Value) { UserId = row.CurrentUserId, VerifierUserId = row.VerifierUserId };

    public static MxWrite Of(int serverHandle, WriteSecured2BulkEntry row) => new(serverHandle, row.ItemHandle, row.Value)
    {
        UserId = row.CurrentUserId,
        VerifierUserId = row.VerifierUserId,
        HasTimestamp = true,
        Timestamp = row.TimestampValue,
    };
}
