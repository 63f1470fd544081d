using Google.Protobuf.Collections;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <content>
/// Many items in one command. It is carried out entry by entry, in their order, and answered with a row per entry, in that order: a row that failed fails
/// neither
/// the call nor another row, so look at each. A message has 16 MiB at most; 500 entries at a time are a sound size.
/// </content>
public sealed partial class MxSession
{
    /// <summary>AddItem for each reference.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="references">Full tag references.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> AddItemBulkAsync(int serverHandle, IReadOnlyList<string> references, CancellationToken cancellationToken = default)
    {
        var bulk = new Proto.AddItemBulkCommand { ServerHandle = serverHandle, TagAddresses = { Checked(references) } };
        return ItemsAsync(
            new() { Kind = Proto.MxCommandKind.AddItemBulk, AddItemBulk = bulk }, "adding", references.Count, reply => reply.AddItemBulk, cancellationToken);
    }

    /// <summary>Advise for each item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandles">Items that were added.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> AdviseItemBulkAsync(int serverHandle, IReadOnlyList<int> itemHandles, CancellationToken cancellationToken = default)
    {
        var bulk = new Proto.AdviseItemBulkCommand { ServerHandle = serverHandle, ItemHandles = { Checked(itemHandles) } };
        return ItemsAsync(
            new() { Kind = Proto.MxCommandKind.AdviseItemBulk, AdviseItemBulk = bulk },
            "advising",
            itemHandles.Count,
            reply => reply.AdviseItemBulk,
            cancellationToken);
    }

    /// <summary>RemoveItem for each item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandles">Items that are not advised.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> RemoveItemBulkAsync(int serverHandle, IReadOnlyList<int> itemHandles, CancellationToken cancellationToken = default)
    {
        var bulk = new Proto.RemoveItemBulkCommand { ServerHandle = serverHandle, ItemHandles = { Checked(itemHandles) } };
        return ItemsAsync(
            new() { Kind = Proto.MxCommandKind.RemoveItemBulk, RemoveItemBulk = bulk },
            "removing",
            itemHandles.Count,
            reply => reply.RemoveItemBulk,
            cancellationToken);
    }

