using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>The service MxAccessGateway: sessions, commands, events.</summary>
internal sealed class GatewayService(SessionTable sessions, SimulatorCalls calls, LiveCounts counts, GatewayRules rules, FaultSwitches faults)
{
    // Enough to fill a few packets: a batch of events costs one write to the socket.
    private const int FlushAfter = 32 * 1024;

    private static readonly TimeSpan s_defaultCommandTimeout = TimeSpan.FromSeconds(30);

    // What a timer can wait for; a longer wish is as good as no limit.
    private static readonly TimeSpan s_longestCommandTimeout = TimeSpan.FromDays(24);

    public void AddTo(GrpcServer server)
    {
        server.Unary(GatewayMethods.OpenSession, OpenSessionRequest.Parser, GatewayScopes.SessionOpen, OpenSession);
        server.Unary(GatewayMethods.CloseSession, CloseSessionRequest.Parser, GatewayScopes.SessionOpen, CloseSession);
        server.Unary(GatewayMethods.Invoke, MxCommandRequest.Parser, scope: null, Invoke);
        server.Streaming(GatewayMethods.StreamEvents, StreamEventsRequest.Parser, GatewayScopes.EventsRead, StreamEvents);
    }

    public Task<OpenSessionReply> OpenSession(GrpcCall call, OpenSessionRequest request)
    {
        Session session = sessions.Open(request.ClientSessionName, call.Key.Id, CommandTimeout(request.CommandTimeout));
        calls.Add(nameof(OpenSession), null, session.Id, []);
        return Task.FromResult(new OpenSessionReply
        {
            SessionId = session.Id,
            BackendName = "simulator",
            GatewayProtocolVersion = 1,
            WorkerProtocolVersion = 1,
            ProtocolStatus = new ProtocolStatus { Code = ProtocolStatusCode.Ok },
            Capabilities = { "bulk-read" },
        });
    }

    public async Task<CloseSessionReply> CloseSession(GrpcCall call, CloseSessionRequest request)
    {
        call.IsAbout(request.SessionId);

        // Closing goes on where the caller does not wait for it.
        await CloseAsync(request.SessionId).WaitAsync(call.Cancellation).ConfigureAwait(false);
        return new CloseSessionReply
        {
            SessionId = request.SessionId,
            FinalState = SessionState.Closed,
            ProtocolStatus = new ProtocolStatus { Code = ProtocolStatusCode.Ok },
        };
    }

    public Task<MxCommandReply> Invoke(GrpcCall call, MxCommandRequest request)
    {
        call.IsAbout(request.SessionId, request.Command);
        string scope = CommandTable.Scope(request.Command);
        if (rules.Hold(GatewayRule.ChecksInOrder))
            call.Demand(scope);
        Session session = Find(call, request.SessionId);
        call.Demand(scope);
        faults.DemandImplemented(request.Command?.Kind ?? default);
        session.Extend();
        return session.InvokeAsync(request, call.Key, call.Cancellation);
    }

    public async Task StreamEvents(GrpcCall call, StreamEventsRequest request)
    {
        call.IsAbout(request.SessionId);
        Session session = Find(call, request.SessionId);
        EventStream events = session.Events.Attach(request.AfterWorkerSequence, call.ConnectionId);
        counts.AddStreams(1);
        try
        {
            calls.Add(nameof(StreamEvents), null, session.Id, []);
            events.OnCutOff(call.CancelFlush);

            // The headers tell the client that it is attached: what happens from here on reaches it.
            if (rules.Hold(GatewayRule.StreamHeaders))
                await call.StartAsync().ConfigureAwait(false);
            while (await events.WaitAsync(call.Cancellation).ConfigureAwait(false))
                await SendAsync(call, events).ConfigureAwait(false);
        }
        finally
        {
            // Who sees that the stream is gone finds it detached.
            events.Dispose();
            counts.AddStreams(-1);
        }
    }

    /// <summary>Sends the events that are here. Ends early where the stream is cut off: waiting for the next event then says why.</summary>
    private static async Task SendAsync(GrpcCall call, EventStream events)
    {
        int unflushed = 0;
        while (events.TryTake(out MxEvent? entry))
        {
            unflushed += call.Write(entry);
            if (unflushed >= FlushAfter)
            {
                await call.FlushAsync().ConfigureAwait(false);
                unflushed = 0;
            }
        }

        // CancelFlush ends one flush: another would wait for the slow reader again.
        if (!events.IsCutOff)
            await call.FlushAsync().ConfigureAwait(false);
    }

    private Session Find(GrpcCall call, string id)
    {
        Session session = sessions.Get(id);
        return session.OpenedBy == call.Key.Id || rules.Hold(GatewayRule.SessionUnbound) ? session : throw Session.Unknown(id);
    }

    private async Task CloseAsync(string sessionId)
    {
        await sessions.CloseAsync(sessionId).ConfigureAwait(false);
        calls.Add(nameof(CloseSession), null, sessionId, []);
    }

    private static TimeSpan CommandTimeout(Duration? wish)
    {
        if (wish is null || wish is { Seconds: 0, Nanos: 0 })
            return s_defaultCommandTimeout;
        if (wish.Seconds < 0 || wish.Nanos is < 0 or > 999_999_999)
            throw GrpcFault.Invalid("command_timeout is negative or no duration");
        return wish.Seconds >= s_longestCommandTimeout.TotalSeconds ? s_longestCommandTimeout : wish.ToTimeSpan();
    }
}
