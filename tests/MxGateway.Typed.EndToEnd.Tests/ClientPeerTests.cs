using MxGateway.Typed.EndToEnd.Tests.Harness;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>Our client and the generated plant against a gateway that is not ours.</summary>
public sealed class ClientPeerTests
{
    [PeerFact]
    public Task A_tag_is_read_written_and_advised() => TourAsync();

    [PeerFact]
    public Task The_same_where_headers_come_late() => TourAsync("--headers-late");

    [PeerFact]
    public Task The_same_where_the_data_change_comes_before_the_completion() => TourAsync("--change-first");

    [PeerFact]
    public async Task Values_that_move_are_followed()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SamplePlantFile.Hierarchy, new() { Arguments = ["--tick", "0.02"] });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(Options(gateway)))
        {
            var seen = new HashSet<float>();
            await foreach (MxSample<float> sample in plant.Mixing.Pump_001.Speed.AdviseAsync())
                if (seen.Add(sample.Value) && seen.Count == 10)
                    break;
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task An_exception_in_the_application_leaves_nothing_behind()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SamplePlantFile.Hierarchy);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(Options(gateway));
            using IDisposable subscription = plant.Mixing.Pump_001.Running.Subscribe(_ => { });
            await foreach (MxSample<float> _ in plant.Mixing.Pump_001.Speed.AdviseAsync())
                throw new InvalidOperationException("the application fails");
        });
        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_refused_write_says_why_and_one_that_is_never_completed_is_unknown()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(
            SamplePlantFile.Hierarchy, new() { Arguments = ["--reject-writes-to", "Pump_001.SpeedSetpoint", "--never-complete", "Pump_001.Mode"] });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(Options(gateway) with { WriteTimeout = TimeSpan.FromSeconds(1) }))
        {
            MxWriteRejectedException rejected = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Mixing.Pump_001.SpeedSetpoint.WriteAsync(1));
            Assert.Contains("Pump_001.SpeedSetpoint", rejected.Message);
            MxWriteUnknownException unknown = await Assert.ThrowsAsync<MxWriteUnknownException>(() => plant.Mixing.Pump_001.Mode.WriteAsync(1));
            Assert.Contains("Pump_001.Mode", unknown.Message);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Secured_and_verified_writes_are_signed()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(
            SamplePlantFile.Hierarchy, new() { Users = new Dictionary<string, string> { ["ann"] = "a-password", ["bob"] = "b-password" } });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(Options(gateway)))
        {
            var (ann, bob) = (new MxCredentials("ann", "a-password"), new MxCredentials("bob", "b-password"));
            MxVerifiedAttribute<bool> verified = plant.Mixing.Valve_101.Command;
            MxSecuredAttribute<bool> secured = plant.Mixing.Valve_102.Command;
            await verified.WriteAsync(true, ann, bob);
            await secured.WriteAsync(true, ann);
            Assert.True((await verified.ReadAsync()).Value);
            Assert.True((await secured.ReadAsync()).Value);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task The_hierarchy_is_the_same_in_pages_of_every_size_and_order()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SamplePlantFile.Hierarchy, new() { Arguments = ["--shuffle", "3"] });
        await using var repository = new GalaxyRepositoryClient(Options(gateway));
        Assert.True(await repository.TestConnectionAsync());
        foreach (int pageSize in new[] { 1, 7, 500 })
        {
            var objects = new List<Contracts.Proto.Galaxy.GalaxyObject>();
            await foreach (Contracts.Proto.Galaxy.DiscoverHierarchyReply page in repository.DiscoverHierarchyRawAsync(new() { PageSize = pageSize }))
                objects.AddRange(page.Objects);
            Assert.Equal(SamplePlantFile.Hierarchy.Objects.ToHashSet(), objects.ToHashSet());
        }
    }

    private static async Task TourAsync(params string[] arguments)
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SamplePlantFile.Hierarchy, new() { Arguments = arguments });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(Options(gateway)))
        {
            Pump pump = plant.Mixing.Pump_001;
            Assert.True((await pump.Speed.ReadAsync()).IsGood);

            await pump.SpeedSetpoint.WriteAsync(42.5f);
            Assert.Equal(42.5f, (await pump.SpeedSetpoint.ReadAsync()).Value);

            await using IAsyncEnumerator<MxSample<float>> samples = pump.SpeedSetpoint.AdviseAsync().GetAsyncEnumerator();
            Assert.True(await samples.MoveNextAsync());
            Assert.True(samples.Current.IsGood);
            await pump.SpeedSetpoint.WriteAsync(7);
            while (samples.Current.Value != 7)
                Assert.True(await samples.MoveNextAsync());
            Assert.NotNull(pump.SpeedSetpoint.Value);
        }

        gateway.AssertNothingLeftBehind();
    }

    private static MxGatewayOptions Options(PythonGateway gateway) => new() { Endpoint = gateway.Endpoint, ApiKey = MxApiKey.From(gateway.Key) };
}