    /// <summary>UnAdvise for each item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandles">Items that are advised.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> UnAdviseItemBulkAsync(
        int serverHandle, IReadOnlyList<int> itemHandles, CancellationToken cancellationToken = default)
    {
        var bulk = new Proto.UnAdviseItemBulkCommand { ServerHandle = serverHandle, ItemHandles = { Checked(itemHandles) } };
        return ItemsAsync(
            new() { Kind = Proto.MxCommandKind.UnAdviseItemBulk, UnAdviseItemBulk = bulk },
            "un-advising",
            itemHandles.Count,
            reply => reply.UnAdviseItemBulk,
            cancellationToken);
    }

    /// <summary>AddItem and Advise for each reference. MXAccess: first values may come before this returns, see <see cref="AdviseAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="references">Full tag references.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> SubscribeBulkAsync(int serverHandle, IReadOnlyList<string> references, CancellationToken cancellationToken = default)
    {
        var bulk = new Proto.SubscribeBulkCommand { ServerHandle = serverHandle, TagAddresses = { Checked(references) } };
        return ItemsAsync(
            new() { Kind = Proto.MxCommandKind.SubscribeBulk, SubscribeBulk = bulk },
            "subscribing to",
            references.Count,
            reply => reply.SubscribeBulk,
            cancellationToken);
    }

    /// <summary>UnAdvise and RemoveItem for each item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandles">Items that are advised.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> UnsubscribeBulkAsync(int serverHandle, IReadOnlyList<int> itemHandles, CancellationToken cancellationToken = default)
    {
        var bulk = new Proto.UnsubscribeBulkCommand { ServerHandle = serverHandle, ItemHandles = { Checked(itemHandles) } };
        return ItemsAsync(
            new() { Kind = Proto.MxCommandKind.UnsubscribeBulk, UnsubscribeBulk = bulk },
            "unsubscribing from",
            itemHandles.Count,
            reply => reply.UnsubscribeBulk,
            cancellationToken);
    }

    /// <summary>Write for each entry. A row that was successful is a write that MXAccess took; its outcome comes as <see cref="MxWriteComplete"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="entries">What to write where.</param>
    /// <param name="cancellationToken">Stops the wait; the values may be written all the same.</param>
    public Task<IReadOnlyList<MxBulkWriteResult>> WriteBulkAsync(
        int serverHandle, IReadOnlyList<MxBulkWrite> entries, CancellationToken cancellationToken = default)
    {
        IEnumerable<Proto.WriteBulkEntry> rows = Checked(entries).Select(entry => new Proto.WriteBulkEntry
        {
            ItemHandle = entry.ItemHandle,
            Value = Value(entry.Value),
            UserId = entry.User.ToNumber(),
        });
        var bulk = new Proto.WriteBulkCommand { ServerHandle = serverHandle, Entries = { rows } };
        return WritesAsync(new() { Kind = Proto.MxCommandKind.WriteBulk, WriteBulk = bulk }, entries.Count, reply => reply.WriteBulk, cancellationToken);
    }

    /// <summary>Write2 for each entry; otherwise as <see cref="WriteBulkAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="entries">What to write where, with its time stamp.</param>
    /// <param name="cancellationToken">Stops the wait; the values may be written all the same.</param>
    public Task<IReadOnlyList<MxBulkWriteResult>> Write2BulkAsync(
        int serverHandle, IReadOnlyList<MxBulkWrite2> entries, CancellationToken cancellationToken = default)
    {
        IEnumerable<Proto.Write2BulkEntry> rows = Checked(entries).Select(entry => new Proto.Write2BulkEntry
        {
            ItemHandle = entry.ItemHandle,
            Value = Value(entry.Value),
            TimestampValue = Value(entry.Timestamp),
            UserId = entry.User.ToNumber(),
        });
        var bulk = new Proto.Write2BulkCommand { ServerHandle = serverHandle, Entries = { rows } };
        return WritesAsync(new() { Kind = Proto.MxCommandKind.Write2Bulk, Write2Bulk = bulk }, entries.Count, reply => reply.Write2Bulk, cancellationToken);
    }

    /// <summary>WriteSecured for each entry; otherwise as <see cref="WriteBulkAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="entries">What to write where, and who signs.</param>
    /// <param name="cancellationToken">Stops the wait; the values may be written all the same.</param>
    public Task<IReadOnlyList<MxBulkWriteResult>> WriteSecuredBulkAsync(
        int serverHandle, IReadOnlyList<MxBulkWriteSecured> entries, CancellationToken cancellationToken = default)
    {
        IEnumerable<Proto.WriteSecuredBulkEntry> rows = Checked(entries).Select(entry => new Proto.WriteSecuredBulkEntry
        {
            ItemHandle = entry.ItemHandle,
            CurrentUserId = entry.CurrentUser.ToNumber(),
            VerifierUserId = entry.Verifier.ToNumber(),
            Value = Value(entry.Value),
        });
        var bulk = new Proto.WriteSecuredBulkCommand { ServerHandle = serverHandle, Entries = { rows } };
        return WritesAsync(
            new() { Kind = Proto.MxCommandKind.WriteSecuredBulk, WriteSecuredBulk = bulk }, entries.Count, reply => reply.WriteSecuredBulk, cancellationToken);
    }

    /// <summary>WriteSecured2 for each entry; otherwise as <see cref="WriteBulkAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="entries">What to write where, who signs, and the time stamp.</param>
    /// <param name="cancellationToken">Stops the wait; the values may be written all the same.</param>
    public Task<IReadOnlyList<MxBulkWriteResult>> WriteSecured2BulkAsync(
        int serverHandle, IReadOnlyList<MxBulkWriteSecured2> entries, CancellationToken cancellationToken = default)
    {
        IEnumerable<Proto.WriteSecured2BulkEntry> rows = Checked(entries).Select(entry => new Proto.WriteSecured2BulkEntry
        {
            ItemHandle = entry.ItemHandle,
            CurrentUserId = entry.CurrentUser.ToNumber(),
            VerifierUserId = entry.Verifier.ToNumber(),
            Value = Value(entry.Value),
            TimestampValue = Value(entry.Timestamp),
        });
        var bulk = new Proto.WriteSecured2BulkCommand { ServerHandle = serverHandle, Entries = { rows } };
        return WritesAsync(
            new() { Kind = Proto.MxCommandKind.WriteSecured2Bulk, WriteSecured2Bulk = bulk },
            entries.Count,
            reply => reply.WriteSecured2Bulk,
            cancellationToken);
    }

    /// <summary>
    /// Reads each reference: the gateway's own last value of a tag that is advised, else it adds and advises an item, waits for the first value and lets
    /// the item
    /// go. MXAccess has no such call; a gateway without it (<see cref="Capabilities"/>) answers with a fault.
    /// </summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="references">Full tag references.</param>
    /// <param name="timeout">How long the gateway may wait for first values, in whole milliseconds, at most a day; zero for the gateway's own default.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<MxBulkReadResult>> ReadBulkAsync(
        int serverHandle, IReadOnlyList<string> references, TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        if (timeout < TimeSpan.Zero || timeout > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "the time for a bulk read is from zero to a day");
        uint milliseconds = (uint)timeout.TotalMilliseconds;
        var bulk = new Proto.ReadBulkCommand { ServerHandle = serverHandle, TagAddresses = { Checked(references) }, TimeoutMs = milliseconds };
        string what = $"reading {references.Count} tags";
        Proto.MxCommandReply reply = await InvokeAsync(
            new() { Kind = Proto.MxCommandKind.ReadBulk, ReadBulk = bulk }, what, cancellationToken).ConfigureAwait(false);
        return Rows(reply.ReadBulk?.Results, references.Count, MxBulkReadResult.Of, what, reply);
    }

    private static IReadOnlyList<T> Checked<T>(IReadOnlyList<T> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return !entries.Any(entry => entry is null) ? entries : throw new ArgumentException("an entry is null", nameof(entries));
    }

    private static IReadOnlyList<TRow> Rows<TWire, TRow>(
        RepeatedField<TWire>? rows, int count, Func<TWire, TRow> toRow, string what, Proto.MxCommandReply reply) => (rows?.Count ?? 0) == count
        ? [.. (rows ?? []).Select(toRow)]
        : throw new MxProtocolException($"{what}: the gateway answered with {rows?.Count ?? 0} rows for {count} entries") { RawReply = reply };

    private async Task<IReadOnlyList<MxBulkItem>> ItemsAsync(
        Proto.MxCommand command, string verb, int count, Func<Proto.MxCommandReply, Proto.BulkSubscribeReply?> part, CancellationToken cancellationToken)
    {
        string what = $"{verb} {count} items";
        Proto.MxCommandReply reply = await InvokeAsync(command, what, cancellationToken).ConfigureAwait(false);
        return Rows(part(reply)?.Results, count, MxBulkItem.Of, what, reply);
    }

    private async Task<IReadOnlyList<MxBulkWriteResult>> WritesAsync(
        Proto.MxCommand command, int count, Func<Proto.MxCommandReply, Proto.BulkWriteReply?> part, CancellationToken cancellationToken)
    {
        string what = $"writing {count} items";
        Proto.MxCommandReply reply = await InvokeAsync(command, what, cancellationToken).ConfigureAwait(false);
        return Rows(part(reply)?.Results, count, MxBulkWriteResult.Of, what, reply);
    }
}
