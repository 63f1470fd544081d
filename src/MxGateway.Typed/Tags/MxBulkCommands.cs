using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>The commands that take many tags at once.</summary>
internal sealed class MxBulkCommands(MxSession session)
{
    /// <summary>How many tags travel in one command.</summary>
    public const int Size = 500;

    /// <summary>How long the gateway may wait for a first value on the connection's own session: writes and pings wait with it.</summary>
    public static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(0.5);

    /// <summary>AddItem and Advise for each tag; a row per tag, in their order.</summary>
    public async Task<IReadOnlyList<Proto.SubscribeResult>> SubscribeAsync(IReadOnlyList<string> references, CancellationToken cancellationToken)
    {
        var command = new Proto.MxCommand
        {
            Kind = Proto.MxCommandKind.SubscribeBulk,
            SubscribeBulk = new() { ServerHandle = session.ServerHandle, TagAddresses = { references } },
        };
        Proto.MxCommandReply reply = await session.InvokeAsync(command, What("advising", references), cancellationToken).ConfigureAwait(false);
        return Rows(reply.SubscribeBulk?.Results, references, "advising", reply);
    }

    /// <summary>AddItem for each tag; a row per tag, in their order.</summary>
    public async Task<IReadOnlyList<Proto.SubscribeResult>> AddAsync(IReadOnlyList<string> references, CancellationToken cancellationToken)
    {
        var command = new Proto.MxCommand
        {
            Kind = Proto.MxCommandKind.AddItemBulk,
            AddItemBulk = new() { ServerHandle = session.ServerHandle, TagAddresses = { references } },
        };
        Proto.MxCommandReply reply = await session.InvokeAsync(command, What("adding", references), cancellationToken).ConfigureAwait(false);
        return Rows(reply.AddItemBulk?.Results, references, "adding", reply);
    }

    /// <summary>AdviseSupervisory, which there is for one item at a time only.</summary>
    public Task AdviseSupervisoryAsync(string reference, int handle, CancellationToken cancellationToken)
    {
        var command = new Proto.MxCommand
        {
            Kind = Proto.MxCommandKind.AdviseSupervisory,
            AdviseSupervisory = new() { ServerHandle = session.ServerHandle, ItemHandle = handle },
        };
        return session.InvokeAsync(command, $"advising {reference} (supervisory)", cancellationToken);
    }

    /// <summary>UnAdvise and RemoveItem for each handle.</summary>
    public Task UnsubscribeAsync(IReadOnlyCollection<int> handles, CancellationToken cancellationToken)
    {
        var command = new Proto.MxCommand
        {
            Kind = Proto.MxCommandKind.UnsubscribeBulk,
            UnsubscribeBulk = new() { ServerHandle = session.ServerHandle, ItemHandles = { handles } },
        };
        return session.InvokeAsync(command, $"un-advising {handles.Count} items", cancellationToken);
    }

    /// <summary>Reads: the gateway's cached value of an advised tag, else a first value that it waits for; a row per tag, in their order.</summary>
    public async Task<IReadOnlyList<Proto.BulkReadResult>> ReadAsync(IReadOnlyList<string> references, TimeSpan wait, CancellationToken cancellationToken)
    {
        var command = new Proto.MxCommand
        {
            Kind = Proto.MxCommandKind.ReadBulk,
            ReadBulk = new() { ServerHandle = session.ServerHandle, TagAddresses = { references }, TimeoutMs = (uint)wait.TotalMilliseconds },
        };
        Proto.MxCommandReply reply = await session.InvokeAsync(command, What("reading", references), cancellationToken).ConfigureAwait(false);
        return Rows(reply.ReadBulk?.Results, references, "reading", reply);
    }

    private static IReadOnlyList<T> Rows<T>(
        IReadOnlyList<T>? rows, IReadOnlyList<string> references, string verb, Proto.MxCommandReply reply) => rows?.Count == references.Count
        ? rows
        : throw new MxProtocolException($"{What(verb, references)}: the gateway answered with {rows?.Count ?? 0} rows for {references.Count} tags")
        {
            RawReply = reply,
        };

    private static string What(string verb, IReadOnlyList<string> references) =>
        references.Count == 1 ? $"{verb} {references[0]}" : $"{verb} {references[0]} and {references.Count - 1} more";
}
