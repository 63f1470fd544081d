using System.Runtime.CompilerServices;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <content>
/// Many items in one command. It is carried out entry by entry, in their order, and answered with a row per entry, in that order: a row that failed fails
/// neither the call nor another row, so look at each. A message has 16 MiB at most; 500 entries at a time are a sound size.
/// </content>
public sealed partial class MxSession
{
    /// <summary>AddItem for each reference.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="references">Full tag references.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> AddItemBulkAsync(
        int serverHandle, IReadOnlyList<string> references, CancellationToken cancellationToken = default) =>
        ItemsAsync(MxCommands.AddItemBulk(serverHandle, Checked(references)), "adding", cancellationToken);

    /// <summary>Advise for each item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandles">Items that were added.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> AdviseItemBulkAsync(
        int serverHandle, IReadOnlyList<int> itemHandles, CancellationToken cancellationToken = default) =>
        ItemsAsync(MxCommands.AdviseItemBulk(serverHandle, Checked(itemHandles)), "advising", cancellationToken);

    /// <summary>RemoveItem for each item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandles">Items that are not advised.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> RemoveItemBulkAsync(
        int serverHandle, IReadOnlyList<int> itemHandles, CancellationToken cancellationToken = default) =>
        ItemsAsync(MxCommands.RemoveItemBulk(serverHandle, Checked(itemHandles)), "removing", cancellationToken);

    /// <summary>UnAdvise for each item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandles">Items that are advised.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> UnAdviseItemBulkAsync(
        int serverHandle, IReadOnlyList<int> itemHandles, CancellationToken cancellationToken = default) =>
        ItemsAsync(MxCommands.UnAdviseItemBulk(serverHandle, Checked(itemHandles)), "un-advising", cancellationToken);

    /// <summary>AddItem and Advise for each reference. MXAccess: first values may come before this returns, see <see cref="AdviseAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="references">Full tag references.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> SubscribeBulkAsync(
        int serverHandle, IReadOnlyList<string> references, CancellationToken cancellationToken = default) =>
        ItemsAsync(MxCommands.SubscribeBulk(serverHandle, Checked(references)), "subscribing to", cancellationToken);

    /// <summary>UnAdvise and RemoveItem for each item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandles">Items that are advised.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkItem>> UnsubscribeBulkAsync(
        int serverHandle, IReadOnlyList<int> itemHandles, CancellationToken cancellationToken = default) =>
        ItemsAsync(MxCommands.UnsubscribeBulk(serverHandle, Checked(itemHandles)), "unsubscribing from", cancellationToken);

    /// <summary>Write for each entry. A row that was successful is a write that MXAccess took; its outcome comes as <see cref="MxWriteComplete"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="entries">What to write where.</param>
    /// <param name="cancellationToken">Stops the wait; the values may be written all the same.</param>
    /// <exception cref="NotSupportedException">A value is null or raw bytes, which MXAccess does not take.</exception>
    public Task<IReadOnlyList<MxBulkWriteResult>> WriteBulkAsync(
        int serverHandle, IReadOnlyList<MxBulkWrite> entries, CancellationToken cancellationToken = default) =>
        WritesAsync(MxWriteKind.Write, serverHandle, entries, static entry => new(entry.ItemHandle, Value(entry.Value), entry.User), cancellationToken);

    /// <summary>Write2 for each entry; otherwise as <see cref="WriteBulkAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="entries">What to write where, with its time stamp.</param>
    /// <param name="cancellationToken">Stops the wait; the values may be written all the same.</param>
    /// <exception cref="NotSupportedException">A value is null or raw bytes, which MXAccess does not take.</exception>
    public Task<IReadOnlyList<MxBulkWriteResult>> Write2BulkAsync(
        int serverHandle, IReadOnlyList<MxBulkWrite2> entries, CancellationToken cancellationToken = default) =>
        WritesAsync(
            MxWriteKind.Write2,
            serverHandle,
            entries,
            static entry => new(entry.ItemHandle, Value(entry.Value), entry.User, Timestamp: Value(entry.Timestamp)),
            cancellationToken);

    /// <summary>WriteSecured for each entry; otherwise as <see cref="WriteBulkAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="entries">What to write where, and who signs.</param>
    /// <param name="cancellationToken">Stops the wait; the values may be written all the same.</param>
    /// <exception cref="NotSupportedException">A value is null or raw bytes, which MXAccess does not take.</exception>
    public Task<IReadOnlyList<MxBulkWriteResult>> WriteSecuredBulkAsync(
        int serverHandle, IReadOnlyList<MxBulkWriteSecured> entries, CancellationToken cancellationToken = default) =>
        WritesAsync(
            MxWriteKind.WriteSecured,
            serverHandle,
            entries,
            static entry => new(entry.ItemHandle, Value(entry.Value), entry.CurrentUser, entry.Verifier),
            cancellationToken);

    /// <summary>WriteSecured2 for each entry; otherwise as <see cref="WriteBulkAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="entries">What to write where, who signs, and the time stamp.</param>
    /// <param name="cancellationToken">Stops the wait; the values may be written all the same.</param>
    /// <exception cref="NotSupportedException">A value is null or raw bytes, which MXAccess does not take.</exception>
    public Task<IReadOnlyList<MxBulkWriteResult>> WriteSecured2BulkAsync(
        int serverHandle, IReadOnlyList<MxBulkWriteSecured2> entries, CancellationToken cancellationToken = default) =>
        WritesAsync(
            MxWriteKind.WriteSecured2,
            serverHandle,
            entries,
            static entry => new(entry.ItemHandle, Value(entry.Value), entry.CurrentUser, entry.Verifier, Value(entry.Timestamp)),
            cancellationToken);

    /// <summary>
    /// Reads each reference: the gateway's own last value of a tag that is advised, else it adds and advises an item, waits for the first value and lets
    /// the item go. MXAccess has no such call; a gateway without it (<see cref="Capabilities"/>) answers with a fault.
    /// </summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="references">Full tag references.</param>
    /// <param name="timeout">How long the gateway may wait for first values, in whole milliseconds, at most a day; zero for the gateway's own default.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<MxBulkReadResult>> ReadBulkAsync(
        int serverHandle, IReadOnlyList<string> references, TimeSpan timeout = default, CancellationToken cancellationToken = default)
    {
        if (timeout < TimeSpan.Zero || timeout > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "the time for a bulk read is from zero to a day");
        MxBulkCommand<Proto.BulkReadResult> command = MxCommands.ReadBulk(serverHandle, Checked(references), timeout);
        return BulkAsync(command, $"reading {references.Count} tags", MxBulkReadResult.Of, cancellationToken);
    }

    /// <summary>Carries out a bulk command.</summary>
    /// <returns>A row for each of its entries, in their order.</returns>
    internal async Task<IReadOnlyList<TRow>> InvokeAsync<TRow>(MxBulkCommand<TRow> command, string what, CancellationToken cancellationToken)
    {
        Proto.MxCommandReply reply = await InvokeAsync(command.Command, what, cancellationToken).ConfigureAwait(false);
        return command.Rows(reply, what);
    }

    private static IReadOnlyList<T> Checked<T>(IReadOnlyList<T> entries, [CallerArgumentExpression(nameof(entries))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(entries, name);
        return !entries.Any(entry => entry is null) ? entries : throw new ArgumentException("an entry is null", name);
    }

    private Task<IReadOnlyList<MxBulkItem>> ItemsAsync(
        MxBulkCommand<Proto.SubscribeResult> command, string verb, CancellationToken cancellationToken) =>
        BulkAsync(command, $"{verb} {command.Entries} items", MxBulkItem.Of, cancellationToken);

    private Task<IReadOnlyList<MxBulkWriteResult>> WritesAsync<T>(
        MxWriteKind kind, int serverHandle, IReadOnlyList<T> entries, Func<T, MxWriteEntry> toEntry, CancellationToken cancellationToken)
    {
        MxBulkCommand<Proto.BulkWriteResult> command = MxCommands.WriteBulk(kind, serverHandle, [.. Checked(entries).Select(toEntry)]);
        return BulkAsync(command, $"writing {entries.Count} items", MxBulkWriteResult.Of, cancellationToken);
    }

    private async Task<IReadOnlyList<TResult>> BulkAsync<TRow, TResult>(
        MxBulkCommand<TRow> command, string what, Func<TRow, TResult> toResult, CancellationToken cancellationToken) =>
        [.. (await InvokeAsync(command, what, cancellationToken).ConfigureAwait(false)).Select(toResult)];
}
