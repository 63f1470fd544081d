using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>A session's commands of many tags at once. What goes wrong names the tags.</summary>
internal sealed class MxTagCommands(MxSession session)
{
    /// <summary>How many tags travel in one command.</summary>
    public const int Size = 500;

    /// <summary>How long the gateway may wait for a first value on the connection's own session: writes and pings wait with it.</summary>
    public static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(0.5);

    /// <summary>AddItem and Advise for each tag; a row per tag, in their order.</summary>
    public Task<IReadOnlyList<Proto.SubscribeResult>> SubscribeAsync(IReadOnlyList<string> references, CancellationToken cancellationToken) =>
        session.InvokeAsync(MxCommands.SubscribeBulk(session.ServerHandle, references), What("advising", references), cancellationToken);

    /// <summary>AddItem for each tag; a row per tag, in their order.</summary>
    public Task<IReadOnlyList<Proto.SubscribeResult>> AddAsync(IReadOnlyList<string> references, CancellationToken cancellationToken) =>
        session.InvokeAsync(MxCommands.AddItemBulk(session.ServerHandle, references), What("adding", references), cancellationToken);

    /// <summary>AdviseSupervisory, which there is for one item at a time only.</summary>
    public Task AdviseSupervisoryAsync(string reference, int handle, CancellationToken cancellationToken) =>
        session.InvokeAsync(MxCommands.AdviseSupervisory(session.ServerHandle, handle), $"advising {reference} (supervisory)", cancellationToken);

    /// <summary>UnAdvise and RemoveItem for each handle. Its rows are not looked at: what stays goes with the session.</summary>
    public Task UnsubscribeAsync(IReadOnlyCollection<int> handles, CancellationToken cancellationToken) =>
        session.InvokeAsync(MxCommands.UnsubscribeBulk(session.ServerHandle, handles).Command, $"un-advising {handles.Count} items", cancellationToken);

    /// <summary>Reads: the gateway's cached value of an advised tag, else a first value that it waits for; a row per tag, in their order.</summary>
    public Task<IReadOnlyList<Proto.BulkReadResult>> ReadAsync(IReadOnlyList<string> references, TimeSpan wait, CancellationToken cancellationToken) =>
        session.InvokeAsync(MxCommands.ReadBulk(session.ServerHandle, references, wait), What("reading", references), cancellationToken);

    private static string What(string verb, IReadOnlyList<string> references) =>
        references.Count == 1 ? $"{verb} {references[0]}" : $"{verb} {references[0]} and {references.Count - 1} more";
}
