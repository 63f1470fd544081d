using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>The open sessions. An id is 128 random bits and all that it takes to use a session: it is bound to no key and no connection.</summary>
internal sealed class SessionTable(
    SimulatedPlant plant,
    DeployedGalaxy galaxy,
    SimulatorKeys keys,
    SimulatorCalls calls,
    LiveCounts counts,
    GatewaySimulatorOptions options,
    ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly List<(Session Session, Task Closed)> _closing = [];
    private MxWorker? _shared;
    private bool _stopped;

    public Session Open(string clientName, string keyId, TimeSpan commandTimeout)
    {
        lock (_lock)
        {
            if (_stopped)
                throw Stopping();
            if (_sessions.Count >= options.MaxSessions && options.Rules.Hold(GatewayRule.SessionLimit))
                throw GrpcFault.Exhausted($"{options.MaxSessions} sessions are open, which is the limit");

            bool isRandom = options.Rules.Hold(GatewayRule.SessionIdForm);
            string id = "session-" + (isRandom ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) : $"{_sessions.Count + 1:x32}");
            var events = new EventLog(id, options.TimeProvider, options.Rules);
            MxWorker worker = options.Rules.Hold(GatewayRule.HandlesOfSession) ? NewWorker(events) : _shared ??= NewWorker(events);
            var session = new Session(id, keyId, commandTimeout, events, worker, calls, counts, options, Expire)
            {
                StartsSlowly = options.Faults.SessionsStarting,
            };
            _sessions.Add(id, session);
            counts.AddSessions(1);
            SessionLog.Opened(logger, id, CallerText.Quote(clientName));
            return session;
        }
    }

    /// <summary>The ids of the open sessions.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_lock)
                return [.. _sessions.Keys];
        }
    }

    /// <summary>The session of an id, ready or not; null where there is none.</summary>
    public Session? Find(string id)
    {
        lock (_lock)
            return _sessions.GetValueOrDefault(id);
    }

    /// <summary>The session of an id, which takes calls.</summary>
    public Session Get(string id)
    {
        lock (_lock)
        {
            Session session = _sessions.GetValueOrDefault(id) ?? throw Session.Unknown(id);
            bool isStarting = session.StartsSlowly && options.Faults.SessionsStarting;
            return isStarting && options.Rules.Hold(GatewayRule.SessionNotReady) ? throw Session.NotReady(id) : session;
        }
    }

    /// <summary>Closes a session: its stream ends with OK. From the first moment on it is not found any more.</summary>
    public Task CloseAsync(string id)
    {
        Task? closing = Close(id, fault: null);
        if (closing is null)
            return options.Rules.Hold(GatewayRule.UnknownSession) ? throw Session.Unknown(id) : Task.CompletedTask;
        SessionLog.Closed(logger, id);
        return closing;
    }

    /// <summary>
    /// Loses the worker of a session: its stream, and the calls that wait for it, end with UNAVAILABLE. From the first moment on it is not found any more.
    /// </summary>
    /// <returns>Whether there was such a session.</returns>
    public bool Lose(string id)
    {
        var fault = new GrpcFault(GrpcStatusCode.Unavailable, $"the worker of session {id} was lost");
        if (Close(id, options.Rules.Hold(GatewayRule.LostWorker) ? fault : null) is null)
            return false;
        SessionLog.Lost(logger, id);
        return true;
    }

    /// <summary>
    /// Ends all sessions as a gateway does that stops: they are lost. When this is done, each session has let go of everything, whoever closed it.
    /// </summary>
    public async Task StopAsync()
    {
        List<string> open;
        lock (_lock)
        {
            _stopped = true;
            open = [.. _sessions.Keys];
        }

        foreach (string id in open)
            _ = Close(id, Stopping());

        List<(Session Session, Task Closed)> closing;
        lock (_lock)
            closing = [.. _closing];

        // One that was closed before carries out what is pending, which may take long.
        foreach ((Session session, _) in closing)
            session.Lose(Stopping());
        await Task.WhenAll(closing.Select(session => session.Closed)).ConfigureAwait(false);
    }

    private MxWorker NewWorker(EventLog events) =>
        new(plant, galaxy, keys, events, options.TimeProvider, options.MaxItemsPerSession, counts, options.Rules, options.Faults);

    private static GrpcFault Stopping() => new(GrpcStatusCode.Unavailable, "the simulator is stopping");

    private void Expire(Session session)
    {
        if (Close(session.Id, Session.Unknown(session.Id)) is not null)
            SessionLog.Expired(logger, session.Id);
    }

    /// <summary>Takes a session out and begins to close it; null where somebody else did.</summary>
    private Task? Close(string id, GrpcFault? fault)
    {
        lock (_lock)
        {
            if (!_sessions.Remove(id, out Session? session))
                return null;
            counts.AddSessions(-1);
            _closing.RemoveAll(session => session.Closed.IsCompletedSuccessfully);

            // In the same lock, so that a stop knows of it; on another thread, so that nothing of the session runs in this lock.
            var closed = Task.Run(() => session.CloseAsync(fault));
            _closing.Add((session, closed));
            return closed;
        }
    }
}
