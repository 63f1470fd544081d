using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// A session that only reads go by. The gateway runs a session's commands one after the other, so a read that waits for a value delays no write and no ping
/// here. It is opened with the first read, and again where it was lost or its lease has ended. Where the gateway has no session to spare, reads go by the
/// connection's own, with a short wait. One command at a time.
/// </summary>
/// <param name="connection">Whose reads they are.</param>
/// <param name="transport">The way to the gateway.</param>
/// <param name="longest">How long the gateway may wait for a first value.</param>
/// <param name="onRefused">Told why where the gateway has no session to spare.</param>
internal sealed class MxReadSession(MxGatewayConnection connection, IGrpcTransport transport, TimeSpan longest, Action<string> onRefused)
{
    // A session to spare is asked for again after so long.
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromMinutes(1);

    // The gateway's answer to a read that waited in vain comes a little after the wait.
    private static readonly TimeSpan s_answerGrace = TimeSpan.FromSeconds(5);

    private MxSession? _session;
    private Task _stream = Task.CompletedTask;
    private CancellationTokenSource _streamStop = new();
    private long? _refusedAt;
    private bool _isWithoutReadBulk;
    private bool _isBusy;

    private MxGatewayOptions Options => connection.Options;

    /// <summary>Reads tags by one command; null from a gateway that has no ReadBulk.</summary>
    /// <exception cref="MxGatewayException">The command failed as a whole.</exception>
    public async Task<MxRead[]?> ReadAsync(IReadOnlyList<string> references, CancellationToken cancellationToken)
    {
        if (_isWithoutReadBulk)
            return null;
        bool wasOpen = _session is not null;
        try
        {
            return await AskAsync(references, cancellationToken).ConfigureAwait(false);
        }
        catch (MxGatewayException e) when (IsUnknownCommand(e))
        {
            _isWithoutReadBulk = true;
            await CloseAsync(Options.CloseTimeout / 4).ConfigureAwait(false);
            return null;
        }
        catch (MxConnectionException e) when (wasOpen && IsSessionLost(e))
        {
            // A read may be repeated. What the old session still has on the gateway goes first.
            _isBusy = true;
            await CloseAsync(Options.CloseTimeout / 4).ConfigureAwait(false);
            return await AskAsync(references, cancellationToken).ConfigureAwait(false);
        }
        catch (MxGatewayException e) when (IsHung(e))
        {
            // The worker's call runs on, and the next one would wait behind it: that one gets a session of its own.
            _isBusy = true;
            await CloseAsync(Options.CloseTimeout / 4).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Unregisters and closes the session, where there is one. Never throws. No read may be under way.</summary>
    /// <param name="time">How long it may take.</param>
    public async Task CloseAsync(TimeSpan time)
    {
        if (_session is not { } session)
            return;
        _session = null;

        // Behind a command that runs on, Unregister would come too late; the session's end does the same.
        using var limit = new CancellationTokenSource(time, Options.TimeProvider);
        using var half = new CancellationTokenSource(time / 2, Options.TimeProvider);
        if (!_isBusy)
            await session.UnregisterAsync(half.Token).ConfigureAwait(false);
        _isBusy = false;
        if (await session.CloseAsync(time / 2).ConfigureAwait(false))
            await _stream.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else
            MxLog.CloseFailed(connection.Log, Options.Endpoint, session.Id);

        // The session's end ends its stream. Where something between leaves it open, or the session is, nobody waits for it.
        await _streamStop.CancelAsync().ConfigureAwait(false);
    }

    private async Task<MxRead[]> AskAsync(IReadOnlyList<string> references, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool isOwn = await TryOpenAsync(cancellationToken).ConfigureAwait(false);
        MxTagCommands commands = isOwn ? new MxTagCommands(_session!) : connection.Commands;
        TimeSpan wait = isOwn || longest < MxTagCommands.ShortWait ? longest : MxTagCommands.ShortWait;

        long asked = Options.TimeProvider.GetTimestamp();
        IReadOnlyList<Proto.BulkReadResult> rows;
        try
        {
            rows = await commands.ReadAsync(references, wait, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _isBusy = isOwn;
            throw;
        }

        // The gateway's clock is not ours: a wait that is over there may lack a little here.
        bool hasWaited = Options.TimeProvider.GetElapsedTime(asked) >= 0.9 * wait;
        DateTimeOffset now = Options.TimeProvider.GetUtcNow();
        return [.. rows.Select((row, index) => MxRead.Of(row, references[index], wait, hasWaited, now))];
    }

    /// <summary>Opens the session unless it is open; false where the gateway has none to spare.</summary>
    private async Task<bool> TryOpenAsync(CancellationToken cancellationToken)
    {
        if (_session is not null)
            return true;
        if (_refusedAt is { } at && Options.TimeProvider.GetElapsedTime(at) < s_retryDelay)
            return false;

        // A command may not end before the wait that it is for.
        TimeSpan least = longest + s_answerGrace;
        MxGatewayOptions options = Options.CommandTimeout >= least ? Options : Options with { CommandTimeout = least };
        try
        {
            _session = await MxSession.OpenAsync(transport, options, "opening a session for reads", cancellationToken).ConfigureAwait(false);
            _streamStop = new();
            _stream = DrainAsync(_session, _streamStop.Token);
            _refusedAt = null;
            return true;
        }
        catch (MxProtocolException e) when (MxRead.IsCall(e, GrpcStatusCode.ResourceExhausted))
        {
            onRefused(e.Message);
            _refusedAt = Options.TimeProvider.GetTimestamp();
            return false;
        }
    }

    // Nobody needs the events. But the gateway ends a session 30 s after its stream, and one that had none half an hour after its last call:
    // an application that is killed must not leave it for so long.
    private static async Task DrainAsync(MxSession session, CancellationToken stop)
    {
        try
        {
            IGrpcStream<Proto.MxEvent> stream = session.StreamEvents();
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.MoveNextAsync(stop).ConfigureAwait(false))
                {
                }
            }
        }
        catch (Exception)
        {
            // Whatever it is, also from an application's own transport: if the session is lost, the next read learns of it.
        }
    }

    private static bool IsUnknownCommand(MxGatewayException e) =>
        e is MxProtocolException { Code: Proto.ProtocolStatusCode.InvalidRequest } || MxRead.IsCall(e, GrpcStatusCode.Unimplemented);

    // Without a call that failed, the gateway's answer says that it lost the session.
    private static bool IsSessionLost(MxConnectionException e) =>
        e.InnerException is null || MxRead.IsCall(e, GrpcStatusCode.NotFound, GrpcStatusCode.Unavailable);

    private static bool IsHung(MxGatewayException e) =>
        e is MxProtocolException { Code: Proto.ProtocolStatusCode.Timeout } || MxRead.IsCall(e, GrpcStatusCode.DeadlineExceeded);
}
