using System.Globalization;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Hosting;
using Kind = MxGateway.Contracts.Proto.MxCommandKind;
using Payload = MxGateway.Contracts.Proto.MxCommand.PayloadOneofCase;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>A kind of command: the payload that goes with it, the scope that it needs, and how it is carried out.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Scope">Its scope.</param>
/// <param name="Run">Carries it out; null where the simulator does not have it yet.</param>
internal sealed record CommandDefinition(Kind Kind, Payload Payload, string Scope, Func<MxWorker, MxCommand, MxCommandReply>? Run);

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
        new(Kind.AddItem2, Payload.AddItem2, GatewayScopes.InvokeRead, null),
        new(Kind.RemoveItem, Payload.RemoveItem, GatewayScopes.InvokeRead, ItemCommands.RemoveItem),
        new(Kind.Advise, Payload.Advise, GatewayScopes.InvokeRead, ItemCommands.Advise),
        new(Kind.UnAdvise, Payload.UnAdvise, GatewayScopes.InvokeRead, ItemCommands.UnAdvise),
        new(Kind.AdviseSupervisory, Payload.AdviseSupervisory, GatewayScopes.InvokeRead, ItemCommands.AdviseSupervisory),
        new(Kind.AddBufferedItem, Payload.AddBufferedItem, GatewayScopes.InvokeRead, null),
        new(Kind.SetBufferedUpdateInterval, Payload.SetBufferedUpdateInterval, GatewayScopes.InvokeRead, null),
        new(Kind.Suspend, Payload.Suspend, GatewayScopes.InvokeRead, null),
        new(Kind.Activate, Payload.Activate, GatewayScopes.InvokeRead, null),
        new(Kind.AddItemBulk, Payload.AddItemBulk, GatewayScopes.InvokeRead, null),
        new(Kind.AdviseItemBulk, Payload.AdviseItemBulk, GatewayScopes.InvokeRead, null),
        new(Kind.RemoveItemBulk, Payload.RemoveItemBulk, GatewayScopes.InvokeRead, null),
        new(Kind.UnAdviseItemBulk, Payload.UnAdviseItemBulk, GatewayScopes.InvokeRead, null),
        new(Kind.SubscribeBulk, Payload.SubscribeBulk, GatewayScopes.InvokeRead, BulkCommands.Subscribe),
        new(Kind.UnsubscribeBulk, Payload.UnsubscribeBulk, GatewayScopes.InvokeRead, BulkCommands.Unsubscribe),
        new(Kind.ReadBulk, Payload.ReadBulk, GatewayScopes.InvokeRead, BulkCommands.Read),

        new(Kind.Write, Payload.Write, GatewayScopes.InvokeWrite, WriteCommands.Write),
        new(Kind.Write2, Payload.Write2, GatewayScopes.InvokeWrite, null),
        new(Kind.WriteBulk, Payload.WriteBulk, GatewayScopes.InvokeWrite, null),
        new(Kind.Write2Bulk, Payload.Write2Bulk, GatewayScopes.InvokeWrite, null),

        new(Kind.WriteSecured, Payload.WriteSecured, GatewayScopes.InvokeSecure, WriteCommands.WriteSecured),
        new(Kind.WriteSecured2, Payload.WriteSecured2, GatewayScopes.InvokeSecure, null),
        new(Kind.WriteSecuredBulk, Payload.WriteSecuredBulk, GatewayScopes.InvokeSecure, null),
        new(Kind.WriteSecured2Bulk, Payload.WriteSecured2Bulk, GatewayScopes.InvokeSecure, null),
        new(Kind.AuthenticateUser, Payload.AuthenticateUser, GatewayScopes.InvokeSecure, WriteCommands.AuthenticateUser),
        new(Kind.ArchestraUserToId, Payload.ArchestraUserToId, GatewayScopes.InvokeSecure, null),
    }.ToDictionary(definition => definition.Kind);

    /// <summary>The scope of a command. One that is not known needs the least.</summary>
    public static string Scope(MxCommand? command) => Find(command)?.Scope ?? GatewayScopes.InvokeRead;

    /// <summary>Carries a command out. Throws only where the caller's key may not use its tag.</summary>
    public static MxCommandReply Run(MxWorker worker, MxCommand? command)
    {
        if (command is null)
            return Replies.Invalid("the request has no command");
        if (Find(command) is not { } definition)
            return Replies.Invalid($"the command kind {command.Kind} is not known");
        if (command.PayloadCase == Payload.None)
            return Replies.Invalid($"the command {command.Kind} has no payload");
        if (command.PayloadCase != definition.Payload)
            return Replies.Invalid($"the command {command.Kind} has the payload of {command.PayloadCase}");
        return definition.Run is null ? Replies.Invalid($"the simulator does not have the command {command.Kind} yet") : definition.Run(worker, command);
    }

    /// <summary>The items that a command names, for the call record. Looked up before it runs: afterwards a removed handle has no name.</summary>
    public static IReadOnlyList<string> Items(MxWorker worker, MxCommand? command) => command?.PayloadCase switch
    {
        Payload.AddItem => [Reference(command.AddItem.ItemDefinition)],
        Payload.RemoveItem => Item(worker, command.RemoveItem.ServerHandle, command.RemoveItem.ItemHandle),
        Payload.Advise => Item(worker, command.Advise.ServerHandle, command.Advise.ItemHandle),
        Payload.UnAdvise => Item(worker, command.UnAdvise.ServerHandle, command.UnAdvise.ItemHandle),
        Payload.AdviseSupervisory => Item(worker, command.AdviseSupervisory.ServerHandle, command.AdviseSupervisory.ItemHandle),
        Payload.Write => Item(worker, command.Write.ServerHandle, command.Write.ItemHandle),
        Payload.WriteSecured => Item(worker, command.WriteSecured.ServerHandle, command.WriteSecured.ItemHandle),
        Payload.SubscribeBulk => [.. command.SubscribeBulk.TagAddresses.Select(Reference)],
        Payload.ReadBulk => [.. command.ReadBulk.TagAddresses.Select(Reference)],
        Payload.UnsubscribeBulk => [.. command.UnsubscribeBulk.ItemHandles.SelectMany(handle => Item(worker, command.UnsubscribeBulk.ServerHandle, handle))],
        _ => [],
    };

    private static CommandDefinition? Find(MxCommand? command) => command is null ? null : s_all.GetValueOrDefault(command.Kind);

    // What is too long for a reference is refused, and not kept either.
    private static string Reference(string reference) => reference.Length <= MxWorker.MaxReferenceLength ? reference : CallerText.Quote(reference);

    private static string[] Item(MxWorker worker, int serverHandle, int itemHandle) =>
        [worker.DefinitionOf(serverHandle, itemHandle) ?? itemHandle.ToString(CultureInfo.InvariantCulture)];

    private static MxCommandReply GetSessionState(MxWorker worker, MxCommand command)
    {
        // A session that takes commands is ready: before that it is refused, and after that it is not found.
        MxCommandReply reply = Replies.Ok();
        reply.GetSessionState = new GetSessionStateReply { State = SessionState.Ready };
        return reply;
    }
}
