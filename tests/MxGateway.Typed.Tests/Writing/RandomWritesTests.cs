using System.Globalization;
using System.Text;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>
/// Ten thousand writes with refusals, time-outs, late completions, failed rows, withdrawn and superseded writes, many at once and several to one tag.
/// What was reported of each is held against what the plant itself says of its values.
/// </summary>
public sealed class RandomWritesTests
{
    private const int Writes = 10_000, AtOnce = 25, Marker = 1;
    private const string MarkerTag = "Tank_8.Marker";

    // No value that a tag has by itself.
    private const int FirstValue = 100_000_000;

    private const string Keys = """
        {"keys": [{"key": "mxgw_test_planted5ecret", "scopes": ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read"]}],
         "users": [{"name": "ann", "password": "planted5ecret-a", "guid": "00000000-0000-0000-0000-000000000001"},
                   {"name": "bob", "password": "planted5ecret-b", "guid": "00000000-0000-0000-0000-000000000002"}]}
        """;

    private static readonly MxCredentials s_ann = new("ann", "planted5ecret-a"), s_bob = new("bob", "planted5ecret-b"), s_eve = new("ann", "planted5ecret-wrong");
    private static readonly MxCommandKind[] s_commands =
        [MxCommandKind.Write, MxCommandKind.WriteBulk, MxCommandKind.Write2Bulk, MxCommandKind.WriteSecuredBulk];

    [Theory]
    [InlineData(1)]
    [InlineData(20261130)]
    public async Task What_was_confirmed_was_applied_and_what_was_rejected_was_not(int seed)
    {
        await using GatewaySimulator simulator = await GatewaySimulator.StartAsync(
            WritePlant.Snapshot, new GatewaySimulatorOptions { ChangingPerSecond = 0, Keys = SimulatorKeys.Parse(Encoding.UTF8.GetBytes(Keys)) });
        var time = new FakeTimeProvider();
        await using WritePlant plant = await WritePlant.ConnectAsync(
            new MxGatewayOptions { Endpoint = simulator.Endpoint, ApiKey = MxApiKey.From("mxgw_test_planted5ecret"), TimeProvider = time });
        string[] tags = [.. plant.Tanks.SelectMany(tank => new MxTag[] { tank.Level, tank.Signed, tank.Verified, tank.Measured }).Select(tag => tag.Reference)];
        await using AppliedWrites applied = await AppliedWrites.WatchAsync(simulator, "mxgw_test_planted5ecret", [.. tags, MarkerTag]);

        var run = new Run(seed, simulator, plant, time);
        try
        {
            while (run.Reports.Count < Writes)
                await run.RoundAsync();
        }
        finally
        {
            // Time stands still at the plant's end: it would wait for a slow worker for ever.
            simulator.Faults.Clear();
        }

        await applied.ArriveAsync(MarkerTag, Marker);
        Check(seed, run.Reports, tags.ToDictionary(tag => tag, applied.Of));
    }

    private static void Check(int seed, IReadOnlyList<Report> reports, Dictionary<string, int[]> applied)
    {
        var byTag = applied.ToDictionary(tag => tag.Key, tag => tag.Value.Skip(1).ToHashSet());
        foreach (Report report in reports)
        {
            bool wasApplied = byTag[report.Tag].Contains(report.Value);
            bool isRight = report.Outcome switch
            {
                MxWriteOutcome.Confirmed => wasApplied,
                MxWriteOutcome.Unknown => true,
                _ => !wasApplied,
            };
            string write = $"write {report.Value - FirstValue} of {report.Tag}";
            Assert.True(isRight, $"seed {seed}: {write} was {(wasApplied ? "" : "not ")}applied, and is {report.Outcome}: {report.Why}");
        }

        // In the order in which they were issued, and none twice.
        foreach ((string tag, int[] values) in applied)
        {
            bool isInOrder = values.Skip(1).SequenceEqual(values.Skip(1).Distinct().Order());
            Assert.True(isInOrder, $"seed {seed}: the writes of {tag} were not applied in their order, each once");
        }

        // Each outcome, else this tests nothing; and unknown ones that took effect.
        foreach (MxWriteOutcome outcome in Enum.GetValues<MxWriteOutcome>())
            Assert.True(reports.Count(report => report.Outcome == outcome) > 10, $"seed {seed}: {Counts(reports)}");
        Assert.Contains(reports, report => report.Outcome == MxWriteOutcome.Unknown && byTag[report.Tag].Contains(report.Value));
    }

    private static string Counts(IEnumerable<Report> reports) =>
        string.Join(", ", reports.CountBy(report => report.Outcome).Select(count => $"{count.Value} {count.Key}"));

    private sealed record Report(string Tag, int Value, MxWriteOutcome Outcome, string Why);

    private sealed class Run(int seed, GatewaySimulator simulator, WritePlant plant, FakeTimeProvider time)
    {
        private readonly Random _random = new(seed);
        private readonly Tank[] _tanks = plant.Tanks;
        private readonly List<Task<Report>> _writes = [];
        private int _last = FirstValue;
        private bool _never;

        public List<Report> Reports { get; } = [];

        /// <summary>Some writes at once, under some faults, until all have ended.</summary>
        public async Task RoundAsync()
        {
            long before = simulator.Calls.Count;
            using var cancel = new CancellationTokenSource();
            Misbehave();
            _writes.Clear();
            _writes.AddRange(Issue(cancel.Token));

            // Somewhere on the way: time-outs, or somebody gives up.
            if (Chance(0.4))
                await UnderWayAsync(before);
            if (Chance(0.2))
                await cancel.CancelAsync();
            if (Chance(0.5))
                time.Advance(TimeSpan.FromSeconds(11));

            // More, while the completions of the first ones are still to come.
            _writes.AddRange(Issue(default));
            Task<Report[]> all = Task.WhenAll(_writes);
            if (Chance(0.4))
                await UnderWayAsync(simulator.Calls.Count);

            // What is left comes late.
            foreach (MxCommandKind command in s_commands)
                simulator.Faults.SlowWorker(command, TimeSpan.Zero);
            await Retry.Until($"all writes have ended (seed {seed}, write {_last - FirstValue})", () =>
            {
                simulator.Faults.ReleaseCompletions();
                if (_never)
                    time.Advance(TimeSpan.FromSeconds(11));
                return all.IsCompleted;
            });
            Reports.AddRange(await all);
        }

