using Google.Protobuf.WellKnownTypes;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// One session on the gateway: MXAccess's own commands, one method each, in MXAccess's terms. Applications use the plant's types instead, which keep
/// handles for them. Made by <see cref="MxGatewayClient"/>. Safe from many threads; the gateway runs a session's commands one after the other.
/// <para>MXAccess: item handles and user ids belong to their server handle and die with it, and server handles die with their session.</para>
/// <para>
/// Cancelling a call stops the wait for its answer only: the gateway may still carry the command out, now or after others that wait before it. So take a handle
/// that a cancelled command named, or that a cancelled command would have given, for one in use until the session is closed.
/// The same holds where a call failed with <see cref="MxConnectionException"/>, or with the fault <see cref="MxProtocolFault.Timeout"/>.
/// </para>
/// <para>
/// All commands throw alike. <see cref="MxAccessException"/>: MXAccess rejected the command. <see cref="MxProtocolException"/>: the gateway has a fault of its
/// own, or answers what makes no sense. <see cref="MxConnectionException"/>: there is no connection, no answer, or no such session any more.
/// <see cref="MxAuthorizationException"/>: the API key is not accepted, or lacks a scope. <see cref="MxGatewayException.RawReply"/> has the answer, where
/// one came.
/// </para>
/// </summary>
public sealed partial class MxSession : IAsyncDisposable
{
    // Longer than the gateway's own time-out, so that its answer, which says more, comes first.
    private static readonly TimeSpan s_answerGrace = TimeSpan.FromSeconds(5);

    // A call that is given up may still open a session, which nobody would close: it gets a moment more to bring its session's id.
    private static readonly TimeSpan s_openGrace = TimeSpan.FromSeconds(1);

    private readonly IGrpcTransport _transport;
    private readonly MxGatewayOptions _options;
    private readonly bool _isOurs;
    private int _isClosed;

    /// <summary>A session that somebody else opened.</summary>
    internal MxSession(IGrpcTransport transport, MxGatewayOptions options, string id)
    {
        _transport = transport;
        _options = options;
        Id = id;
    }

    private MxSession(IGrpcTransport transport, MxGatewayOptions options, Proto.OpenSessionReply opened)
        : this(transport, options, opened.SessionId)
    {
        _isOurs = true;
        BackendName = opened.BackendName;
        GatewayProtocolVersion = (int)opened.GatewayProtocolVersion;
        WorkerProtocolVersion = (int)opened.WorkerProtocolVersion;
        Capabilities = [.. opened.Capabilities];
    }

    /// <summary>The gateway's name for the session, such as <c>session-0f3c...</c>. Whoever has an API key can use the session by it.</summary>
    public string Id { get; }

    /// <summary>
    /// Optional features that the gateway has, such as <c>bulk-read</c>; null for a session that was taken up by its id: only opening one tells.
    /// </summary>
    public IReadOnlyList<string>? Capabilities { get; }

    /// <summary>What the gateway calls what is behind it; null for a session that was taken up by its id.</summary>
    public string? BackendName { get; }

    /// <summary>The version of the gateway's protocol; null for a session that was taken up by its id.</summary>
    public int? GatewayProtocolVersion { get; }

    /// <summary>The version of the protocol between the gateway and its worker; null for a session that was taken up by its id.</summary>
    public int? WorkerProtocolVersion { get; }

    /// <summary>The registration of a connection's session, which has one.</summary>
    internal int ServerHandle { get; private set; }

    /// <summary>Asks for an answer, and for nothing else. It keeps the session's lease, as every command does.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task PingAsync(CancellationToken cancellationToken = default) =>
        InvokeAsync(MxCommands.Ping(), $"pinging {Id}", cancellationToken);

    /// <summary>Where the session stands.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<MxSessionState> GetSessionStateAsync(CancellationToken cancellationToken = default)
    {
        string what = $"asking for the state of {Id}";
        Proto.MxCommandReply reply = await InvokeAsync(MxCommands.GetSessionState(), what, cancellationToken).ConfigureAwait(false);
        return Wire.ToState((reply.GetSessionState ?? throw Without("state", what, reply)).State);
    }

