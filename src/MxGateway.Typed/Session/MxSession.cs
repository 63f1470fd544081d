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

    private readonly IGrpcTransport _transport;
    private readonly MxGatewayOptions _options;
    private readonly string _sessionId;

    private MxSession(IGrpcTransport transport, MxGatewayOptions options, string sessionId)
    {
        _transport = transport;
        _options = options;
        _sessionId = sessionId;
    }

    public string Id => _sessionId;

    public int ServerHandle { get; private set; }

    /// <summary>Opens a session and registers. When this throws, nothing is left behind on the gateway.</summary>
    public static async Task<MxSession> OpenAsync(IGrpcTransport transport, MxGatewayOptions options, CancellationToken cancellationToken)
    {
        MxSession session = await OpenSessionAsync(transport, options, cancellationToken).ConfigureAwait(false);
        try
        {
            Proto.MxCommandReply reply = await session.InvokeAsync(
                new Proto.MxCommand { Kind = Proto.MxCommandKind.Register, Register = new() { ClientName = options.ClientName } }, $"registering with {options.Endpoint}", cancellationToken).ConfigureAwait(false);
            session.ServerHandle = reply.Register?.ServerHandle
                ?? throw new MxProtocolException($"registering with {options.Endpoint}: the gateway answered without a server handle");
            return session;
        }
        catch
        {
            await session.CloseWithinAsync(options.CloseTimeout).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Carries out one MXAccess command; answers that say it was not done become exceptions.</summary>
    public async Task<Proto.MxCommandReply> InvokeAsync(Proto.MxCommand command, string what, CancellationToken cancellationToken)
    {
        var request = new Proto.MxCommandRequest { SessionId = _sessionId, Command = command };
        Proto.MxCommandReply reply;
        try
        {
            reply = await _transport.CallAsync(GatewayMethods.Invoke, request, new GrpcCallOptions(_options.CommandTimeout + s_answerGrace), cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, what, _options.Endpoint);
        }

        return MxFailures.Of(reply, what) is { } failure ? throw failure : reply;
    }

    /// <summary>The session's events; the stream is the caller's to dispose of.</summary>
    public IGrpcStream<Proto.MxEvent> StreamEvents() => _transport.Stream(GatewayMethods.StreamEvents, new Proto.StreamEventsRequest { SessionId = _sessionId }, default);

    /// <summary>Unregisters, where the session got that far, and closes. Says whether the gateway confirmed it.</summary>
    /// <exception cref="OperationCanceledException">The time was up.</exception>
    public async Task<bool> CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (ServerHandle != 0)
                await InvokeAsync(new Proto.MxCommand { Kind = Proto.MxCommandKind.Unregister, Unregister = new() { ServerHandle = ServerHandle } }, "unregistering", cancellationToken).ConfigureAwait(false);
        }
        catch (MxGatewayException)
        {
            // Closing the session releases the registration too; it is tried whatever became of this.
        }

        try
        {
            await _transport.CallAsync(GatewayMethods.CloseSession, new Proto.CloseSessionRequest { SessionId = _sessionId }, default, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (GrpcException)
        {
            return false;
        }
    }

    private async Task CloseWithinAsync(TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time, _options.TimeProvider);
        try
        {
            await CloseAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The gateway's lease ends what is left.
        }
    }

    private static async Task<MxSession> OpenSessionAsync(IGrpcTransport transport, MxGatewayOptions options, CancellationToken cancellationToken)
    {
        var request = new Proto.OpenSessionRequest { ClientSessionName = options.ClientName, CommandTimeout = Duration.FromTimeSpan(options.CommandTimeout) };

        // A call that is given up may still open a session, which nobody would close: a cancelled one gets a moment to bring its session's id.
        using var stop = new CancellationTokenSource();
        Task<Proto.OpenSessionReply> opening = transport.CallAsync(GatewayMethods.OpenSession, request, new GrpcCallOptions(options.ConnectTimeout), stop.Token);
        try
        {
            Proto.OpenSessionReply reply = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (reply.ProtocolStatus is { Code: not (Proto.ProtocolStatusCode.Ok or Proto.ProtocolStatusCode.Unspecified) } status)
                throw new MxProtocolException($"opening a session at {options.Endpoint}: the gateway answered {status.Code}: {status.Message}");
            return new MxSession(transport, options, reply.SessionId);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, "connecting", options.Endpoint);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            stop.CancelAfter(TimeSpan.FromSeconds(1));
            try
            {
                Proto.OpenSessionReply late = await opening.ConfigureAwait(false);
                await new MxSession(transport, options, late.SessionId).CloseWithinAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is GrpcException or OperationCanceledException)
            {
                // It did not open, or not in time: the gateway's lease ends what may be left.
            }

            throw;
        }
    }
}
