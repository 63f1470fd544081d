using Google.Protobuf.Collections;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>A command of many entries.</summary>
/// <typeparam name="TRow">What the reply has for each entry.</typeparam>
/// <param name="Command">The command.</param>
/// <param name="Entries">How many they are.</param>
/// <param name="Results">Where its reply has the rows; null where the reply is one to another command.</param>
internal readonly record struct MxBulkCommand<TRow>(Proto.MxCommand Command, int Entries, Func<Proto.MxCommandReply, RepeatedField<TRow>?> Results)
{
    /// <summary>The rows of a reply: one for each entry, in their order.</summary>
    /// <exception cref="MxProtocolException">There are fewer, or more.</exception>
    public IReadOnlyList<TRow> Rows(Proto.MxCommandReply reply, string what)
    {
        RepeatedField<TRow> rows = Results(reply) ?? [];
        return rows.Count == Entries
            ? rows
            : throw new MxProtocolException($"{what}: the gateway answered with {rows.Count} rows for {Entries} entries") { RawReply = reply };
    }
}
