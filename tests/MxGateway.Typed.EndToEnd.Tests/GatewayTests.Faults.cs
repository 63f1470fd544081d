using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.TestSupport;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

public abstract partial class GatewayTests
{
    private const string Mode = "Pump_001.Mode", Setpoint = "Pump_001.SpeedSetpoint";
    private static readonly DateTimeOffset s_redeployed = new(2026, 11, 3, 6, 15, 0, TimeSpan.Zero);

    [PeerFact]
    public async Task A_write_that_is_never_completed_is_unknown()
    {
        await using TestGateway gateway = await StartAsync(new() { NeverCompleted = [Mode] });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options with { WriteTimeout = TimeSpan.FromSeconds(1) }))
        {
            MxWriteUnknownException unknown = await Assert.ThrowsAsync<MxWriteUnknownException>(() => plant.Mixing.Pump_001.Mode.WriteAsync(1));
            Assert.Contains(Mode, unknown.Message);
            await plant.Mixing.Pump_001.SpeedSetpoint.WriteAsync(1);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_write_that_is_cancelled_under_way_says_that_it_may_take_effect()
    {
        await using TestGateway gateway = await StartAsync(new() { NeverCompleted = [Mode] });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        using var cancel = new CancellationTokenSource();
        Task write = plant.Mixing.Pump_001.Mode.WriteAsync(1, cancel.Token);
        await IsTaken(gateway);
        await cancel.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Contains("may or may not have taken effect", cancelled.Message);
    }

    [PeerFact]
    public async Task A_tag_that_is_off_scan_reads_bad_and_takes_no_write()
    {
        await using TestGateway gateway = await StartAsync(new() { OffScan = [Setpoint] });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(
            gateway.Options with { ReadTimeout = TimeSpan.FromSeconds(0.2), WriteTimeout = TimeSpan.FromSeconds(1) }))
        {
            MxAttribute<float> setpoint = plant.Mixing.Pump_001.SpeedSetpoint;
            MxSample<float> sample = await setpoint.ReadAsync();
            Assert.True(sample.Quality.IsBad);
            Assert.Contains(Setpoint, sample.Status.ToString());
            Assert.Contains("off scan", (await Assert.ThrowsAsync<MxWriteRejectedException>(() => setpoint.WriteAsync(1))).Message);
            Assert.Equal(0, gateway.Count(MxCommandKind.Write));
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_read_that_is_cancelled_while_the_gateway_waits_ends_at_once_and_the_connection_goes_on()
    {
        await using TestGateway gateway = await StartAsync(new() { OffScan = [Setpoint] });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options with { ReadTimeout = TimeSpan.FromSeconds(2) });
        using var cancel = new CancellationTokenSource();
        Task<MxSample<float>> read = plant.Mixing.Pump_001.SpeedSetpoint.ReadAsync(cancel.Token);
        await gateway.UnderWayAsync(MxCommandKind.ReadBulk);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal(0, gateway.Count(MxCommandKind.ReadBulk));
        Assert.True((await plant.Mixing.Pump_001.Speed.ReadAsync()).IsGood);
    }

    [PeerFact]
    public async Task A_gateway_that_is_killed_turns_values_bad_and_everything_else_fails_at_once()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await AssertLossIsToldAsync(plant, gateway.KillAsync);
    }

    [PeerFact]
    public async Task A_write_that_is_under_way_when_the_gateway_is_killed_is_unknown()
    {
        await using TestGateway gateway = await StartAsync(new() { NeverCompleted = [Mode] });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        Task write = plant.Mixing.Pump_001.Mode.WriteAsync(1);
        await IsTaken(gateway);
        await gateway.KillAsync();
        Assert.Contains(Mode, (await Assert.ThrowsAsync<MxWriteUnknownException>(() => write)).Message);
    }

    [PeerFact]
    public async Task A_session_more_than_the_gateway_takes_is_told_as_its_limit()
    {
        await using TestGateway gateway = await StartAsync(new());
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
        await using TestGateway gateway = await StartAsync(new());
        await using var repository = new GalaxyRepositoryClient(gateway.Options);
        await Assert.ThrowsAsync<MxStaleHierarchyException>(async () =>
        {
            await foreach (DiscoverHierarchyReply _ in repository.DiscoverHierarchyRawAsync(new() { PageSize = 7 }))
                await gateway.DeployAsync(s_objects, s_redeployed);
        });
        Assert.Equal(s_redeployed, await repository.GetLastDeployTimeAsync());
        Assert.Equal(s_objects.Length, (await DiscoverAsync(repository, new())).Count);
    }

    [PeerFact]
    public async Task A_deploy_without_a_tag_turns_it_bad_and_the_others_go_on()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await using IAsyncEnumerator<MxSample<float>> goes = plant.Mixing.Pump_002.Speed.AdviseAsync().GetAsyncEnumerator();
        await using IAsyncEnumerator<MxSample<float>> stays = plant.Mixing.Pump_001.SpeedSetpoint.AdviseAsync().GetAsyncEnumerator();
        await UntilAsync(goes, sample => sample.IsGood);
        await UntilAsync(stays, sample => sample.IsGood);
        await gateway.DeployAsync(With("Pump_002", _ => null), s_redeployed);
        await UntilAsync(goes, sample => sample.Quality == MxQuality.BadConfigurationError);
        await plant.Mixing.Pump_001.SpeedSetpoint.WriteAsync(99);
        await UntilAsync(stays, sample => sample.Value == 99);
    }

    // Taken, and not completed: it stays under way.
    private static Task IsTaken(TestGateway gateway) => Retry.Until("the write is taken", () => gateway.Count(MxCommandKind.Write) == 1);
}
