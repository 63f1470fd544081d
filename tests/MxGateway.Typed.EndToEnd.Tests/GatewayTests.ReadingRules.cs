using MxGateway.Contracts.Proto;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

public abstract partial class GatewayTests
{
    [PeerFact]
    public async Task A_read_that_waits_delays_no_write_and_ends_with_the_connection()
    {
        await using TestGateway gateway = await StartAsync(new() { OffScan = [Setpoint] });
        Task<MxSample<float>> read;
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options with { ReadTimeout = TimeSpan.FromMinutes(1) }))
        {
            read = plant.Mixing.Pump_001.SpeedSetpoint.ReadAsync();
            await gateway.UnderWayAsync(MxCommandKind.ReadBulk);
            await plant.Mixing.Pump_001.Mode.WriteAsync(1);
            Assert.False(read.IsCompleted);
        }

        Assert.Contains(Setpoint, (await Assert.ThrowsAsync<ObjectDisposedException>(() => read)).Message);
    }

    [PeerFact]
    public async Task A_tag_that_is_off_scan_holds_up_its_own_readers_only_once_that_is_known()
    {
        await using TestGateway gateway = await StartAsync(new() { OffScan = [Setpoint] });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options with { ReadTimeout = TimeSpan.FromSeconds(0.2) }))
        {
            Pump pump = plant.Mixing.Pump_001;
            for (int i = 0; i < 2; i++)
            {
                Task<MxSample<float>> silent = pump.SpeedSetpoint.ReadAsync();
                Assert.True((await pump.Speed.ReadAsync()).IsGood);
                Assert.StartsWith($"{Setpoint}: no value within 0.2 s; its object may be off scan", (await silent).Status.Text);
            }
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task What_was_written_is_read_also_while_it_is_advised()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxAttribute<float> setpoint = plant.Mixing.Pump_001.SpeedSetpoint;
            await setpoint.WriteAsync(1);
            Assert.Equal(1, (await setpoint.ReadAsync()).Value);
            await using IAsyncEnumerator<MxSample<float>> samples = setpoint.AdviseAsync().GetAsyncEnumerator();
            Assert.True(await samples.MoveNextAsync());
            for (int i = 0; i < 30; i++)
            {
                // Each value twice: the second write brings no change.
                await setpoint.WriteAsync(i / 2);
                Assert.Equal(i / 2, (await setpoint.ReadAsync()).Value);
            }
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task An_age_of_zero_asks_the_gateway_although_the_tag_is_advised()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxReadOnlyAttribute<float> speed = plant.Mixing.Pump_001.Speed;
            await using IAsyncEnumerator<MxSample<float>> samples = speed.AdviseAsync().GetAsyncEnumerator();
            Assert.True(await samples.MoveNextAsync());
            Assert.Equal(samples.Current.Value, (await speed.ReadAsync(TimeSpan.FromHours(1))).Value);
            Assert.Equal(0, gateway.Count(MxCommandKind.ReadBulk));
            Assert.Equal(samples.Current.Value, (await speed.ReadAsync(TimeSpan.Zero)).Value);
            Assert.Equal(1, gateway.Count(MxCommandKind.ReadBulk));
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Without_ReadBulk_reads_subscribe_take_the_first_change_and_let_go()
    {
        await using TestGateway gateway = await StartAsync(new()
        {
            Without = [MxCommandKind.ReadBulk], OffScan = [Setpoint], Objects = With("Pump_002", _ => null),
        });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options with { ReadTimeout = TimeSpan.FromSeconds(2) }))
        {
            Pump pump = plant.Mixing.Pump_001;
            await pump.Mode.WriteAsync(3);
            Assert.Equal(3, (await pump.Mode.ReadAsync()).Value);
            Assert.Equal(MxStatusCategory.ConfigurationError, (await plant.Mixing.Pump_002.Speed.ReadAsync()).Status.Category);

            // The record is one more read of many tags; the one that is off scan is bad alone.
            Task<MxSample<float>> silent = pump.SpeedSetpoint.ReadAsync();
            Assert.True((await plant.Mixing.Pump_003.ReadAllAsync()).WorstQuality.IsGood);
            MxSample<float> sample = await silent;
            Assert.Equal(MxQuality.BadWaitingForInitialData, sample.Quality);
            Assert.StartsWith($"{Setpoint}: no value within 2 s; its object may be off scan", sample.Status.Text);
            Assert.InRange(gateway.Count(MxCommandKind.ReadBulk), 0, 1);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Where_no_session_is_to_spare_reads_go_by_the_connections_own()
    {
        await using TestGateway gateway = await StartAsync(new());
        MxGatewayConnection[] others = await Task.WhenAll(Enumerable.Range(0, 63).Select(_ => MxGatewayConnection.ConnectAsync(gateway.Options)));
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Assert.True((await plant.Mixing.Pump_001.Speed.ReadAsync()).IsGood);
            await plant.Mixing.Pump_001.Mode.WriteAsync(1);
            Assert.Equal(1, (await plant.Mixing.Pump_001.Mode.ReadAsync()).Value);
            await Task.WhenAll(others.Select(connection => connection.DisposeAsync().AsTask()));
        }

        gateway.AssertNothingLeftBehind();
    }
}
