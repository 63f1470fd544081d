using System.Globalization;
using System.Text.RegularExpressions;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Verifying a plant against the live Galaxy: what is found, what is asked for it, and what becomes of deploys meanwhile.</summary>
public sealed class VerifyTests
{
    private static readonly DateTimeOffset s_later = PumpsPlant.DeployTime.AddDays(1);

    [Fact]
    public async Task What_was_touched_is_compared_and_nothing_else()
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync();
        await using (simulator)
        await using (plant)
        {
            Assert.Equal((0, 0, true), Counts(await plant.VerifyAsync()));

            _ = plant.At(7).PV.HiHi.Limit;
            using IDisposable subscription = plant.At(3).Speed.Subscribe(_ => { });
            _ = plant.At(5);
            MxVerifyReport report = await plant.VerifyAsync();

            Assert.Equal(["Pump_003", "Pump_003.Speed", "Pump_005", "Pump_007", "Pump_007.PV", "Pump_007.PV.HiHi.Limit"], report.Members.Select(member => member.Reference));
            Assert.Equal((3, 3, true), Counts(report));
            Assert.All(report.Members, member => Assert.Equal("", member.Text));
            Assert.Equal((PumpsPlant.DeployTime, PumpsPlant.DeployTime, false), (report.SnapshotDeployTime, report.GalaxyDeployTime, report.IsDeployedAnew));
            report.ThrowIfMismatched();
        }
    }

    [Fact]
    public async Task Every_lie_of_a_snapshot_is_found_and_told_in_words()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Pump pump = plant.Pump;
        MxNode[] right =
        [
            pump.Speed, pump.Running, pump.Count, pump.Total, pump.Note, pump.Started, pump.RunTime, pump.Mode, pump.Kind, pump.Blob, pump.Odd, pump.Recipe, pump.Steps, pump.Signed,
            pump.Verified, pump.PV, pump.PV.HiHi.Limit,
        ];
        MxVerifyReport good = await plant.Plant.VerifyAsync(MxVerifyScope.Of(right));
        Assert.Equal((1, right.Length, true), Counts(good));

        MxNode[] wrong = [pump.Missing, pump.NoteAsFloat, pump.Measured, pump.SignedAsPlain];
        MxVerifyReport report = await plant.Plant.VerifyAsync(MxVerifyScope.Of([.. wrong, pump.Speed]));
        Assert.Equal(
            [
                (MxMismatch.AttributeGone, "Pump_001.Missing: Pump_001 has no attribute Missing in the Galaxy"),
                (MxMismatch.Type, "Pump_001.Note is in the Galaxy String, writeable, and in the snapshot Float, writeable"),
                (MxMismatch.Access, "Pump_001.Measured is in the Galaxy Float, read-only, and in the snapshot Float, writeable"),
                (MxMismatch.Access, "Pump_001.Signed is in the Galaxy Boolean, written with an operator's signature, and in the snapshot Boolean, writeable"),
            ],
            report.Mismatches.Select(member => (member.Mismatch, member.Text)));
        Assert.Equal((null, MxDataType.String), (report.Mismatches[0].Actual, report.Mismatches[1].Actual?.DataType));
        Assert.Equal(6, report.Members.Count);

        MxGalaxyException thrown = Assert.Throws<MxGalaxyException>(report.ThrowIfMismatched);
        Assert.StartsWith("4 of 6 members (1 object, 5 attributes) are not in the Galaxy as the snapshot says", thrown.Message, StringComparison.Ordinal);
        Assert.All(report.Mismatches, member => Assert.Contains(member.Text, thrown.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_element_stands_for_its_array()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Pump pump = plant.Pump;
        MxVerifyReport report = await plant.Plant.VerifyAsync(MxVerifyScope.Of(pump.Recipe.Element(1), pump.Recipe, pump.Recipe.Element(2), pump.Steps.Element(1)));
        Assert.Equal(["Pump_001", "Pump_001.Recipe[]", "Pump_001.Steps[]"], report.Members.Select(member => member.Reference));
        Assert.Equal((1, 2, true), Counts(report));
    }

    [Fact]
    public async Task What_a_deploy_changed_is_found_attribute_by_attribute()
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync();
        await using (simulator)
        await using (plant)
        {
            await simulator.RedeployAsync(PumpsPlant.Snapshot(Changed(), s_later));
            MxVerifyReport report = await plant.VerifyAsync(MxVerifyScope.Of(plant.At(0), plant.At(1).PV, plant.At(2), plant.At(3).PV.HiHi));

            Assert.Equal(
                new Dictionary<string, MxMismatch>
                {
                    ["Pump_000"] = MxMismatch.ObjectGone,
                    ["Pump_000.Speed"] = MxMismatch.ObjectGone,
                    ["Pump_000.Note"] = MxMismatch.ObjectGone,
                    ["Pump_000.Recipe[]"] = MxMismatch.ObjectGone,
                    ["Pump_000.PV"] = MxMismatch.ObjectGone,
                    ["Pump_000.PV.HiHi.Limit"] = MxMismatch.ObjectGone,
                    ["Pump_001"] = MxMismatch.None,
                    ["Pump_001.PV"] = MxMismatch.None,
                    ["Pump_001.PV.HiHi.Limit"] = MxMismatch.AttributeGone,
                    ["Pump_002"] = MxMismatch.None,
                    ["Pump_002.Speed"] = MxMismatch.Type | MxMismatch.Access,
                    ["Pump_002.Note"] = MxMismatch.Array,
                    ["Pump_002.Recipe[]"] = MxMismatch.Array,
                    ["Pump_002.PV"] = MxMismatch.Reference,
                    ["Pump_002.PV.HiHi.Limit"] = MxMismatch.None,
                    ["Pump_003"] = MxMismatch.None,
                    ["Pump_003.PV.HiHi.Limit"] = MxMismatch.Access,
                },
                report.Members.ToDictionary(member => member.Reference, member => member.Mismatch));
            Assert.Equal((s_later, true, false), (report.GalaxyDeployTime, report.IsDeployedAnew, report.IsAsExpected));
            Assert.Contains("with the reference Skid_7.PV", report.Members.Single(member => member.Reference == "Pump_002.PV").Text, StringComparison.Ordinal);
            Assert.Equal("Pump_000.Speed: the Galaxy has no object Pump_000", report.Members[1].Text);
        }
    }

    [Fact]
    public async Task A_few_objects_are_asked_for_one_by_one_and_many_come_by_pages()
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync();
        await using (simulator)
        await using (plant)
        {
            int Asked() => simulator.Calls.ToList().Count(call => call.Method == "DiscoverHierarchy");
            await plant.VerifyAsync(MxVerifyScope.Of(plant.At(1), plant.At(2), plant.At(2).PV));
            Assert.Equal(2, Asked());

            MxVerifyReport report = await plant.VerifyAsync(MxVerifyScope.WholePlant);
            Assert.Equal(3, Asked());
            Assert.Equal((PumpsPlant.Count, 5 * PumpsPlant.Count, true), Counts(report));
            Assert.Empty(report.Members);

            // Of the whole plant nothing is kept: what nobody touched is still untouched.
            Assert.Equal(2, (await plant.VerifyAsync()).ObjectCount);
        }
    }

    [Fact]
    public async Task Of_the_whole_plant_the_mismatches_are_told_and_the_others_counted()
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync();
        await using (simulator)
        await using (plant)
        {
            await simulator.RedeployAsync(PumpsPlant.Snapshot(Changed(), s_later));
            var progress = new Told();
            MxVerifyReport report = await plant.VerifyAsync(MxVerifyScope.WholePlant, progress);

            Assert.Equal(12, report.Mismatches.Count);
            Assert.Equal(report.Mismatches, report.Members);
            Assert.Equal("Pump_000", report.Members[0].Reference);
            Assert.Equal((PumpsPlant.Count, 5 * PumpsPlant.Count, false), Counts(report));
            Assert.Equal("12 of 600 members (100 objects, 500 attributes) are not in the Galaxy as the snapshot says, and the Galaxy was deployed anew since", report.ToString());
            Assert.EndsWith("; and 2 more. Export the snapshot anew, or correct the Galaxy", Assert.Throws<MxGalaxyException>(report.ThrowIfMismatched).Message, StringComparison.Ordinal);
            Assert.Equal(new MxVerifyProgress(PumpsPlant.Count, PumpsPlant.Count), progress.All[^1]);
        }
    }

    [Fact]
    public async Task Case_does_not_matter_where_nothing_else_differs()
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync();
        await using (simulator)
        await using (plant)
        {
            await simulator.RedeployAsync(PumpsPlant.Snapshot(
                PumpsPlant.Galaxy().Select(o => o.With(
                    o.Attributes.Select(a => a.With(name: a.AttributeName.ToLowerInvariant(), reference: a.FullTagReference.ToUpperInvariant())), o.TagName.ToUpperInvariant())),
                s_later));
            Assert.Equal((1, 5, true), Counts(await plant.VerifyAsync(MxVerifyScope.Of(plant.At(1)))));
            Assert.True((await plant.VerifyAsync(MxVerifyScope.WholePlant)).IsAsExpected);
        }
    }

    [Fact]
    public async Task A_deploy_meanwhile_begins_it_anew()
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync();
        await using (simulator)
        await using (plant)
        {
            int deploys = 0;
            var once = new Told(_ => Redeploy(most: 1));
            MxVerifyReport report = await plant.VerifyAsync(MxVerifyScope.Of(plant.At(0), plant.At(1)), once);
            Assert.Equal((12, s_later.AddDays(1)), (report.Members.Count, report.GalaxyDeployTime));
            Assert.Equal([1, 2, 1, 2], once.All.Select(told => told.Objects));

            var always = new Told(_ => Redeploy(most: int.MaxValue));
            MxStaleHierarchyException stale = await Assert.ThrowsAsync<MxStaleHierarchyException>(() => plant.VerifyAsync(MxVerifyScope.Of(plant.At(0)), always));
            Assert.Contains("each of the 3 times", stale.Message, StringComparison.Ordinal);

            void Redeploy(int most)
            {
                if (deploys < most)
                    simulator.RedeployAsync(PumpsPlant.Snapshot(PumpsPlant.Galaxy(), s_later.AddDays(++deploys))).GetAwaiter().GetResult();
            }
        }
    }

    [Fact]
    public async Task A_caller_may_stop_it_and_a_plant_that_was_disposed_of_is_not_verified()
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync();
        await using (simulator)
        {
            using var stop = new CancellationTokenSource();
            var progress = new Told(_ => stop.Cancel());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plant.VerifyAsync(MxVerifyScope.Of(plant.At(0), plant.At(1)), progress, stop.Token));
            Assert.Single(progress.All);

            await plant.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => plant.VerifyAsync());
        }
    }

    [Fact]
    public async Task What_cannot_be_verified_is_told_before_anything_is_asked()
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync("session:open", "invoke:read", "events:read");
        await using (simulator)
        await using (plant)
        {
            var other = new PumpsPlant(plant.Connection);
            Assert.Contains("Pump_004.PV", (await Assert.ThrowsAsync<ArgumentException>(() => plant.VerifyAsync(MxVerifyScope.Of(plant.At(1), other.At(4).PV)))).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => MxVerifyScope.Of());
            Assert.Contains("metadata:read", (await Assert.ThrowsAsync<MxAuthorizationException>(() => plant.VerifyAsync(MxVerifyScope.WholePlant))).Message, StringComparison.Ordinal);
        }
    }

    // The types are what docs/generated-code.md says, as the generator's are: the simulator serves one attribute of each number, and a class that says another type is found out.
    [Theory]
    [MemberData(nameof(DocumentedTypes))]
    public async Task Each_data_type_is_what_the_page_says(int number, string type)
    {
        (GatewaySimulator simulator, PumpsPlant plant) = await PumpsPlant.StartAsync();
        await using (simulator)
        await using (plant)
        {
            RepositoryObject[] galaxy = PumpsPlant.Galaxy();
            galaxy[1] = galaxy[1].With("Speed", a => a.With(type: number));
            await simulator.RedeployAsync(PumpsPlant.Snapshot(galaxy, s_later));
            MxVerifiedMember speed = (await plant.VerifyAsync(MxVerifyScope.Of(plant.At(1).Speed))).Members[1];
            Assert.Equal(type != "float", speed.Mismatch.HasFlag(MxMismatch.Type));
            bool isWriteable = type is not ("MxVariant" or "global::System.ReadOnlyMemory<byte>");
            Assert.Equal(!isWriteable, speed.Mismatch.HasFlag(MxMismatch.Access));
        }
    }

    public static TheoryData<int, string> DocumentedTypes()
    {
        var types = new TheoryData<int, string> { { 17, "MxVariant" }, { -1, "MxVariant" }, { 0, "MxVariant" } };
        foreach (Match row in Regex.Matches(File.ReadAllText(RepositoryRoot.PathTo("docs", "generated-code.md")), @"^\| (\d+) \| \w+ \| `(.+)` \|$", RegexOptions.Multiline))
            types.Add(int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value);
        Assert.Equal(19, types.Count);
        return types;
    }

    private static (int Objects, int Attributes, bool IsAsExpected) Counts(MxVerifyReport report) => (report.ObjectCount, report.AttributeCount, report.IsAsExpected);

    /// <summary>The pumps' Galaxy after a deploy that changed something of everything.</summary>
    private static IEnumerable<RepositoryObject> Changed()
    {
        RepositoryObject[] galaxy = PumpsPlant.Galaxy();
        galaxy[1] = galaxy[1].With("PV.HiHi.Limit", _ => null);
        galaxy[2] = galaxy[2]
            .With("Speed", a => a.With(type: 2, security: 2))
            .With("Note", a => a.With(reference: "Pump_002.Note[]", isArray: true))
            .With("Recipe", a => a.With(reference: "Pump_002.Recipe", isArray: false))
            .With("PV", a => a.With(reference: "Skid_7.PV"));
        galaxy[3] = galaxy[3].With("PV.HiHi.Limit", a => a.With(category: 2));
        return galaxy.Skip(1);
    }

    /// <summary>Takes progress at once, on the thread that tells it.</summary>
    private sealed class Told(Action<MxVerifyProgress>? then = null) : IProgress<MxVerifyProgress>
    {
        public List<MxVerifyProgress> All { get; } = [];

        public void Report(MxVerifyProgress value)
        {
            All.Add(value);
            then?.Invoke(value);
        }
    }
}
