using System.Globalization;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;
using Kind = MxGateway.Contracts.Proto.MxCommandKind;
using Payload = MxGateway.Contracts.Proto.MxCommand.PayloadOneofCase;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>A kind of command: the payload that goes with it, the scope that it needs, and how it is carried out.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Scope">Its scope.</param>
/// <param name="Run">Carries it out; it may have to wait.</param>
internal sealed record CommandDefinition(Kind Kind, Payload Payload, string Scope, Func<MxWorker, MxCommand, ValueTask<MxCommandReply>> Run)
{
    public CommandDefinition(Kind kind, Payload payload, string scope, Func<MxWorker, MxCommand, MxCommandReply> run)
        : this(kind, payload, scope, (worker, command) => ValueTask.FromResult(run(worker, command)))
    {
    }
}

/// <summary>All commands of the contract.</summary>
internal static class CommandTable
{
    private static readonly Dictionary<Kind, CommandDefinition> s_all = new CommandDefinition[]
    {
        new(Kind.Ping, Payload.Ping, GatewayScopes.SessionOpen, static (_, _) => Replies.Ok()),
        new(Kind.GetSessionState, Payload.GetSessionState, GatewayScopes.SessionOpen, GetSessionState),

        new(Kind.Register, Payload.Register, GatewayScopes.InvokeRead, ItemCommands.Register),
        new(Kind.Unregister, Payload.Unregister, GatewayScopes.InvokeRead, ItemCommands.Unregister),
        new(Kind.AddItem, Payload.AddItem, GatewayScopes.InvokeRead, ItemCommands.AddItem),
        new(Kind.AddItem2, Payload.AddItem2, GatewayScopes.InvokeRead, ItemCommands.AddItem2),
        new(Kind.RemoveItem, Payload.RemoveItem, GatewayScopes.InvokeRead, ItemCommands.RemoveItem),
        new(Kind.Advise, Payload.Advise, GatewayScopes.InvokeRead, ItemCommands.Advise),
        new(Kind.UnAdvise, Payload.UnAdvise, GatewayScopes.InvokeRead, ItemCommands.UnAdvise),
        new(Kind.AdviseSupervisory, Payload.AdviseSupervisory, GatewayScopes.InvokeRead, ItemCommands.AdviseSupervisory),
        new(Kind.AddBufferedItem, Payload.AddBufferedItem, GatewayScopes.InvokeRead, ItemCommands.AddBufferedItem),
        new(Kind.SetBufferedUpdateInterval, Payload.SetBufferedUpdateInterval, GatewayScopes.InvokeRead, ItemCommands.SetBufferedUpdateInterval),
        new(Kind.Suspend, Payload.Suspend, GatewayScopes.InvokeRead, ItemCommands.Suspend),
        new(Kind.Activate, Payload.Activate, GatewayScopes.InvokeRead, ItemCommands.Activate),
        new(Kind.AddItemBulk, Payload.AddItemBulk, GatewayScopes.InvokeRead, BulkCommands.AddItem),
        new(Kind.AdviseItemBulk, Payload.AdviseItemBulk, GatewayScopes.InvokeRead, BulkCommands.Advise),
        new(Kind.RemoveItemBulk, Payload.RemoveItemBulk, GatewayScopes.InvokeRead, BulkCommands.RemoveItem),
        new(Kind.UnAdviseItemBulk, Payload.UnAdviseItemBulk, GatewayScopes.InvokeRead, BulkCommands.UnAdvise),
        new(Kind.SubscribeBulk, Payload.SubscribeBulk, GatewayScopes.InvokeRead, BulkCommands.Subscribe),
        new(Kind.UnsubscribeBulk, Payload.UnsubscribeBulk, GatewayScopes.InvokeRead, BulkCommands.Unsubscribe),
        new(Kind.ReadBulk, Payload.ReadBulk, GatewayScopes.InvokeRead, BulkRead.RunAsync),

        new(Kind.Write, Payload.Write, GatewayScopes.InvokeWrite, WriteCommands.Write),
        new(Kind.Write2, Payload.Write2, GatewayScopes.InvokeWrite, WriteCommands.Write2),
        new(Kind.WriteBulk, Payload.WriteBulk, GatewayScopes.InvokeWrite, BulkWriteCommands.Write),
        new(Kind.Write2Bulk, Payload.Write2Bulk, GatewayScopes.InvokeWrite, BulkWriteCommands.Write2),

        new(Kind.WriteSecured, Payload.WriteSecured, GatewayScopes.InvokeSecure, WriteCommands.WriteSecured),
        new(Kind.WriteSecured2, Payload.WriteSecured2, GatewayScopes.InvokeSecure, WriteCommands.WriteSecured2),
        new(Kind.WriteSecuredBulk, Payload.WriteSecuredBulk, GatewayScopes.InvokeSecure, BulkWriteCommands.WriteSecured),
        new(Kind.WriteSecured2Bulk, Payload.WriteSecured2Bulk, GatewayScopes.InvokeSecure, BulkWriteCommands.WriteSecured2),
        new(Kind.AuthenticateUser, Payload.AuthenticateUser, GatewayScopes.InvokeSecure, UserCommands.AuthenticateUser),
        new(Kind.ArchestraUserToId, Payload.ArchestraUserToId, GatewayScopes.InvokeSecure, UserCommands.ArchestrAUserToId),
    }.ToDictionary(definition => definition.Kind);

    /// <summary>The scope of a command. One that is not known needs the least.</summary>
    public static string Scope(MxCommand? command) => Find(command)?.Scope ?? GatewayScopes.InvokeRead;

