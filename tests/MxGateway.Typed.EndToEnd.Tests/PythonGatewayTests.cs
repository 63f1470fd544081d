using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.TestSupport;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>Our client with a gateway that is not ours and that misbehaves, or answers in the seldom way, on command.</summary>
public sealed class PythonGatewayTests
{
    [PeerFact]
    public async Task A_tag_is_read_written_and_advised_where_stream_headers_come_late()
    {
        await using PythonGateway gateway = await StartAsync("--headers-late");
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxAttribute<float> setpoint = plant.Mixing.Pump_001.SpeedSetpoint;
            Assert.True((await setpoint.ReadAsync()).IsGood);
            await using IAsyncEnumerator<MxSample<float>> samples = setpoint.AdviseAsync().GetAsyncEnumerator();
            await GatewayTests.UntilAsync(samples, sample => sample.IsGood);
            await setpoint.WriteAsync(7);
            await GatewayTests.UntilAsync(samples, sample => sample.Value == 7);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_write_that_is_completed_as_an_error_is_rejected_and_one_that_is_never_completed_is_unknown()
    {
        await using PythonGateway gateway = await StartAsync("--reject-writes-to", "Pump_001.SpeedSetpoint", "--never-complete", "Pump_001.Mode");
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options with { WriteTimeout = TimeSpan.FromSeconds(1) }))
        {
            MxWriteRejectedException rejected = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Mixing.Pump_001.SpeedSetpoint.WriteAsync(1));
            Assert.Contains("Pump_001.SpeedSetpoint", rejected.Message);
            MxWriteUnknownException unknown = await Assert.ThrowsAsync<MxWriteUnknownException>(() => plant.Mixing.Pump_001.Mode.WriteAsync(1));
            Assert.Contains("Pump_001.Mode", unknown.Message);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_write_that_is_cancelled_under_way_says_that_it_may_take_effect()
    {
        await using PythonGateway gateway = await StartAsync("--never-complete", "Pump_001.Mode");
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        using var cancel = new CancellationTokenSource();
        Task write = plant.Mixing.Pump_001.Mode.WriteAsync(1, cancel.Token);
        await gateway.CallAsync("the write", call => call.Name == "WRITE");
        await cancel.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Contains("may or may not have taken effect", cancelled.Message);
    }

    [PeerFact]
    public async Task A_tag_that_is_off_scan_reads_bad_and_takes_no_write()
    {
        await using PythonGateway gateway = await StartAsync("--off-scan", "Pump_001.SpeedSetpoint");
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(
            gateway.Options with { ReadTimeout = TimeSpan.FromSeconds(0.2), WriteTimeout = TimeSpan.FromSeconds(1) }))
        {
            MxAttribute<float> setpoint = plant.Mixing.Pump_001.SpeedSetpoint;
            MxSample<float> sample = await setpoint.ReadAsync();
            Assert.True(sample.Quality.IsBad);
            Assert.Contains("Pump_001.SpeedSetpoint", sample.Status.ToString());
            Assert.Contains("off scan", (await Assert.ThrowsAsync<MxWriteRejectedException>(() => setpoint.WriteAsync(1))).Message);
            Assert.Equal(0, gateway.Count(MxCommandKind.Write));
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_read_that_is_cancelled_while_the_gateway_waits_ends_at_once_and_the_connection_goes_on()
    {
        await using PythonGateway gateway = await StartAsync("--off-scan", "Pump_001.SpeedSetpoint");
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options with { ReadTimeout = TimeSpan.FromSeconds(2) });
        using var cancel = new CancellationTokenSource();
        Task<MxSample<float>> read = plant.Mixing.Pump_001.SpeedSetpoint.ReadAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.True((await plant.Mixing.Pump_001.Speed.ReadAsync()).IsGood);
    }

    [PeerFact]
    public async Task A_gateway_that_is_killed_turns_values_bad_and_everything_else_fails_at_once()
    {
        await using PythonGateway gateway = await StartAsync();
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await GatewayTests.AssertLossIsToldAsync(plant, gateway.KillAsync);
    }

    [PeerFact]
    public async Task A_write_that_is_under_way_when_the_gateway_is_killed_is_unknown()
    {
        await using PythonGateway gateway = await StartAsync("--never-complete", "Pump_001.Mode");
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        Task write = plant.Mixing.Pump_001.Mode.WriteAsync(1);
        await gateway.CallAsync("the write", call => call.Name == "WRITE");
        await gateway.KillAsync();
        Assert.Contains("Pump_001.Mode", (await Assert.ThrowsAsync<MxWriteUnknownException>(() => write)).Message);
    }

    [PeerFact]
    public async Task A_session_more_than_the_gateway_takes_is_told_as_its_limit()
    {
        await using PythonGateway gateway = await StartAsync();
        MxGatewayConnection[] connections = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => MxGatewayConnection.ConnectAsync(gateway.Options)));
        MxProtocolException failure = await Assert.ThrowsAsync<MxProtocolException>(() => MxGatewayConnection.ConnectAsync(gateway.Options));
        Assert.Contains("is at a limit", failure.Message);
        await connections[0].DisposeAsync();
        await using (await MxGatewayConnection.ConnectAsync(gateway.Options))
            await Task.WhenAll(connections.Select(connection => connection.DisposeAsync().AsTask()));
        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_deploy_between_two_pages_is_a_stale_hierarchy()
    {
        await using PythonGateway gateway = await StartAsync();
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        DateTimeOffset redeployed = new(2026, 11, 3, 6, 15, 0, TimeSpan.Zero);
        await Assert.ThrowsAsync<MxStaleHierarchyException>(async () =>
        {
            await foreach (DiscoverHierarchyReply _ in repository.DiscoverHierarchyRawAsync(new() { PageSize = 7 }))
                await gateway.DeployAsync(SamplePlantFile.Hierarchy, redeployed);
        });
        Assert.Equal(redeployed, await repository.GetLastDeployTimeAsync());
        Assert.Equal(SamplePlantFile.Hierarchy.Objects.Count, (await GatewayTests.DiscoverAsync(repository, new())).Count);
    }

    [PeerFact]
    public async Task A_deploy_without_a_tag_turns_it_bad_and_the_others_go_on()
    {
        await using PythonGateway gateway = await StartAsync();
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await using IAsyncEnumerator<MxSample<float>> goes = plant.Mixing.Pump_002.Speed.AdviseAsync().GetAsyncEnumerator();
        await using IAsyncEnumerator<MxSample<float>> stays = plant.Mixing.Pump_001.SpeedSetpoint.AdviseAsync().GetAsyncEnumerator();
        await GatewayTests.UntilAsync(goes, sample => sample.IsGood);
        await GatewayTests.UntilAsync(stays, sample => sample.IsGood);
        DiscoverHierarchyReply without = SamplePlantFile.Hierarchy;
        Assert.True(without.Objects.Remove(without.Objects.Single(o => o.TagName == "Pump_002")));
        await gateway.DeployAsync(without, new DateTimeOffset(2026, 11, 3, 6, 15, 0, TimeSpan.Zero));
        await GatewayTests.UntilAsync(goes, sample => sample.Quality == MxQuality.BadConfigurationError);
        await plant.Mixing.Pump_001.SpeedSetpoint.WriteAsync(99);
        await GatewayTests.UntilAsync(stays, sample => sample.Value == 99);
    }

    private static Task<PythonGateway> StartAsync(params string[] arguments) =>
        PythonGateway.StartAsync(SamplePlantFile.Hierarchy, new() { Arguments = arguments });
}