    /// <summary>Closes the session: the gateway lets everything go that the session has, and ends its event stream.</summary>
    /// <param name="cancellationToken">Stops the wait; the session is closed all the same.</param>
    /// <returns>Where the session stands now.</returns>
    /// <exception cref="MxConnectionException">The gateway does not know the session: it was closed already, or the gateway restarted.</exception>
    public async Task<MxSessionState> CloseAsync(CancellationToken cancellationToken = default)
    {
        string what = $"closing {Id}";
        try
        {
            Proto.CloseSessionReply reply = await _transport.CallAsync(
                GatewayMethods.CloseSession,
                new Proto.CloseSessionRequest { SessionId = Id },
                new GrpcCallOptions(_options.CommandTimeout + s_answerGrace),
                cancellationToken).ConfigureAwait(false);
            if (MxFailures.Of(reply.ProtocolStatus, what) is { } failure)
                throw failure;
            Volatile.Write(ref _isClosed, 1);
            return Wire.ToState(reply.FinalState);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, what, _options.Endpoint);
        }
    }

    /// <summary>
    /// Closes the session if it was opened here and is not closed, within <see cref="MxGatewayOptions.CloseTimeout"/>; one that was taken up by its id
    /// stays open. Never throws; what could not be closed, the gateway closes when the session's lease ends.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_isOurs && Volatile.Read(ref _isClosed) == 0)
            await CloseAsync(_options.CloseTimeout).ConfigureAwait(false);
    }

    /// <summary>Opens a session and registers. When this throws, a session that was opened is closed again.</summary>
    internal static async Task<MxSession> OpenAsync(IGrpcTransport transport, MxGatewayOptions options, string what, CancellationToken cancellationToken)
    {
        MxSession session = await OpenSessionAsync(transport, options, options.ClientName, what, cancellationToken).ConfigureAwait(false);
        try
        {
            session.ServerHandle = await session.RegisterAsync(options.ClientName, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.CloseAsync(options.CloseTimeout).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a session.</summary>
    /// <param name="transport">The way to the gateway.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="name">The session's name.</param>
    /// <param name="what">What a call that fails was for.</param>
    /// <param name="cancellationToken">Gives up; a session that was opened meanwhile is closed.</param>
    internal static async Task<MxSession> OpenSessionAsync(
        IGrpcTransport transport, MxGatewayOptions options, string name, string what, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new Proto.OpenSessionRequest { ClientSessionName = name, CommandTimeout = Duration.FromTimeSpan(options.CommandTimeout) };
        using var giveUp = new CancellationTokenSource();
        Task<Proto.OpenSessionReply> opening = transport.CallAsync(
            GatewayMethods.OpenSession, request, new GrpcCallOptions(options.ConnectTimeout + s_openGrace), giveUp.Token);
        try
        {
            Proto.OpenSessionReply reply = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            return MxFailures.Of(reply.ProtocolStatus, $"opening a session at {options.Endpoint}") is { } failure
                ? throw failure
                : new MxSession(transport, options, reply);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, what, options.Endpoint);
        }
        catch (OperationCanceledException)
        {
            using var grace = new CancellationTokenSource(s_openGrace, options.TimeProvider);
            using CancellationTokenRegistration stop = grace.Token.UnsafeRegister(static call => ((CancellationTokenSource)call!).Cancel(), giveUp);
            try
            {
                Proto.OpenSessionReply late = await opening.ConfigureAwait(false);
                await new MxSession(transport, options, late.SessionId).CloseAsync(s_openGrace).ConfigureAwait(false);
            }
            catch (Exception e) when (e is GrpcException or OperationCanceledException)
            {
                // It did not open, or not in time: the gateway's lease ends what may be left.
            }

            throw;
        }
    }

    /// <summary>Carries out one MXAccess command; answers that say it was not done become exceptions.</summary>
    internal async Task<Proto.MxCommandReply> InvokeAsync(Proto.MxCommand command, string what, CancellationToken cancellationToken)
    {
        Proto.MxCommandReply reply;
        try
        {
            reply = await SendAsync(_transport, _options, new() { SessionId = Id, Command = command }, cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(MxSecrets.Of(command).Without(e), what, _options.Endpoint);
        }

        MxSecrets.Of(command).RemoveFrom(reply);
        return MxFailures.Of(reply, what) is { } failure ? throw failure : reply;
    }

    /// <summary>One command over the transport, in the time that commands have.</summary>
    internal static Task<Proto.MxCommandReply> SendAsync(
        IGrpcTransport transport, MxGatewayOptions options, Proto.MxCommandRequest request, CancellationToken cancellationToken) =>
        transport.CallAsync(GatewayMethods.Invoke, request, new GrpcCallOptions(options.CommandTimeout + s_answerGrace), cancellationToken);

    /// <summary>The session's events; the stream is the caller's to dispose of.</summary>
    internal IGrpcStream<Proto.MxEvent> StreamEvents(ulong afterSequence = 0) => _transport.Stream(
        GatewayMethods.StreamEvents, new Proto.StreamEventsRequest { SessionId = Id, AfterWorkerSequence = afterSequence }, default);

    /// <summary>Gives the registration back. Never throws: the session's end does the same.</summary>
    internal async Task UnregisterAsync(CancellationToken cancellationToken)
    {
        try
        {
            await UnregisterAsync(ServerHandle, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Closing the session is tried whatever became of this, also where an application's own transport fails in a way of its own.
        }
    }

    /// <summary>Closes the session. Never throws.</summary>
    /// <param name="time">How long it may take.</param>
    /// <returns>Whether the gateway confirmed it.</returns>
    internal async Task<bool> CloseAsync(TimeSpan time)
    {
        try
        {
            Proto.CloseSessionReply reply = await _transport.CallAsync(
                GatewayMethods.CloseSession,
                new Proto.CloseSessionRequest { SessionId = Id },
                new GrpcCallOptions(time),
                CancellationToken.None).ConfigureAwait(false);
            return reply.ProtocolStatus is not { Code: not (Proto.ProtocolStatusCode.Ok or Proto.ProtocolStatusCode.Unspecified) };
        }
        catch (Exception)
        {
            // The gateway's lease ends what is left.
            return false;
        }
    }

    /// <summary>A gateway that says that all went well, and leaves out what was asked for.</summary>
    private static MxProtocolException Without(string part, string what, Proto.MxCommandReply reply) =>
        new($"{what}: the gateway answered without a {part}") { RawReply = reply };
}
