using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>What a read gives, row by row of the table in docs/reading.md, with ReadBulk and without: the simulator can do both.</summary>
public sealed class ReadOutcomeTests
{
    private const string Speed = "Pump_001.Speed";
    private const string KeptKey = """{"keys": [{"key": "mxgw_test_planted5ecret", "scopes": ["session:open", "invoke:read", "events:read", "invoke:write"], "tags": ["Pump_001.PV"]}]}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tag_that_is_off_scan_is_bad_and_says_which_how_long_and_why(bool hasReadBulk)
    {
        await using SimulatedPlant plant = await StartAsync(hasReadBulk, configure: options => options with { ReadTimeout = TimeSpan.FromSeconds(0.2) });
        plant.Simulator.Faults.Silence(Speed);
        MxSample<float> sample = await plant.Pump.Speed.ReadAsync();
        Assert.Equal((MxQuality.BadWaitingForInitialData, MxStatusCategory.CommunicationError, false), (sample.Quality, sample.Status.Category, sample.HasValue));
        Assert.StartsWith("Pump_001.Speed: no value within 0.2 s; its object may be off scan, its engine stopped, or its device silent", sample.Status.Text);
        await plant.NothingIsAdvised();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_reference_is_bad_at_once_and_is_named(bool hasReadBulk)
    {
        await using SimulatedPlant plant = await StartAsync(hasReadBulk, configure: options => options with { ReadTimeout = TimeSpan.FromMinutes(1) });
        MxSample<float> sample = await plant.Pump.Missing.ReadAsync();
        Assert.Equal((MxQuality.BadConfigurationError, MxStatusCategory.ConfigurationError, false), (sample.Quality, sample.Status.Category, sample.HasValue));
        Assert.Contains("Pump_001.Missing", sample.Status.Text);
        await plant.NothingIsAdvised();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tag_that_the_key_may_not_use_is_bad_alone(bool hasReadBulk)
    {
        await using SimulatedPlant plant = await StartAsync(hasReadBulk, KeptKey);
        MxSample<float>[] samples = await Task.WhenAll(plant.Pump.Speed.ReadAsync(), plant.Pump.PV.ReadAsync());
        Assert.True(samples[1].IsGood);
        Assert.True(samples[0].Quality.IsBad);
        Assert.Contains("Pump_001.Speed", samples[0].Status.Text);
        Assert.Contains("may not use", samples[0].Status.Text);
    }

    [Fact]
    public async Task A_key_without_the_scope_is_an_exception_that_names_the_tag()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Take = (command, context) =>
        {
            if (command.Kind != MxCommandKind.ReadBulk)
                return false;
            context.Response.Headers["grpc-status"] = ((int)GrpcStatusCode.PermissionDenied).ToString();
            context.Response.Headers["grpc-message"] = "invoke:read is missing";
            return true;
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxAuthorizationException failure = await Assert.ThrowsAsync<MxAuthorizationException>(() => plant.Pump_001.Speed.ReadAsync());
        Assert.StartsWith("reading Pump_001.Speed: ", failure.Message);
        Assert.Contains("invoke:read", failure.Message);
    }

    [Fact]
    public async Task A_null_is_no_value_and_not_good_whatever_its_quality()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind != MxCommandKind.ReadBulk ? null : ScriptedGateway.Read(command, tag => tag switch
        {
            "Pump_001.Speed" => new() { WasSuccessful = true, Quality = 192, Value = new() { IsNull = true } },
            _ => new() { WasSuccessful = true, Quality = 192 },
        }));
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        foreach (MxSample<float> sample in await Task.WhenAll(plant.Pump_001.Speed.ReadAsync(), plant.Pump_001.PV.ReadAsync()))
        {
            Assert.Equal((false, false, 192), (sample.HasValue, sample.IsGood, sample.Quality.Code));
            Assert.Throws<InvalidOperationException>(() => sample.Value);
        }
    }

    [Fact]
    public async Task A_value_of_bad_quality_is_told_with_its_quality_and_never_as_good()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind != MxCommandKind.ReadBulk ? null
            : ScriptedGateway.Read(command, _ => new() { WasSuccessful = true, Quality = 24, Value = new() { FloatValue = 5 }, Statuses = { new MxStatusProxy { Category = Contracts.Proto.MxStatusCategory.CommunicationError } } }));
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxSample<float> sample = await plant.Pump_001.Speed.ReadAsync();
        Assert.Equal((5f, 24, MxStatusCategory.CommunicationError), (sample.Value, sample.Quality.Code, sample.Status.Category));
        Assert.False(sample.TryGetGood(out _));
    }

    [Theory]
    [InlineData(192)]
    [InlineData(0)]
    public async Task A_row_that_failed_is_bad_names_its_tag_and_passes_no_value_off(int quality)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind != MxCommandKind.ReadBulk ? null
            : ScriptedGateway.Read(command, _ => new() { Quality = quality, Value = new() { FloatValue = 5 }, ErrorMessage = "no such thing" }));
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxSample<float> sample = await plant.Pump_001.Speed.ReadAsync();
        Assert.True(sample.Quality.IsBad);
        Assert.False(sample.HasValue);
        Assert.Equal("Pump_001.Speed: no such thing", sample.Status.Text);
    }

    [Fact]
    public async Task Rows_that_do_not_match_the_request_are_a_fault_of_the_gateway()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind != MxCommandKind.ReadBulk ? null : new MxCommandReply { Kind = command.Kind, ReadBulk = new() });
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Assert.Contains("reading Pump_001.Speed: the gateway answered with 0 rows for 1 entries", (await Assert.ThrowsAsync<MxProtocolException>(() => plant.Pump_001.Speed.ReadAsync())).Message);
    }

    internal static async Task<SimulatedPlant> StartAsync(bool hasReadBulk, string? keys = null, Func<MxGatewayOptions, MxGatewayOptions>? configure = null)
    {
        SimulatedPlant plant = await SimulatedPlant.StartAsync(keys, configure);
        if (!hasReadBulk)
            plant.Simulator.Faults.Unimplemented(MxCommandKind.ReadBulk);
        return plant;
    }
}
