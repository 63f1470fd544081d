using Kind = MxGateway.Contracts.Proto.MxCommandKind;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>MXAccess's ways to write.</summary>
internal enum MxWriteKind
{
    Write,

    /// <summary>With a time stamp.</summary>
    Write2,

    /// <summary>Signed.</summary>
    WriteSecured,

    /// <summary>Signed, with a time stamp.</summary>
    WriteSecured2,
}

/// <summary>What is written where. What its kind of write does not have is left out.</summary>
/// <param name="ItemHandle">The item.</param>
/// <param name="Value">The value.</param>
/// <param name="User">Who writes; of a signed write the operator.</param>
/// <param name="Verifier">Who verifies a signed write; the operator for a secured write.</param>
/// <param name="Timestamp">When the value is of.</param>
internal readonly record struct MxWriteEntry(
    int ItemHandle, Proto.MxValue Value, MxUserId User, MxUserId Verifier = default, Proto.MxValue? Timestamp = null);

/// <content>Writes: one alone, or many of one kind in one command.</content>
internal static partial class MxCommands
{
    public static Proto.MxCommand Write(MxWriteKind kind, int serverHandle, in MxWriteEntry write)
    {
        (int item, int user, int verifier) = (write.ItemHandle, write.User.ToNumber(), write.Verifier.ToNumber());
        (Proto.MxValue value, Proto.MxValue? time) = (write.Value, write.Timestamp);
        return kind switch
        {
            MxWriteKind.Write => new()
            {
                Kind = Kind.Write,
                Write = new() { ServerHandle = serverHandle, ItemHandle = item, Value = value, UserId = user },
            },
            MxWriteKind.Write2 => new()
            {
                Kind = Kind.Write2,
                Write2 = new() { ServerHandle = serverHandle, ItemHandle = item, Value = value, TimestampValue = time, UserId = user },
            },
            MxWriteKind.WriteSecured => new()
            {
                Kind = Kind.WriteSecured,
                WriteSecured = new() { ServerHandle = serverHandle, ItemHandle = item, CurrentUserId = user, VerifierUserId = verifier, Value = value },
            },
            _ => new()
            {
                Kind = Kind.WriteSecured2,
                WriteSecured2 = new()
                {
                    ServerHandle = serverHandle, ItemHandle = item, CurrentUserId = user, VerifierUserId = verifier, Value = value, TimestampValue = time,
                },
            },
        };
    }

    public static MxBulkCommand<Proto.BulkWriteResult> WriteBulk(MxWriteKind kind, int serverHandle, IReadOnlyCollection<MxWriteEntry> writes) => kind switch
    {
        MxWriteKind.Write => new(
            new() { Kind = Kind.WriteBulk, WriteBulk = new() { ServerHandle = serverHandle, Entries = { writes.Select(ToWrite) } } },
            writes.Count,
            static reply => reply.WriteBulk?.Results),
        MxWriteKind.Write2 => new(
            new() { Kind = Kind.Write2Bulk, Write2Bulk = new() { ServerHandle = serverHandle, Entries = { writes.Select(ToWrite2) } } },
            writes.Count,
            static reply => reply.Write2Bulk?.Results),
        MxWriteKind.WriteSecured => new(
            new() { Kind = Kind.WriteSecuredBulk, WriteSecuredBulk = new() { ServerHandle = serverHandle, Entries = { writes.Select(ToWriteSecured) } } },
            writes.Count,
            static reply => reply.WriteSecuredBulk?.Results),
        _ => new(
            new() { Kind = Kind.WriteSecured2Bulk, WriteSecured2Bulk = new() { ServerHandle = serverHandle, Entries = { writes.Select(ToWriteSecured2) } } },
            writes.Count,
            static reply => reply.WriteSecured2Bulk?.Results),
    };

    private static Proto.WriteBulkEntry ToWrite(MxWriteEntry write) =>
        new() { ItemHandle = write.ItemHandle, Value = write.Value, UserId = write.User.ToNumber() };

    private static Proto.Write2BulkEntry ToWrite2(MxWriteEntry write) =>
        new() { ItemHandle = write.ItemHandle, Value = write.Value, TimestampValue = write.Timestamp, UserId = write.User.ToNumber() };

    private static Proto.WriteSecuredBulkEntry ToWriteSecured(MxWriteEntry write) => new()
    {
        ItemHandle = write.ItemHandle, CurrentUserId = write.User.ToNumber(), VerifierUserId = write.Verifier.ToNumber(), Value = write.Value,
    };

    private static Proto.WriteSecured2BulkEntry ToWriteSecured2(MxWriteEntry write) => new()
    {
        ItemHandle = write.ItemHandle,
        CurrentUserId = write.User.ToNumber(),
        VerifierUserId = write.Verifier.ToNumber(),
        Value = write.Value,
        TimestampValue = write.Timestamp,
    };
}
