using System.CommandLine;

namespace MxGateway.Typed.Cli;

/// <summary>MXAccess's commands one by one, so that a session can be driven step by step from a shell: what one prints is an option of the next.</summary>
internal static class SessionCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> Create(CliConsole console) =>
        [OpenSession(console), CloseSession(console), Register(console), Unregister(console), AddItem(console), .. ItemCommands(console), Ping(console)];

    private static Command OpenSession(CliConsole console)
    {
        Option<string> name = SessionOptions.ClientName();
        return GatewayCommand.Create(
            console,
            "open-session",
            "Opens a session and leaves it open: close it with close-session. The gateway ends one that nobody uses for 30 minutes. "
                + "Needs the scope session:open.",
            [name],
            async run =>
            {
                await using var client = new MxGatewayClient(run.Gateway);

                // Not disposed of: it stays open.
                MxSession session = await client.OpenSessionAsync(run.Parsed.GetValue(name), run.Cancellation);
                try
                {
                    return run.Report(
                        new OpenSessionResult(
                            session.Id, session.BackendName!, session.GatewayProtocolVersion!.Value, session.WorkerProtocolVersion!.Value, session.Capabilities!),
                        CliJson.Default.OpenSessionResult,
                        $"session {session.Id}");
                }
                catch (OutputException)
                {
                    // Nobody has its id.
                    await session.DisposeAsync();
                    throw;
                }
            });
    }

    private static Command CloseSession(CliConsole console)
    {
        Option<string> id = SessionOptions.SessionId();
        return GatewayCommand.Create(
            console, "close-session", "Closes a session: the gateway lets go of all that it has. Needs the scope session:open.", [id], async run =>
            {
                await using var client = new MxGatewayClient(run.Gateway);
                MxSession session = client.TakeUpSession(run.Parsed.GetRequiredValue(id));
                MxSessionState state = await session.CloseAsync(run.Cancellation);
                return run.Report(new CloseSessionResult(session.Id, state), CliJson.Default.CloseSessionResult, $"{session.Id} is {state}");
            });
    }

    private static Command Register(CliConsole console)
    {
        Option<string> id = SessionOptions.SessionId(), name = SessionOptions.ClientName();
        return GatewayCommand.Create(
            console, "register", "Registers a client with MXAccess, and prints its server handle. Needs the scope invoke:read.", [id, name], async run =>
            {
                await using var client = new MxGatewayClient(run.Gateway);
                MxSession session = client.TakeUpSession(run.Parsed.GetRequiredValue(id));
                int server = await session.RegisterAsync(run.Parsed.GetValue(name) ?? CommandLine.ToolName, run.Cancellation);
                return run.Report(new ServerResult(session.Id, server), CliJson.Default.ServerResult, $"server handle {server}");
            });
    }

    private static Command Unregister(CliConsole console)
    {
        Option<string> id = SessionOptions.SessionId();
        Option<int?> server = SessionOptions.ServerHandle();
        return GatewayCommand.Create(
            console, "unregister", "Ends a registration: its items are gone with it. Needs the scope invoke:read.", [id, server], async run =>
            {
                await using var client = new MxGatewayClient(run.Gateway);
                MxSession session = client.TakeUpSession(run.Parsed.GetRequiredValue(id));
                int handle = run.Parsed.GetRequiredValue(server)!.Value;
                await session.UnregisterAsync(handle, run.Cancellation);
                return run.Report(new ServerResult(session.Id, handle), CliJson.Default.ServerResult, $"server handle {handle} is unregistered");
            });
    }

    private static Command AddItem(CliConsole console)
    {
        Option<string> id = SessionOptions.SessionId(), item = SessionOptions.Item();
        Option<int?> server = SessionOptions.ServerHandle();
        return GatewayCommand.Create(
            console,
            "add-item",
            "Adds an item, and prints its item handle. A wrong reference has one too (MXAccess): its first value tells. Needs the scope invoke:read.",
            [id, server, item],
            async run =>
            {
                await using var client = new MxGatewayClient(run.Gateway);
                MxSession session = client.TakeUpSession(run.Parsed.GetRequiredValue(id));
                int serverHandle = run.Parsed.GetRequiredValue(server)!.Value;
                string reference = run.Parsed.GetRequiredValue(item);
                int handle = await session.AddItemAsync(serverHandle, reference, run.Cancellation);
                return run.Report(
                    new AddItemResult(session.Id, serverHandle, reference, handle), CliJson.Default.AddItemResult, $"item handle {handle} ({reference})");
            });
    }

    private static IEnumerable<Command> ItemCommands(CliConsole console) =>
    [
        OfItem(
            console,
            "remove-item",
            "Removes an item; un-advise it first. Needs the scope invoke:read.",
            "is removed",
            (session, server, item, cancellation) => session.RemoveItemAsync(server, item, cancellation)),
        OfItem(
            console,
            "advise",
            "Advises an item: its values come by the session's event stream, see stream-events. Needs the scope invoke:read.",
            "is advised",
            (session, server, item, cancellation) => session.AdviseAsync(server, item, cancellation)),
        OfItem(
            console,
            "un-advise",
            "Ends the advise of an item. Needs the scope invoke:read.",
            "is not advised any more",
            (session, server, item, cancellation) => session.UnAdviseAsync(server, item, cancellation)),
    ];

    private static Command OfItem(CliConsole console, string name, string description, string done, Func<MxSession, int, int, CancellationToken, Task> call)
    {
        Option<string> id = SessionOptions.SessionId();
        Option<int?> server = SessionOptions.ServerHandle(), item = SessionOptions.ItemHandle();
        return GatewayCommand.Create(console, name, description, [id, server, item], async run =>
        {
            await using var client = new MxGatewayClient(run.Gateway);
            MxSession session = client.TakeUpSession(run.Parsed.GetRequiredValue(id));
            int serverHandle = run.Parsed.GetRequiredValue(server)!.Value, itemHandle = run.Parsed.GetRequiredValue(item)!.Value;
            await call(session, serverHandle, itemHandle, run.Cancellation);
            return run.Report(new ItemResult(session.Id, serverHandle, itemHandle), CliJson.Default.ItemResult, $"item handle {itemHandle} {done}");
        });
    }

    private static Command Ping(CliConsole console)
    {
        Option<string> id = SessionOptions.SessionId();
        return GatewayCommand.Create(
            console, "ping", "Asks a session for an answer, and for its state; that keeps it from ending. Needs the scope session:open.", [id], async run =>
            {
                await using var client = new MxGatewayClient(run.Gateway);
                MxSession session = client.TakeUpSession(run.Parsed.GetRequiredValue(id));
                await session.PingAsync(run.Cancellation);
                MxSessionState state = await session.GetSessionStateAsync(run.Cancellation);
                return run.Report(new PingResult(session.Id, state), CliJson.Default.PingResult, $"{session.Id} answers; it is {state}");
            });
    }
}
