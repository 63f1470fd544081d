using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Plant;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>The open sessions. An id is 128 random bits and all that it takes to use a session: it is bound to no key and no connection.</summary>
internal sealed class SessionTable(SimulatedPlant plant, TagIndex tags, SimulatorKeys keys, SimulatorCalls calls, LiveCounts counts, GatewaySimulatorOptions options, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly List<Task> _expiring = [];
    private bool _stopped;

    public Session Open(string clientName, TimeSpan commandTimeout)
    {
        lock (_lock)
        {
            if (_stopped)
                throw Stopping();
            if (_sessions.Count >= options.MaxSessions)
                throw GrpcFault.Exhausted($"{options.MaxSessions} sessions are open, which is the limit");

            string id = "session-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            var events = new EventLog(id, options.TimeProvider);
            var worker = new MxWorker(plant, tags, keys, events, options.TimeProvider, options.MaxItemsPerSession, counts);
            var session = new Session(id, commandTimeout, events, worker, calls, options.TimeProvider, Expire);
            _sessions.Add(id, session);
            counts.AddSessions(1);
            SessionLog.Opened(logger, id, clientName);
            return session;
        }
    }

    /// <summary>The session of an id.</summary>
    public Session Get(string id)
    {
        lock (_lock)
            return _sessions.GetValueOrDefault(id) ?? throw Session.Unknown(id);
    }

    /// <summary>Closes a session: its stream ends with OK. From the first moment on it is not found any more.</summary>
    public Task CloseAsync(string id)
    {
        Session session = Take(id) ?? throw Session.Unknown(id);
        SessionLog.Closed(logger, id);
        return session.CloseAsync(fault: null);
    }

    /// <summary>Ends all sessions as a gateway does that stops: they are lost.</summary>
    public async Task StopAsync()
    {
        List<Session> sessions;
        lock (_lock)
        {
            _stopped = true;
            sessions = [.. _sessions.Values];
        }

        foreach (Session session in sessions)
            if (Take(session.Id) is not null)
                await session.CloseAsync(Stopping()).ConfigureAwait(false);
        await Task.WhenAll(_expiring).ConfigureAwait(false);
    }

    private static GrpcFault Stopping() => new(GrpcStatusCode.Unavailable, "the simulator is stopping");

    private void Expire(Session session)
    {
        if (Take(session.Id) is null)
            return;
        SessionLog.Expired(logger, session.Id);
        Task closing = session.CloseAsync(Session.Unknown(session.Id));
        lock (_lock)
        {
            _expiring.RemoveAll(task => task.IsCompletedSuccessfully);
            _expiring.Add(closing);
        }
    }

    private Session? Take(string id)
    {
        lock (_lock)
        {
            if (!_sessions.Remove(id, out Session? session))
                return null;
            counts.AddSessions(-1);
            return session;
        }
    }
}