    /// <summary>Carries a command out. What the command contains makes it throw only where the caller's key may not use its tag.</summary>
    public static async ValueTask<MxCommandReply> RunAsync(MxWorker worker, MxCommand? command)
    {
        if (command is null)
            return Replies.Invalid("the request has no command");
        if (Find(command) is not { } definition)
            return worker.Rules.Hold(GatewayRule.UnknownKind) ? Replies.Invalid($"the command kind {command.Kind} is not known") : Replies.Ok();
        if (command.PayloadCase != definition.Payload)
            return worker.Rules.Hold(GatewayRule.KindMatchesPayload) ? Replies.Invalid(WrongPayload(command)) : Replies.Ok();

        MxCommandReply reply = await definition.Run(worker, command).ConfigureAwait(false);
        bool isReply = reply.ProtocolStatus.Code != ProtocolStatusCode.MxaccessFailure || worker.Rules.Hold(GatewayRule.RejectionIsReply);
        return isReply ? reply : throw GrpcFault.Invalid(reply.ProtocolStatus.Message);
    }

    /// <summary>
    /// The items that a command names, for the call record. Looked up before it runs: afterwards a removed handle has no name; without a worker none has.
    /// </summary>
    public static IReadOnlyList<string> Items(MxWorker? worker, MxCommand? command) => command?.PayloadCase switch
    {
        Payload.AddItem => [Reference(command.AddItem.ItemDefinition)],
        Payload.AddItem2 => [Reference(command.AddItem2.ItemDefinition)],
        Payload.AddBufferedItem => [Reference(command.AddBufferedItem.ItemDefinition)],
        Payload.RemoveItem => Item(worker, command.RemoveItem.ServerHandle, command.RemoveItem.ItemHandle),
        Payload.Advise => Item(worker, command.Advise.ServerHandle, command.Advise.ItemHandle),
        Payload.UnAdvise => Item(worker, command.UnAdvise.ServerHandle, command.UnAdvise.ItemHandle),
        Payload.AdviseSupervisory => Item(worker, command.AdviseSupervisory.ServerHandle, command.AdviseSupervisory.ItemHandle),
        Payload.Suspend => Item(worker, command.Suspend.ServerHandle, command.Suspend.ItemHandle),
        Payload.Activate => Item(worker, command.Activate.ServerHandle, command.Activate.ItemHandle),
        Payload.Write => Item(worker, command.Write.ServerHandle, command.Write.ItemHandle),
        Payload.Write2 => Item(worker, command.Write2.ServerHandle, command.Write2.ItemHandle),
        Payload.WriteSecured => Item(worker, command.WriteSecured.ServerHandle, command.WriteSecured.ItemHandle),
        Payload.WriteSecured2 => Item(worker, command.WriteSecured2.ServerHandle, command.WriteSecured2.ItemHandle),
        Payload.WriteBulk => Items(worker, command.WriteBulk.ServerHandle, command.WriteBulk.Entries.Select(row => row.ItemHandle)),
        Payload.Write2Bulk => Items(worker, command.Write2Bulk.ServerHandle, command.Write2Bulk.Entries.Select(row => row.ItemHandle)),
        Payload.WriteSecuredBulk => Items(worker, command.WriteSecuredBulk.ServerHandle, command.WriteSecuredBulk.Entries.Select(row => row.ItemHandle)),
        Payload.WriteSecured2Bulk => Items(worker, command.WriteSecured2Bulk.ServerHandle, command.WriteSecured2Bulk.Entries.Select(row => row.ItemHandle)),
        Payload.AddItemBulk => [.. command.AddItemBulk.TagAddresses.Select(Reference)],
        Payload.AdviseItemBulk => Items(worker, command.AdviseItemBulk.ServerHandle, command.AdviseItemBulk.ItemHandles),
        Payload.RemoveItemBulk => Items(worker, command.RemoveItemBulk.ServerHandle, command.RemoveItemBulk.ItemHandles),
        Payload.UnAdviseItemBulk => Items(worker, command.UnAdviseItemBulk.ServerHandle, command.UnAdviseItemBulk.ItemHandles),
        Payload.SubscribeBulk => [.. command.SubscribeBulk.TagAddresses.Select(Reference)],
        Payload.ReadBulk => [.. command.ReadBulk.TagAddresses.Select(Reference)],
        Payload.UnsubscribeBulk => Items(worker, command.UnsubscribeBulk.ServerHandle, command.UnsubscribeBulk.ItemHandles),
        _ => [],
    };

    private static CommandDefinition? Find(MxCommand? command) => command is null ? null : s_all.GetValueOrDefault(command.Kind);

    // What is too long for a reference is refused, and not kept either.
    private static string Reference(string reference) => reference.Length <= MxWorker.MaxReferenceLength ? reference : CallerText.Quote(reference);

    private static string WrongPayload(MxCommand command) => command.PayloadCase == Payload.None
        ? $"the command {command.Kind} has no payload"
        : $"the command {command.Kind} has the payload of {command.PayloadCase}";

    private static string[] Items(MxWorker? worker, int serverHandle, IEnumerable<int> itemHandles) =>
        [.. itemHandles.SelectMany(handle => Item(worker, serverHandle, handle))];

    private static string[] Item(MxWorker? worker, int serverHandle, int itemHandle) =>
        [worker?.DefinitionOf(serverHandle, itemHandle) ?? itemHandle.ToString(CultureInfo.InvariantCulture)];

    private static MxCommandReply GetSessionState(MxWorker worker, MxCommand command)
    {
        // A session that takes commands is ready: before that it is refused, and after that it is not found.
        MxCommandReply reply = Replies.Ok();
        reply.GetSessionState = new GetSessionStateReply { State = SessionState.Ready };
        return reply;
    }
}
