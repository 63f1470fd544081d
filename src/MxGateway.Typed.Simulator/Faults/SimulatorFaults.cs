using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Sessions;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator;

/// <summary>
/// Makes a simulator fail on command, as gateways, plants and networks do. What is switched on stays so until it is switched off, or <see cref="Clear"/>.
/// The control endpoint (<see cref="GatewaySimulatorOptions.ControlPort"/>) does the same over HTTP.
/// </summary>
/// <remarks>What names something that is not there (a session, a key) throws <see cref="SimulatorFaultException"/>, and changes nothing.</remarks>
public sealed class SimulatorFaults
{
    private const string RowMessage = "the row fails on command";

    private readonly Func<GatewayProcess?> _process;
    private readonly SimulatorClock _clock;
    private readonly FaultSwitches _switches;
    private readonly SimulatorKeys _keys;
    private readonly SimulatedPlant _plant;
    private readonly DeployedGalaxy _galaxy;

    internal SimulatorFaults(
        GatewaySimulator simulator,
        Func<GatewayProcess?> process,
        SimulatorClock clock,
        FaultSwitches switches,
        SimulatorKeys keys,
        SimulatedPlant plant,
        DeployedGalaxy galaxy)
    {
        Simulator = simulator;
        _process = process;
        _clock = clock;
        _switches = switches;
        _keys = keys;
        _plant = plant;
        _galaxy = galaxy;
    }

    /// <summary>What fails.</summary>
    internal GatewaySimulator Simulator { get; }

    private GatewayProcess Process => _process() ?? throw new SimulatorFaultException("the gateway is killed; restart it first");

    /// <summary>Moves the simulator's clock ahead: leases, time-outs, deadlines and delays that end on the way have ended when this returns.</summary>
    /// <param name="by">How far; more than nothing.</param>
    /// <exception cref="SimulatorFaultException">The clock would be more than a hundred years ahead.</exception>
    public void AdvanceClock(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(by, TimeSpan.Zero);
        if (!_clock.Advance(by))
            throw new SimulatorFaultException($"the clock can be {SimulatorClock.MaxAhead.TotalDays:0} days ahead at most");
    }

    /// <summary>Loses the worker of a session: its stream and the calls that wait for it end with UNAVAILABLE, later calls get NOT_FOUND.</summary>
    /// <param name="sessionId">The session.</param>
    public void DropSession(string sessionId)
    {
        if (!Process.Sessions.Lose(sessionId))
            throw NoSession(sessionId);
    }

    /// <summary>Loses the workers of all sessions.</summary>
    public void DropAllSessions()
    {
        SessionTable sessions = Process.Sessions;
        foreach (string id in sessions.Ids)
            sessions.Lose(id);
    }

    /// <summary>Cuts connections: with a reset, or in the middle of the next DATA frame that each of them sends, after half of the frame.</summary>
    /// <param name="inFrame">Whether to wait for a frame to cut in; a connection that sends nothing then stays.</param>
    /// <param name="sessionId">Cuts only the connection of this session's stream; null for all that are there.</param>
    public void CutConnections(bool inFrame = false, string? sessionId = null)
    {
        GatewayProcess process = Process;
        string? connection = sessionId is null ? null : Session(sessionId).Events.StreamConnection ?? throw NoStream(sessionId);
        process.Connections.Cut(connection, inFrame);
    }

    /// <summary>
    /// Makes the network a black hole: connections are accepted, and from then on nothing that a client sends arrives, and nothing is sent to it. Switched
    /// off, everything arrives. A restart ends it.
    /// </summary>
    /// <param name="on">Whether it is one.</param>
    public void BlackHole(bool on) => Process.Connections.BlackHole.Set(on);

    /// <summary>Sends GOAWAY on every connection: calls that run go on, and each connection is closed after its last one.</summary>
    public void GoAway() => Process.Connections.GoAway();