        // The call record has only what has ended.
        private Task UnderWayAsync(long before) => Retry.Until("something is under way", () =>
            simulator.Calls.Count > before || simulator.Counts.PendingCommands > 0 || _writes.TrueForAll(write => write.IsCompleted));

        private void Misbehave()
        {
            CompletionOrder order = Pick(
                CompletionOrder.Before,
                CompletionOrder.Before,
                CompletionOrder.After,
                CompletionOrder.After,
                CompletionOrder.Held,
                CompletionOrder.Held,
                CompletionOrder.Never);
            _never = order == CompletionOrder.Never && Chance(0.5);
            if (order == CompletionOrder.Never && !_never)
                order = CompletionOrder.Held;
            string tank = string.Create(CultureInfo.InvariantCulture, $"Tank_{_random.Next(1, 8)}");
            simulator.Faults.CompleteWrites(order, tank, Pick("Tank_1", "Tank_2.Level"), "Tank_3.Signed");
            foreach (MxCommandKind command in s_commands.Where(command => command.ToString().EndsWith("Bulk", StringComparison.Ordinal)))
                simulator.Faults.FailRows(command, Chance(0.3) ? [0, _random.Next(1, 6)] : []);
            if (Chance(0.1))
                simulator.Faults.SlowWorker(Pick(s_commands), TimeSpan.FromHours(1));

            // Half-way the gateway is replaced by one that does not know two of the commands.
            if (_last > FirstValue + (Writes / 2))
                simulator.Faults.Unimplemented(MxCommandKind.Write2Bulk, MxCommandKind.WriteSecuredBulk);
        }

        private IEnumerable<Task<Report>> Issue(CancellationToken cancellationToken)
        {
            for (int issued = 0; issued < AtOnce;)
            {
                (MxWrite Write, Func<CancellationToken, Task> Alone, int Value)[] some = [.. Enumerable.Range(0, _random.Next(1, 12)).Select(_ => Next())];
                issued += some.Length;
                if (Chance(0.5))
                {
                    foreach ((MxWrite write, Func<CancellationToken, Task> alone, int value) in some)
                        yield return ReportAsync(write.Tag.Reference, value, alone(Chance(0.5) ? cancellationToken : default));
                    continue;
                }

                Task<IReadOnlyList<MxWriteResult>> together = plant.WriteAllAsync(some.Select(entry => entry.Write), cancellationToken);
                for (int i = 0; i < some.Length; i++)
                    yield return ReportAsync(some[i].Value, together, i);
            }
        }

        private static async Task<Report> ReportAsync(int value, Task<IReadOnlyList<MxWriteResult>> together, int index)
        {
            MxWriteResult result = (await together)[index];
            return new Report(result.Tag.Reference, value, result.Outcome, result.ToString());
        }

        private (MxWrite Write, Func<CancellationToken, Task> Alone, int Value) Next()
        {
            // Two tanks have most of the writes, so that many wait for one another. Numbers rise in the order of issue.
            Tank tank = Chance(0.5) ? _tanks[_random.Next(2)] : _tanks[_random.Next(WritePlant.Count - 1)];
            int value = ++_last;
            var options = new MxWriteOptions
            {
                Coalesce = Chance(0.2),
                Timestamp = Chance(0.2) ? new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero).AddSeconds(_random.Next(1000)) : null,
            };
            MxCredentials user = Chance(0.1) ? s_eve : s_ann;
            switch (_random.Next(20))
            {
                case 0:
                    return (MxWrite.Of(tank.Measured, value, user, options), stop => tank.Measured.WriteAsync(value, user, options, stop), value);

                // Without a user: refused by its completion, while others of the same tag are not.
                case < 5:
                    return (MxWrite.Of(tank.Level, value, options), stop => tank.Level.WriteAsync(value, options, stop), value);
                case < 8:
                    return (MxWrite.Of(tank.Signed, value, user, options), stop => tank.Signed.WriteAsync(value, user, options, stop), value);
                case < 10:
                    return (MxWrite.Of(tank.Verified, value, user, s_bob, options), stop => tank.Verified.WriteAsync(value, user, s_bob, options, stop), value);
                default:
                    return (MxWrite.Of(tank.Level, value, user, options), stop => tank.Level.WriteAsync(value, user, options, stop), value);
            }
        }

        private static async Task<Report> ReportAsync(string tag, int value, Task write)
        {
            try
            {
                await write;
                return new(tag, value, MxWriteOutcome.Confirmed, "");
            }
            catch (Exception e)
            {
                MxWriteOutcome outcome = e switch
                {
                    MxWriteUnknownException => MxWriteOutcome.Unknown,
                    MxWriteSupersededException => MxWriteOutcome.Superseded,
                    OperationCanceledException when !e.Message.Contains("nothing was sent", StringComparison.Ordinal) => MxWriteOutcome.Unknown,
                    _ => MxWriteOutcome.Rejected,
                };
                return new(tag, value, outcome, e.Message);
            }
        }

        private bool Chance(double of) => _random.NextDouble() < of;

        private T Pick<T>(params T[] some) => some[_random.Next(some.Length)];
    }
}
