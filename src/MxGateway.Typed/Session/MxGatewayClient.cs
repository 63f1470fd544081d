using System.Runtime.CompilerServices;
using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>
/// The gateway's own calls: sessions with MXAccess's commands (<see cref="MxSession"/>), and the raw calls with their protobuf messages. Applications that
/// read,
/// write and advise tags take a plant's generated types, or <see cref="MxGatewayConnection"/>, instead. Safe from many threads.
/// </summary>
public sealed class MxGatewayClient : IAsyncDisposable
{
    private readonly IGrpcTransport _transport;
    private readonly MxGatewayOptions _options;

    /// <summary>Makes the client. Nothing is connected before the first call.</summary>
    /// <param name="options">Where the gateway is.</param>
    /// <exception cref="ArgumentException">An option cannot work; the message names it.</exception>
    /// <exception cref="MxConnectionException">The CA file cannot be read, or holds no certificate.</exception>
    public MxGatewayClient(MxGatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _transport = MxTransports.Create(options);
    }

    /// <summary>Opens a session, within <see cref="MxGatewayOptions.ConnectTimeout"/>. Dispose of it: the gateway has 64 at most by default.</summary>
    /// <param name="name">The session's name, for the gateway's records. Default: <see cref="MxGatewayOptions.ClientName"/>.</param>
    /// <param name="cancellationToken">Gives up; a session that was opened meanwhile is closed.</param>
    /// <exception cref="MxConnectionException">The gateway cannot be reached.</exception>
    /// <exception cref="MxAuthorizationException">The gateway does not accept the API key, or it lacks a scope.</exception>
    /// <exception cref="MxProtocolException">The gateway answered with a fault of its own, or is no gateway.</exception>
    public Task<MxSession> OpenSessionAsync(string? name = null, CancellationToken cancellationToken = default) =>
        MxSession.OpenSessionAsync(_transport, _options, name ?? _options.ClientName, "connecting", cancellationToken);

    /// <summary>
    /// A session that is known by its id, such as one that another process opened. Nothing is called: whether the gateway knows it, the first command
    /// tells.
    /// </summary>
    /// <param name="sessionId">The session's <see cref="MxSession.Id"/>.</param>
    public MxSession TakeUpSession(string sessionId)
    {
        MxArguments.ThrowIfBlank(sessionId, "the session's id is empty; give the Id that it had when it was opened");
        return new MxSession(_transport, _options, sessionId);
    }

    /// <summary>OpenSession, as it is on the wire. Whether it was done, the reply's protocol status says.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the wait; the session may be opened all the same.</param>
    /// <exception cref="MxGatewayException">The call failed; the gRPC status is the inner exception.</exception>
    public Task<OpenSessionReply> OpenSessionRawAsync(OpenSessionRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(GatewayMethods.OpenSession, request, "opening a session", cancellationToken);

    /// <summary>CloseSession, as it is on the wire. Whether it was done, the reply's protocol status says.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the wait; the session is closed all the same.</param>
    /// <exception cref="MxGatewayException">The call failed; the gRPC status is the inner exception.</exception>
    public Task<CloseSessionReply> CloseSessionRawAsync(CloseSessionRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(GatewayMethods.CloseSession, request, "closing a session", cancellationToken);

    /// <summary>
    /// One command, as it is on the wire. Whether it was done, the reply says: a rejection by MXAccess is a reply with MXACCESS_FAILURE, and no exception.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the wait; the command may be carried out all the same.</param>
    /// <exception cref="MxGatewayException">The call failed; the gRPC status is the inner exception.</exception>
    public async Task<MxCommandReply> InvokeRawAsync(MxCommandRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await MxSession.SendAsync(_transport, _options, request, cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(MxSecrets.Of(request.Command).Without(e), "invoking a command", _options.Endpoint);
        }
    }

    /// <summary>A session's events, as they are on the wire, from when the enumeration begins until the session is closed.</summary>
    /// <param name="request">The session, and the sequence after which to begin.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="MxGatewayException">The call failed; the gRPC status is the inner exception.</exception>
    public IAsyncEnumerable<MxEvent> StreamEventsRawAsync(StreamEventsRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ReadAsync(request, cancellationToken);
    }

    /// <summary>Closes the connections. Dispose of its sessions first.</summary>
    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private async IAsyncEnumerable<MxEvent> ReadAsync(StreamEventsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IGrpcStream<MxEvent> events = _transport.Stream(GatewayMethods.StreamEvents, request, default);
        await using (events.ConfigureAwait(false))
        {
            while (await NextAsync().ConfigureAwait(false))
                yield return events.Current;
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await events.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (GrpcException e)
            {
                throw MxFailures.Of(e, "receiving events", _options.Endpoint);
            }
        }
    }

    private async Task<TReply> CallAsync<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, TRequest request, string what, CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await _transport.CallAsync(method, request, new GrpcCallOptions(_options.CommandTimeout), cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, what, _options.Endpoint);
        }
    }
}
