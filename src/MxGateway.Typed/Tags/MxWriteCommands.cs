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

/// <summary>Writes as the gateway's commands: one alone, or many in one.</summary>
internal static class MxWriteCommands
{
    public static Proto.MxCommand Single(int server, MxPendingWrite write)
    {
        int handle = write.Handle, user = write.UserId, verifier = write.VerifierId;
        Proto.MxValue value = write.Write.Value;
        Proto.MxValue? time = write.Write.Timestamp;
        return write.Write.Kind switch
        {
            MxWriteKind.Write => new()
            {
                Kind = Proto.MxCommandKind.Write,
                Write = new() { ServerHandle = server, ItemHandle = handle, Value = value, UserId = user },
            },
            MxWriteKind.Write2 => new()
            {
                Kind = Proto.MxCommandKind.Write2,
                Write2 = new() { ServerHandle = server, ItemHandle = handle, Value = value, TimestampValue = time, UserId = user },
            },
            MxWriteKind.WriteSecured => new()
            {
                Kind = Proto.MxCommandKind.WriteSecured,
                WriteSecured = new() { ServerHandle = server, ItemHandle = handle, CurrentUserId = user, VerifierUserId = verifier, Value = value },
            },
            _ => new()
            {
                Kind = Proto.MxCommandKind.WriteSecured2,
                WriteSecured2 = new()
                {
                    ServerHandle = server, ItemHandle = handle, CurrentUserId = user, VerifierUserId = verifier, Value = value, TimestampValue = time,
                },
            },
        };
    }

    /// <summary>Many writes of one kind.</summary>
    public static Proto.MxCommand Bulk(int server, MxWriteKind kind, IEnumerable<MxPendingWrite> writes) => kind switch
    {
        MxWriteKind.Write => new()
        {
            Kind = Proto.MxCommandKind.WriteBulk,
            WriteBulk = new()
            {
                ServerHandle = server,
                Entries = { writes.Select(w => new Proto.WriteBulkEntry { ItemHandle = w.Handle, Value = w.Write.Value, UserId = w.UserId }) },
            },
        },
        MxWriteKind.Write2 => new()
        {
            Kind = Proto.MxCommandKind.Write2Bulk,
            Write2Bulk = new()
            {
                ServerHandle = server,
                Entries =
                {
                    writes.Select(w => new Proto.Write2BulkEntry
                    {
                        ItemHandle = w.Handle, Value = w.Write.Value, TimestampValue = w.Write.Timestamp, UserId = w.UserId,
                    }),
                },
            },
        },
        MxWriteKind.WriteSecured => new()
        {
            Kind = Proto.MxCommandKind.WriteSecuredBulk,
            WriteSecuredBulk = new()
            {
                ServerHandle = server,
                Entries =
                {
                    writes.Select(w => new Proto.WriteSecuredBulkEntry
                    {
                        ItemHandle = w.Handle, CurrentUserId = w.UserId, VerifierUserId = w.VerifierId, Value = w.Write.Value,
                    }),
                },
            },
        },
        _ => new()
        {
            Kind = Proto.MxCommandKind.WriteSecured2Bulk,
            WriteSecured2Bulk = new()
            {
                ServerHandle = server,
                Entries =
                {
                    writes.Select(w => new Proto.WriteSecured2BulkEntry
                    {
                        ItemHandle = w.Handle,
                        CurrentUserId = w.UserId,
                        VerifierUserId = w.VerifierId,
                        Value = w.Write.Value,
                        TimestampValue = w.Write.Timestamp,
                    }),
                },
            },
        },
    };

    /// <summary>A row for each write of a bulk command, in their order; null where the reply has none.</summary>
    public static IReadOnlyList<Proto.BulkWriteResult>? Rows(MxWriteKind kind, Proto.MxCommandReply reply) => kind switch
    {
        MxWriteKind.Write => reply.WriteBulk?.Results,
        MxWriteKind.Write2 => reply.Write2Bulk?.Results,
        MxWriteKind.WriteSecured => reply.WriteSecuredBulk?.Results,
        _ => reply.WriteSecured2Bulk?.Results,
    };
}