    /// <summary>Makes answers late: a call is carried out at once, and its answer waits. A stream's headers wait. A refusal does not.</summary>
    /// <param name="by">How late; zero ends it, and what waits goes on.</param>
    /// <param name="method">The method, such as <c>OpenSession</c>; null for all that have no delay of their own.</param>
    public void DelayAnswers(TimeSpan by, string? method = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, SimulatorClock.MaxTimer);
        if (method is not null && !GatewayMethodNames.All.Contains(method))
            throw new SimulatorFaultException($"there is no method \"{CallerText.Quote(method)}\"; there are {string.Join(", ", GatewayMethodNames.All)}");
        _switches.DelayAnswers(method ?? "", by);
    }

    /// <summary>Makes workers slow with a command: it waits before it is carried out, and the session's other commands wait behind it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="by">How slow; zero ends it, and what waits goes on.</param>
    public void SlowWorker(MxCommandKind command, TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, SimulatorClock.MaxTimer);
        _switches.DelayWork(command, by);
    }

    /// <summary>Empties the replay ring of a session: a stream that comes back gets a replay gap.</summary>
    /// <param name="sessionId">The session.</param>
    public void EvictRing(string sessionId) => Session(sessionId).Events.EvictRing();

    /// <summary>Cuts off the stream of a session as one that did not read its queue in time: RESOURCE_EXHAUSTED, EventQueueOverflow.</summary>
    /// <param name="sessionId">The session.</param>
    public void OverflowQueue(string sessionId)
    {
        if (!Session(sessionId).Events.Overflow())
            throw NoStream(sessionId);
    }

    /// <summary>Fails rows of a bulk command instead of carrying them out.</summary>
    /// <param name="command">The command.</param>
    /// <param name="rows">The rows' numbers, from 0; none ends it.</param>
    /// <param name="message">What the rows say.</param>
    public void FailRows(MxCommandKind command, IEnumerable<int> rows, string message = RowMessage)
    {
        if (!command.ToString().EndsWith("Bulk", StringComparison.Ordinal))
            throw new SimulatorFaultException($"{command} is no bulk command");
        _switches.FailRows(command, rows.ToHashSet(), message);
    }

    /// <summary>
    /// Revokes a key: calls that come with it from now on are UNAUTHENTICATED. A key is checked when a call begins, so an attached stream goes on.
    /// </summary>
    /// <param name="keyId">The key's id: <c>mxgw_&lt;id&gt;_&lt;secret&gt;</c>.</param>
    public void RevokeKey(string keyId)
    {
        if (!_keys.Knows(keyId))
            throw new SimulatorFaultException($"there is no key with the id \"{CallerText.Quote(keyId)}\"");
        _switches.Revoke(keyId);
    }

    /// <summary>Answers some commands with the status UNIMPLEMENTED, as a gateway of an older version; all others are there again.</summary>
    /// <param name="commands">The commands; none ends it.</param>
    public void Unimplemented(params IEnumerable<MxCommandKind> commands) => _switches.SetUnimplemented(commands);

    /// <summary>Says when OnWriteComplete comes for the writes from now on. What is held stays so until <see cref="ReleaseCompletions"/>.</summary>
    /// <param name="order">When.</param>
    /// <param name="tags">Patterns of the tags that it concerns, such as <c>Pump_*</c>; none for all. The other tags' come before the data change.</param>
    public void CompleteWrites(CompletionOrder order, params IReadOnlyList<string> tags) =>
        _plant.Completions.Set(order, tags.Count == 0 ? static _ => true : TagGlobs.Of(tags));

    /// <summary>Sends each OnWriteComplete that is held, in the order of the writes.</summary>
    public void ReleaseCompletions() => _plant.Completions.Release();

    /// <summary>
    /// Silences tags, as of an object that is off scan: their values are not told, and who advises them waits for a first one. Those that are not silent any
    /// more tell their value.
    /// </summary>
    /// <param name="tags">Patterns of the tags, such as <c>Pump_*</c>; none ends it.</param>
    public void Silence(params IReadOnlyList<string> tags) => _plant.Silence(tags.Count == 0 ? null : TagGlobs.Of(tags));

    /// <summary>Deploys the Galaxy without some of its tags, while the gateway runs (see <see cref="GatewaySimulator.RedeployAsync"/>).</summary>
    /// <param name="tags">Patterns: of a tagname for an object with all its attributes, or of a whole reference.</param>
    public Task RedeployWithoutAsync(params IReadOnlyList<string> tags) => Simulator.RedeployAsync(PartialGalaxy.Without(_galaxy.Now.Galaxy.Objects, tags));

    /// <summary>Says whether the gateway reaches the repository's database. The hierarchy is read from a cache, and goes on.</summary>
    /// <param name="up">Whether it does.</param>
    public void Repository(bool up) => _galaxy.RepositoryIsUp = up;

    /// <summary>Sessions that are opened while this is on do not become ready before it is off: their calls get FAILED_PRECONDITION.</summary>
    /// <param name="on">Whether it is on.</param>
    public void SessionsStarting(bool on) => _switches.SessionsStarting = on;

    /// <summary>
    /// Ends what was switched on: nothing is wrong any more, what waits goes on, what is held is sent, a revoked key is good again. A clock that was moved
    /// stays ahead, a session that was lost stays lost, a Galaxy that was deployed stays deployed.
    /// </summary>
    public void Clear()
    {
        _switches.Clear();
        CompleteWrites(CompletionOrder.Before);
        ReleaseCompletions();
        Silence();
        Repository(up: true);
        _process()?.Connections.BlackHole.Set(false);
    }

    private static SimulatorFaultException NoSession(string id) => new($"there is no session \"{CallerText.Quote(id)}\"");

    private static SimulatorFaultException NoStream(string id) => new($"session \"{CallerText.Quote(id)}\" has no stream");

    private Session Session(string id) => Process.Sessions.Find(id) ?? throw NoSession(id);
}
