using Microsoft.Extensions.Logging;
using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// A connection with the gateway: one session, one MXAccess registration, one event stream, shared by all that use it. Safe from many threads.
/// Dispose of it when the application ends, also after Ctrl+C: that un-advises, removes, unregisters and closes what it has on the gateway.
/// </summary>
public sealed class MxGatewayConnection : IAsyncDisposable
{
    /// <summary>Why what is under way ends where the connection is disposed of: nothing is wrong with the gateway.</summary>
    internal const string ClosedHere = "this application closed the connection";

    // Servers send their headers when the stream is attached, or only with its first event; so long is waited for the former.
    private static readonly TimeSpan s_headersGrace = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly IGrpcTransport _transport;
    private readonly MxSession _session;
    private readonly CancellationTokenSource _stop = new();
    private readonly IGrpcStream<Proto.MxEvent> _events;
    private readonly Task _eventLoop;
    private readonly Task _tagLoop;
    private readonly Task _writeLoop;
    private MxConnectionState _state = MxConnectionState.Connecting;
    private Exception? _lostBecause;
    private Task? _closing;

    private MxGatewayConnection(IGrpcTransport transport, MxSession session, MxGatewayOptions options)
    {
        _transport = transport;
        _session = session;
        Options = options;
        Log = options.LoggerFactory.CreateLogger<MxGatewayConnection>();
        Commands = new MxTagCommands(session);
        Tags = new MxTagRegistry(Commands, options, Log);
        Writer = new MxTagWriter(session, Tags, options);
        Reader = new MxTagReader(this, transport);
        Subscriptions = new MxSubscriptions();
        _events = session.StreamEvents();
        _eventLoop = RunEventsAsync();
        _tagLoop = RunTagsAsync();
        _writeLoop = RunWritesAsync();
    }

    /// <summary>Where the connection stands.</summary>
    public MxConnectionState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    internal MxGatewayOptions Options { get; }

    internal IGrpcTransport Transport => _transport;

    internal ILogger Log { get; }

    internal MxTagCommands Commands { get; }

    internal MxTagRegistry Tags { get; }

    internal MxTagWriter Writer { get; }

    internal MxTagReader Reader { get; }

    internal MxSubscriptions Subscriptions { get; }

