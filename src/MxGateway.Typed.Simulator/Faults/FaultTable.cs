using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>A fault as the control endpoint knows it.</summary>
/// <param name="Name">Its name in the path.</param>
/// <param name="Fields">What it takes; a field that ends in ? may be left out.</param>
/// <param name="Says">What it does, in a few words.</param>
/// <param name="Make">Makes it.</param>
internal sealed record FaultDefinition(string Name, IReadOnlyList<string> Fields, string Says, Func<SimulatorFaults, FaultArguments, Task> Make)
{
    public FaultDefinition(string name, IReadOnlyList<string> fields, string says, Action<SimulatorFaults, FaultArguments> make)
        : this(name, fields, says, (faults, arguments) =>
        {
            make(faults, arguments);
            return Task.CompletedTask;
        })
    {
    }

    public bool Takes(string field) => Fields.Any(known => known.TrimEnd('?') == field);

    /// <summary>Such as <c>drop-session {session?}</c>.</summary>
    public override string ToString() => $"{Name} {{{string.Join(", ", Fields)}}}";
}

/// <summary>All faults that the control endpoint can make.</summary>
internal static class FaultTable
{
    private const double SecondsPerYear = 366 * 86_400.0;
    private const int MaxProblems = 5;

    public static IReadOnlyList<FaultDefinition> All { get; } =
    [
        new("advance-clock", ["seconds"], "moves the simulator's clock ahead",
            static (faults, fields) => faults.AdvanceClock(TimeSpan.FromSeconds(fields.Number("seconds", 0.001, SecondsPerYear)))),
        new("drop-session", ["session?"], "loses the worker of a session, or of all", DropSession),
        new("kill", [], "kills the gateway's process; nobody listens until a restart", static (faults, _) => faults.Simulator.KillAsync()),
        new("restart", [], "kills the gateway's process and starts it anew at the same port", static (faults, _) => faults.Simulator.RestartAsync()),
        new("cut-connections", ["midFrame?", "session?"], "cuts all connections, or the one of a session's stream; at once, or in the middle of the next frame",
            static (faults, fields) => faults.CutConnections(fields.Has("midFrame") && fields.Flag("midFrame"), fields.OptionalText("session"))),
        new("black-hole", ["on"], "lets nothing arrive and sends nothing", static (faults, fields) => faults.BlackHole(fields.Flag("on"))),
        new("delay", ["milliseconds", "method?", "command?"],
            "makes the answers of a method late, of all methods, or the worker slow with a command; 0 ends it", Delay),
        new("goaway", [], "sends GOAWAY on every connection", static (faults, _) => faults.GoAway()),
        new("evict-ring", ["session"], "empties the session's replay ring", static (faults, fields) => faults.EvictRing(fields.Text("session"))),
        new("overflow", ["session"], "cuts off the session's stream as too slow", static (faults, fields) => faults.OverflowQueue(fields.Text("session"))),
        new("fail-rows", ["command", "rows", "message?"], "fails rows of a bulk command, numbered from 0; an empty list ends it", FailRows),
        new("revoke-key", ["id"], "revokes the API key of an id", static (faults, fields) => faults.RevokeKey(fields.Text("id"))),
        new("unimplemented", ["commands"], "answers these commands with UNIMPLEMENTED; an empty list ends it",
            static (faults, fields) => faults.Unimplemented(fields.Commands("commands"))),
        new("completion", ["order", "tags?"], "sends OnWriteComplete before or after the data change, held until released, or never; of some tags or all",
            static (faults, fields) => faults.CompleteWrites(fields.OneOf<CompletionOrder>("order"), fields.OptionalTexts("tags"))),
        new("release-completions", [], "sends the OnWriteComplete events that are held", static (faults, _) => faults.ReleaseCompletions()),
        new("redeploy", ["without?", "with?"], "deploys the Galaxy without some tags, or the snapshot of a file; else the Galaxy of the start again",
            RedeployAsync),
        new("silence", ["tags"], "keeps the values of some tags back, as of an object off scan; an empty list ends it",
            static (faults, fields) => faults.Silence(fields.Texts("tags"))),
        new("repository", ["up"], "says whether the repository's database is reached", static (faults, fields) => faults.Repository(fields.Flag("up"))),
        new("sessions-starting", ["on"], "keeps sessions that are opened from becoming ready",
            static (faults, fields) => faults.SessionsStarting(fields.Flag("on"))),
        new("clear", [], "ends every fault that is switched on", static (faults, _) => faults.Clear()),
    ];

    private static void DropSession(SimulatorFaults faults, FaultArguments fields)
    {
        if (fields.OptionalText("session") is { } session)
            faults.DropSession(session);
        else
            faults.DropAllSessions();
    }

    private static void Delay(SimulatorFaults faults, FaultArguments fields)
    {
        var by = TimeSpan.FromMilliseconds(fields.Number("milliseconds", 0, SimulatorClock.MaxTimer.TotalMilliseconds));
        if (fields.Has("method") && fields.Has("command"))
            throw new SimulatorFaultException("give \"method\" for a late answer or \"command\" for a slow worker, not both");
        if (fields.Has("command"))
            faults.SlowWorker(fields.Command("command"), by);
        else
            faults.DelayAnswers(by, fields.OptionalText("method"));
    }

    private static void FailRows(SimulatorFaults faults, FaultArguments fields)
    {
        if (fields.OptionalText("message") is { } message)
            faults.FailRows(fields.Command("command"), fields.Indices("rows"), message);
        else
            faults.FailRows(fields.Command("command"), fields.Indices("rows"));
    }

    private static Task RedeployAsync(SimulatorFaults faults, FaultArguments fields)
    {
        if (fields.Has("without") && fields.Has("with"))
            throw new SimulatorFaultException("give \"without\", tags that go away, or \"with\", the file of a snapshot, not both");
        if (fields.Has("without"))
            return faults.RedeployWithoutAsync(fields.Texts("without"));
        return faults.Simulator.RedeployAsync(fields.Has("with") ? Read(fields.Text("with")) : faults.Simulator.Started);
    }

    private static GalaxySnapshot Read(string file)
    {
        try
        {
            SnapshotReadResult read = SnapshotReader.Read(File.ReadAllBytes(file));
            string problems = string.Join("; ", read.Problems.Take(MaxProblems).Select(problem => problem.Message));
            return read.Snapshot ?? throw new SimulatorFaultException($"{file} is no sound snapshot: {problems}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SimulatorFaultException($"the snapshot cannot be read: {exception.Message}");
        }
    }
}
