using MxGateway.Contracts.Proto;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Snapshot;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

public abstract partial class GatewayTests
{
    [PeerFact]
    public async Task Every_data_type_is_read_as_its_CLR_type()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Pump pump = plant.Mixing.Pump_001;
            Diagnostics all = plant.Utilities.Diagnostics_001;
            Assert.All(
                [
                    (await pump.Speed.ReadAsync()).IsGood, (await pump.Running.ReadAsync()).IsGood, (await pump.Mode.ReadAsync()).IsGood,
                    (await all.Greeting.ReadAsync()).IsGood, (await all.LastCheck.ReadAsync()).IsGood, (await all.LastWriteStatus.ReadAsync()).IsGood,
                    (await all.Logbook.ReadAsync()).IsGood, (await all.OperatingMode.ReadAsync()).IsGood, (await all.ProbeQuality.ReadAsync()).IsGood,
                    (await all.ProbeSecurity.ReadAsync()).IsGood, (await all.ProbeType.ReadAsync()).IsGood, (await all.RawFrame.ReadAsync()).IsGood,
                    (await all.Target.ReadAsync()).IsGood, (await all.Uptime.ReadAsync()).IsGood,
                ],
                Assert.True);
            Assert.Equal(12, (await plant.Mixing.Recipe_001.Setpoints.ReadAsync()).Value.Count);
            Assert.Equal(12, (await plant.Mixing.Recipe_001.StepNames.ReadAsync()).Value.Count);
            Assert.Equal(TimeSpan.Zero, (await all.LastCheck.ReadAsync()).Value.Offset);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task An_object_is_read_as_a_record_by_one_command()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            VfdPump pump = plant.Mixing.Pump_001;
            await pump.SpeedSetpoint.WriteAsync(42.5f);
            int before = gateway.Count(MxCommandKind.ReadBulk);
            VfdPumpValues values = await pump.ReadAllAsync();

            Assert.Equal(before + 1, gateway.Count(MxCommandKind.ReadBulk));
            Assert.Equal(42.5f, values.SpeedSetpoint.Value);
            Assert.True(values.WorstQuality.IsGood);
            Assert.InRange(values.SpeedSetpoint.Timestamp, values.OldestTimestamp, values.OldestTimestamp + values.TimeSkew);
            Assert.True(values.PV.HiHi.Limit.IsGood);
            Assert.Equal((await pump.PV.HiHi.Limit.ReadAsync()).Value, values.PV.HiHi.Limit.Value);
            Assert.Equal((await pump.PV.ReadAllAsync()).HiHi.Limit.Value, values.PV.HiHi.Limit.Value);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task An_object_that_differs_is_read_as_what_it_is_and_through_its_template_as_far_as_that_is_true()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        global::SamplePlant.Objects.Tank_003Values own = await plant.Mixing.Tank_003.ReadAllAsync();
        TankValues ofTemplate = await ((Tank)plant.Mixing.Tank_003).ReadAllAsync();

        Assert.True(own.BatchId.IsGood);
        Assert.True(own.WorstQuality.IsGood);
        Assert.Equal(MxQuality.BadConfigurationError, ofTemplate.WorstQuality);
        Assert.Contains("reach it as BatchId of SamplePlant.Objects.Tank_003", ofTemplate.BatchId.Status.Text);
        Assert.Equal(own.Volume.Quality, ofTemplate.Volume.Quality);
    }

    [PeerFact]
    public async Task Two_hundred_reads_at_once_are_each_answered_with_their_own_tag()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        Pump[] pumps = [.. plant.All<Pump>()];
        for (int i = 0; i < pumps.Length; i++)
            await pumps[i].SpeedSetpoint.WriteAsync(i + 0.5f);
        MxSample<float>[] samples = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => pumps[i % pumps.Length].SpeedSetpoint.ReadAsync()));
        Assert.InRange(gateway.Count(MxCommandKind.ReadBulk), 1, 5);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (i % pumps.Length) + 0.5f), samples.Select(sample => sample.Value));
    }

    [PeerFact]
    public async Task An_advised_tag_is_read_without_asking_the_gateway()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await using IAsyncEnumerator<MxSample<float>> samples = plant.Mixing.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        Assert.True(await samples.MoveNextAsync());
        Assert.Equal(samples.Current, await plant.Mixing.Pump_001.Speed.ReadAsync());
        Assert.Equal(0, gateway.Count(MxCommandKind.ReadBulk));
        Assert.True((await plant.Mixing.Pump_001.Mode.ReadAsync()).IsGood);
        Assert.Equal(1, gateway.Count(MxCommandKind.ReadBulk));
    }

    [PeerFact]
    public async Task A_tag_that_is_not_deployed_any_more_is_a_bad_sample_that_names_it()
    {
        await using TestGateway gateway = await StartAsync(new() { Objects = With("Pump_002", _ => null) });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        MxSample<float> sample = await plant.Mixing.Pump_002.Speed.ReadAsync();
        Assert.False(sample.HasValue);
        Assert.True(sample.Quality.IsBad);
        Assert.Equal(MxStatusCategory.ConfigurationError, sample.Status.Category);
        Assert.Contains("Pump_002.Speed", sample.Status.ToString());
        Assert.True((await plant.Mixing.Pump_001.Speed.ReadAsync()).IsGood);
    }

    [PeerFact]
    public async Task A_tag_that_is_of_another_type_by_now_is_a_bad_sample_that_names_both()
    {
        await using TestGateway gateway = await StartAsync(new()
        {
            Objects = With("Pump_001", pump => new RepositoryObject
            {
                GobjectId = pump.GobjectId,
                TagName = pump.TagName,
                BrowseName = pump.BrowseName,
                ParentGobjectId = pump.ParentGobjectId,
                CategoryId = pump.CategoryId,
                TemplateChain = pump.TemplateChain,
                Attributes =
                [
                    new()
                    {
                        AttributeName = "Speed",
                        FullTagReference = "Pump_001.Speed",
                        MxDataType = (int)MxDataType.String,
                        DataTypeName = "String",
                        MxAttributeCategory = 2,
                    },
                ],
            }),
        });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        MxSample<float> sample = await plant.Mixing.Pump_001.Speed.ReadAsync();
        Assert.Equal(MxQuality.BadConfigurationError, sample.Quality);
        Assert.Contains("Pump_001.Speed: the snapshot says Float, the gateway sent String", sample.Status.Text);
    }

    [PeerFact]
    public async Task A_read_that_is_cancelled_before_it_began_is_not_sent()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plant.Mixing.Pump_001.Speed.ReadAsync(new CancellationToken(canceled: true)));
        Assert.True((await plant.Mixing.Pump_001.Speed.ReadAsync()).IsGood);
    }
}
