using Google.Protobuf.WellKnownTypes;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// One session on the gateway with one MXAccess registration: opened, used, closed. It knows nothing of tags.
/// MXAccess: item handles and user ids belong to the server handle and die with it.
/// </summary>
internal sealed class MxSession
{
    // Longer than the gateway's own time-out, so that its answer, which says more, comes first.
    private static readonly TimeSpan s_answerGrace = TimeSpan.FromSeconds(5);

    // A call that is given up may still open a session, which nobody would close: it gets a moment more to bring its session's id.
    private static readonly TimeSpan s_openGrace = TimeSpan.FromSeconds(1);

    private readonly IGrpcTransport _transport;
    private readonly MxGatewayOptions _options;

    private MxSession(IGrpcTransport transport, MxGatewayOptions options, string id)
    {
        _transport = transport;
        _options = options;
        Id = id;
    }

    public string Id { get; }

    public int ServerHandle { get; private set; }

    /// <summary>Opens a session and registers. When this throws, a session that was opened is closed again.</summary>
    public static async Task<MxSession> OpenAsync(IGrpcTransport transport, MxGatewayOptions options, CancellationToken cancellationToken)
    {
        MxSession session = await OpenSessionAsync(transport, options, cancellationToken).ConfigureAwait(false);
        try
        {
            var command = new Proto.MxCommand { Kind = Proto.MxCommandKind.Register, Register = new() { ClientName = options.ClientName } };
            Proto.MxCommandReply reply = await session.InvokeAsync(command, $"registering with {options.Endpoint}", cancellationToken).ConfigureAwait(false);
            session.ServerHandle = reply.Register?.ServerHandle
                ?? throw new MxProtocolException($"registering with {options.Endpoint}: the gateway answered without a server handle");
            return session;
        }
        catch
        {
            await session.CloseAsync(options.CloseTimeout).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Carries out one MXAccess command; answers that say it was not done become exceptions.</summary>
    public async Task<Proto.MxCommandReply> InvokeAsync(Proto.MxCommand command, string what, CancellationToken cancellationToken)
    {
        var request = new Proto.MxCommandRequest { SessionId = Id, Command = command };
        Proto.MxCommandReply reply;
        try
        {
            var time = new GrpcCallOptions(_options.CommandTimeout + s_answerGrace);
            reply = await _transport.CallAsync(GatewayMethods.Invoke, request, time, cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, what, _options.Endpoint);
        }

        return MxFailures.Of(reply, what) is { } failure ? throw failure : reply;
    }

    /// <summary>The session's events; the stream is the caller's to dispose of.</summary>
    public IGrpcStream<Proto.MxEvent> StreamEvents() =>
        _transport.Stream(GatewayMethods.StreamEvents, new Proto.StreamEventsRequest { SessionId = Id }, default);

    /// <summary>Gives the registration back. Never throws: the session's end does the same.</summary>
    public async Task UnregisterAsync(CancellationToken cancellationToken)
    {
        try
        {
            var command = new Proto.MxCommand { Kind = Proto.MxCommandKind.Unregister, Unregister = new() { ServerHandle = ServerHandle } };
            await InvokeAsync(command, "unregistering", cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MxGatewayException or OperationCanceledException)
        {
            // Closing the session is tried whatever became of this.
        }
    }

    /// <summary>Closes the session. Never throws.</summary>
    /// <param name="time">How long it may take.</param>
    /// <returns>Whether the gateway confirmed it.</returns>
    public async Task<bool> CloseAsync(TimeSpan time)
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
        catch (GrpcException)
        {
            // The gateway's lease ends what is left.
            return false;
        }
    }

    private static async Task<MxSession> OpenSessionAsync(IGrpcTransport transport, MxGatewayOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new Proto.OpenSessionRequest { ClientSessionName = options.ClientName, CommandTimeout = Duration.FromTimeSpan(options.CommandTimeout) };
        using var giveUp = new CancellationTokenSource();
        Task<Proto.OpenSessionReply> opening = transport.CallAsync(
            GatewayMethods.OpenSession, request, new GrpcCallOptions(options.ConnectTimeout + s_openGrace), giveUp.Token);
        try
        {
            Proto.OpenSessionReply reply = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            return reply.ProtocolStatus is { Code: not (Proto.ProtocolStatusCode.Ok or Proto.ProtocolStatusCode.Unspecified) } status
                ? throw new MxProtocolException($"opening a session at {options.Endpoint}: the gateway answered {status.Code}: {status.Message}")
                : new MxSession(transport, options, reply.SessionId);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, "connecting", options.Endpoint);
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
}
