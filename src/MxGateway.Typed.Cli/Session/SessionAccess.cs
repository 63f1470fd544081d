using System.CommandLine;

namespace MxGateway.Typed.Cli;

/// <summary>
/// A registered session to work in: one that was named by its id and server handle, and is left as it is; or one of the command's own, which is unregistered
/// and closed in every case, Ctrl+C and errors included.
/// </summary>
internal sealed class SessionAccess : IAsyncDisposable
{
    private readonly MxGatewayClient _client;
    private readonly CliConsole _console;
    private readonly TimeSpan _closeTimeout;
    private int _item;
    private bool _isAdvised, _leavesRegistration;

    private SessionAccess(MxGatewayClient client, MxSession session, bool isOwn, GatewayRun run)
    {
        _client = client;
        Session = session;
        IsOwn = isOwn;
        _console = run.Console;
        _closeTimeout = run.Gateway.CloseTimeout;
    }

    public MxSession Session { get; }

    /// <summary>Whether the session is the command's own.</summary>
    public bool IsOwn { get; }

    public int ServerHandle { get; private set; }

    /// <summary>Takes up what was named, or opens and registers.</summary>
    /// <exception cref="WrongUsageException">One of the two options is missing.</exception>
    public static async Task<SessionAccess> OpenAsync(GatewayRun run, Option<string> sessionId, Option<int?> serverHandle, string? clientName = null)
    {
        string? id = run.Parsed.GetValue(sessionId);
        int? server = run.Parsed.GetValue(serverHandle);
        if (id is null != server is null)
            throw new WrongUsageException($"{sessionId.Name} and {serverHandle.Name} go together; give both, or neither for a session of its own");

        var client = new MxGatewayClient(run.Gateway);
        try
        {
            if (id is not null)
                return new SessionAccess(client, client.TakeUpSession(id), isOwn: false, run) { ServerHandle = server!.Value };
            return await OpenOwnAsync(client, run, clientName);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens and registers a session of the command's own.</summary>
    public static async Task<SessionAccess> OpenOwnAsync(GatewayRun run, string? clientName)
    {
        var client = new MxGatewayClient(run.Gateway);
        try
        {
            return await OpenOwnAsync(client, run, clientName);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Attaches a session's events. Somebody else's session is kept where that is cancelled: they may be attached all the same.</summary>
    public static async Task<MxEventStream> AttachAsync(MxSession session, bool isOwn, ulong after, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await session.AttachEventsAsync(after, cancellationToken);
        }
        catch (OperationCanceledException) when (!isOwn)
        {
            await KeepAsync(session, limit);
            throw;
        }
    }

    /// <summary>
    /// The gateway gives a session whose stream went 30 s; a call makes that its usual time again. However the command ended, Ctrl+C included: it is somebody
    /// else's session.
    /// </summary>
    /// <param name="session">The session, whose stream was detached.</param>
    /// <param name="limit">How long it may take.</param>
    public static async Task KeepAsync(MxSession session, TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit);
        try
        {
            await session.PingAsync(end.Token);
        }
        catch (Exception e) when (e is MxGatewayException or OperationCanceledException)
        {
            // What the command was asked for is done; the session's next command will say what is wrong.
        }
    }

    /// <summary>Adds and advises an item, which is let go at the end.</summary>
    public async Task<int> AdviseAsync(string reference, CancellationToken cancellationToken)
    {
        _item = await Session.AddItemAsync(ServerHandle, reference, cancellationToken);

        // Before the call: one that is cancelled may be carried out all the same.
        _isAdvised = true;
        try
        {
            await Session.AdviseAsync(ServerHandle, _item, cancellationToken);
            return _item;
        }
        catch (Exception e) when (e is MxAccessException or MxAuthorizationException)
        {
            throw new CommandException(Named(e, reference, _item), e);
        }
    }

    /// <summary>What went wrong, with the tag's name where one was given: whoever gave it knows of no item handle.</summary>
    public static string Named(Exception e, string? reference, int item) =>
        reference is null ? e.Message : e.Message.Replace($" item handle {item}:", $" {reference}:", StringComparison.Ordinal);

    /// <summary>Leaves the item to the session: a write to it may be under way. It goes with its registration.</summary>
    public void LeaveItem()
    {
        if (!IsOwn && _item != 0)
        {
            _console.WriteWarning(
                $"item handle {_item} stays in {Session.Id}, because the write may be under way; let it go when its OnWriteComplete has come");
        }

        (_item, _isAdvised) = (0, false);
    }

    /// <summary>
    /// Leaves the registration to the session's end: the session's commands take turns, and unregistering would wait behind one that was given up
    /// and is still carried out.
    /// </summary>
    public void LeaveRegistration() => _leavesRegistration = true;

    /// <summary>
    /// Lets go of what is the command's own, in MXAccess's order. What the gateway does not confirm is told, and ends with the session's lease.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await using MxGatewayClient client = _client;
        using var limit = new CancellationTokenSource(_closeTimeout);
        try
        {
            if (_isAdvised)
                await Session.UnAdviseAsync(ServerHandle, _item, limit.Token);
            if (_item != 0)
                await Session.RemoveItemAsync(ServerHandle, _item, limit.Token);
            if (IsOwn && ServerHandle != 0 && !_leavesRegistration)
                await Session.UnregisterAsync(ServerHandle, limit.Token);
        }
        catch (Exception e) when (e is MxGatewayException or OperationCanceledException)
        {
            // The session's end does the same; of a session that is somebody else's, nobody else would tell.
            if (!IsOwn)
                _console.WriteWarning($"item handle {_item} of {Session.Id} was not let go: {Why(e)}");
        }

        if (!IsOwn)
            return;
        try
        {
            using var end = new CancellationTokenSource(_closeTimeout);
            await Patience.WaitAsync(_console, () => $"the gateway to close {Session.Id}", _closeTimeout, Session.CloseAsync(end.Token));
        }
        catch (Exception e) when (e is MxGatewayException or OperationCanceledException)
        {
            _console.WriteWarning($"{Session.Id} was not closed: {Why(e)}; the gateway ends it by itself");
        }
    }

    private static async Task<SessionAccess> OpenOwnAsync(MxGatewayClient client, GatewayRun run, string? clientName)
    {
        MxSession session = await client.OpenSessionAsync(clientName, run.Cancellation);
        var access = new SessionAccess(client, session, isOwn: true, run);
        try
        {
            access.ServerHandle = await session.RegisterAsync(clientName ?? CommandLine.ToolName, run.Cancellation);
            return access;
        }
        catch
        {
            await access.DisposeAsync();
            throw;
        }
    }

    private string Why(Exception e) => e is OperationCanceledException ? $"no answer within {Patience.Text(_closeTimeout)}" : e.Message;
}