    /// <summary>Connects: opens a session, registers, and attaches the event stream. The failure, if there is one, is the true cause.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellationToken">Gives up; a session that was opened meanwhile is closed.</param>
    /// <exception cref="MxConnectionException">The gateway cannot be reached.</exception>
    /// <exception cref="MxAuthorizationException">The gateway does not accept the API key, or it lacks a scope.</exception>
    /// <exception cref="MxProtocolException">The gateway answered with a fault of its own, or is no gateway.</exception>
    public static async Task<MxGatewayConnection> ConnectAsync(MxGatewayOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        IGrpcTransport transport = MxTransports.Create(options);
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await OpenAsync(transport, options, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(e.Message, e, cancellationToken)
                : new MxConnectionException(
                    $"connecting: no answer from {options.Endpoint} within {options.ConnectTimeout.TotalSeconds:0.#} s; " +
                    "check that it is the gateway's port, and that no firewall drops what is sent there",
                    e);
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Ends all subscriptions, releases all items, unregisters and closes the session, within about <see cref="MxGatewayOptions.CloseTimeout"/>.
    /// Never throws; may be called again.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
            _closing ??= Task.Run(CloseAsync);
        return new(_closing);
    }

    /// <summary>Throws unless the connection is open.</summary>
    internal void EnsureOpen(string what)
    {
        lock (_lock)
        {
            if (_state == MxConnectionState.Closed)
                throw new ObjectDisposedException(nameof(MxGatewayConnection), $"{what}: the connection with {Options.Endpoint} was closed");
            if (_state != MxConnectionState.Open)
            {
                string why = _lostBecause?.Message ?? "the connection is not open yet";
                throw new MxConnectionException($"{what}: nothing was sent: {why}", _lostBecause) { NotDone = true };
            }
        }
    }

    /// <summary>A plant ends whose connection goes on.</summary>
    internal async Task EndSubscriptionsAsync(MxGalaxy galaxy)
    {
        using var limit = new CancellationTokenSource(Options.CloseTimeout, Options.TimeProvider);
        await Subscriptions.EndAsync(galaxy, limit.Token).ConfigureAwait(false);
    }

    private static async Task<MxGatewayConnection> OpenAsync(IGrpcTransport transport, MxGatewayOptions options, CancellationToken cancellationToken)
    {
        MxSession session = await MxSession.OpenAsync(transport, options, "connecting", cancellationToken).ConfigureAwait(false);
        var connection = new MxGatewayConnection(transport, session, options);
        try
        {
            await connection.WaitForStreamAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task WaitForStreamAsync(CancellationToken cancellationToken)
    {
        Task grace = Task.Delay(s_headersGrace, Options.TimeProvider, cancellationToken);
        Task first = await Task.WhenAny(_events.Headers, _eventLoop, grace).ConfigureAwait(false);

        // A refusal may be all that the headers say: the event loop knows it.
        if (first == _events.Headers && (_events.Headers.IsFaulted || (await _events.Headers.ConfigureAwait(false))[GrpcHeaders.Status] is not null))
            await _eventLoop.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();

        if (!Become(MxConnectionState.Open))
        {
            lock (_lock)
                throw _lostBecause ?? new ObjectDisposedException(nameof(MxGatewayConnection));
        }

        MxLog.Connected(Log, Options.Endpoint, _session.Id);
    }

    private async Task RunEventsAsync()
    {
        ulong? last = null;
        try
        {
            while (await _events.MoveNextAsync(_stop.Token).ConfigureAwait(false))
            {
                Proto.MxEvent e = _events.Current;
                ulong sequence = e.ReplayGap?.OldestAvailableSequence ?? e.WorkerSequence;
                if (e.ReplayGap is not null || sequence > (last ?? 0) + 1)
                {
                    MxLog.EventsMissed(Log, (last ?? 0) + 1, sequence);
                    Tags.RequestRefresh();
                }

                if (e.ReplayGap is not null || sequence <= last)
                    continue;
                last = sequence;
                Tags.Dispatch(e);
            }

            Lose(new MxConnectionException($"the gateway at {Options.Endpoint} ended the session; make a new connection"));
        }
        catch (GrpcException e) when (e.Code == GrpcStatusCode.Unavailable)
        {
            Lose(MxFailures.Lost(e, Options.Endpoint));
        }
        catch (GrpcException e)
        {
            Lose(MxFailures.Of(e, "receiving events", Options.Endpoint));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Closing.
        }
        catch (Exception e)
        {
            Lose(new MxProtocolException($"receiving events from {Options.Endpoint}: {e.Message}", e));
        }
    }

    private async Task RunTagsAsync()
    {
        try
        {
            await Tags.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Closing.
        }
        catch (Exception e)
        {
            Lose(new MxProtocolException($"advising at {Options.Endpoint}: {e.Message}", e));
        }
    }

    private async Task RunWritesAsync()
    {
        try
        {
            await Writer.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Closing.
        }
        catch (Exception e)
        {
            Lose(new MxProtocolException($"writing at {Options.Endpoint}: {e.Message}", e));
        }
    }

    private void Lose(MxGatewayException cause)
    {
        lock (_lock)
            _lostBecause ??= cause;
        if (!Become(MxConnectionState.Disconnected))
            return;
        MxLog.Lost(Log, Options.Endpoint, cause.Message);
        Tags.Lose(cause.Message, cause);
        Reader.Stop();
    }

    /// <summary>The one place where the state changes. Nothing follows Closed, and what is lost does not open again.</summary>
    private bool Become(MxConnectionState state)
    {
        lock (_lock)
        {
            if (_state == MxConnectionState.Closed || (_state == MxConnectionState.Disconnected && state != MxConnectionState.Closed))
                return false;
            _state = state;
            return true;
        }
    }

    private async Task CloseAsync()
    {
        Become(MxConnectionState.Closed);

        // Each stage has a time of its own, so that none that hangs keeps the session from being closed.
        // First those who listen, so that nobody takes the end for a fault.
        using var listeners = new CancellationTokenSource(Options.CloseTimeout / 4, Options.TimeProvider);
        await Subscriptions.CompleteAllAsync(listeners.Token).ConfigureAwait(false);

        // Then the worker, so that no item is added any more, and what it added: items, then the registration, in MXAccess's order.
        using var releases = new CancellationTokenSource(Options.CloseTimeout / 2, Options.TimeProvider);
        Tags.Lose(ClosedHere, new MxConnectionException(ClosedHere));
        Tags.Stop();
        Reader.Stop();

        // They end beside the connection's own session, in the rest of the time: the listeners had the first quarter.
        Task readsEnd = Reader.CloseAsync(Options.CloseTimeout * 3 / 4);
        Writer.Stop();
        await WaitAsync(_tagLoop, releases.Token).ConfigureAwait(false);
        await WaitAsync(Tags.ReleaseAllAsync(releases.Token), releases.Token).ConfigureAwait(false);
        await _session.UnregisterAsync(releases.Token).ConfigureAwait(false);

        // The session's end ends the event stream.
        using var end = new CancellationTokenSource(Options.CloseTimeout / 4, Options.TimeProvider);
        bool isClosed = await _session.CloseAsync(Options.CloseTimeout / 4).ConfigureAwait(false);
        if (isClosed)
            await WaitAsync(_eventLoop, end.Token).ConfigureAwait(false);
        await readsEnd.ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_eventLoop, _tagLoop, _writeLoop).ConfigureAwait(false);
        await _events.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        Tags.Dispose();
        _stop.Dispose();
        if (isClosed)
            MxLog.Closed(Log, Options.Endpoint, _session.Id);
        else
            MxLog.CloseFailed(Log, Options.Endpoint, _session.Id);
    }

    private static async Task WaitAsync(Task task, CancellationToken limit)
    {
        try
        {
            await task.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The time is over, or an application's own transport failed in a way of its own: the next stage does not wait for it.
        }
    }
}
