using MxGateway.Contracts.Proto;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>What our client does with any gateway. The classes below it say which one: the simulator, or one that is not ours.</summary>
public abstract partial class GatewayTests
{
    private static readonly RepositoryObject[] s_objects = [.. SnapshotExpander.Expand(Tests.SamplePlant.Snapshot)];

    [PeerFact]
    public async Task Connecting_opens_and_disposal_leaves_nothing_behind()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(gateway.Options))
        {
            Assert.Equal(MxConnectionState.Open, connection.State);
            await connection.DisposeAsync();
            Assert.Equal(MxConnectionState.Closed, connection.State);
        }

        Assert.Equal((1, 1), (gateway.Count(MxCommandKind.Register), gateway.Count(MxCommandKind.Unregister)));
        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_wrong_key_is_told_from_everything_else()
    {
        await using TestGateway gateway = await StartAsync(new());
        MxGatewayOptions options = gateway.Options with { ApiKey = MxApiKey.From("mxgw_wrong_planted5ecret") };
        MxAuthorizationException failure = await Assert.ThrowsAsync<MxAuthorizationException>(() => MxGatewayConnection.ConnectAsync(options));
        Assert.Contains("does not accept the API key", failure.Message);
        Assert.Contains(options.Endpoint.ToString(), failure.Message);
        Assert.DoesNotContain("planted", failure.ToString());
    }

    [PeerTheory]
    [InlineData("session:open")]
    [InlineData("invoke:read")]
    [InlineData("events:read")]
    public async Task A_scope_that_is_missing_for_a_connection_is_named_and_no_session_is_left(string missing)
    {
        await using TestGateway gateway = await StartAsync(new() { Scopes = [.. TestGatewayOptions.AllScopes.Where(scope => scope != missing)] });
        MxAuthorizationException failure = await Assert.ThrowsAsync<MxAuthorizationException>(() => MxGatewayConnection.ConnectAsync(gateway.Options));
        Assert.Contains(missing, failure.Message);
        Assert.Contains("ask the gateway's administrator", failure.Message);
        if (missing != "session:open")
            gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_gateway_that_is_down_is_named_with_what_to_check()
    {
        await using TestGateway gateway = await StartAsync(new());
        MxGatewayOptions options = gateway.Options;
        await gateway.StopAsync();
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => MxGatewayConnection.ConnectAsync(options));
        Assert.Contains($"nothing listens at {options.Endpoint}", failure.Message);
    }

    [PeerFact]
    public async Task A_gateway_that_goes_away_turns_values_bad_and_everything_else_fails_at_once()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await AssertLossIsToldAsync(plant, gateway.StopAsync);
    }

    [PeerFact]
    public async Task An_exception_in_the_application_leaves_nothing_behind()
    {
        await using TestGateway gateway = await StartAsync(new());
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
            using IDisposable subscription = plant.Mixing.Pump_001.Running.Subscribe(_ => { });
            await foreach (MxSample<float> _ in plant.Mixing.Pump_001.Speed.AdviseAsync())
                throw new InvalidOperationException("the application fails");
        });
        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Two_connections_see_each_others_writes_and_close_each_its_own()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy one = await PlantGalaxy.ConnectAsync(gateway.Options))
        await using (IAsyncEnumerator<MxSample<float>> samples = one.Mixing.Pump_001.SpeedSetpoint.AdviseAsync().GetAsyncEnumerator())
        {
            Assert.True(await samples.MoveNextAsync());
            await using (PlantGalaxy other = await PlantGalaxy.ConnectAsync(gateway.Options))
                await other.Mixing.Pump_001.SpeedSetpoint.WriteAsync(31.5f);
            await UntilAsync(samples, sample => sample.Value == 31.5f);
        }

        gateway.AssertNothingLeftBehind();
    }

    /// <summary>Starts the gateway that this class is about.</summary>
    protected abstract Task<TestGateway> StartAsync(TestGatewayOptions options);

    /// <summary>An application that is told of the loss of its gateway in every way there is.</summary>
    internal static async Task AssertLossIsToldAsync(PlantGalaxy plant, Func<Task> lose)
    {
        Pump pump = plant.Mixing.Pump_001;
        await using IAsyncEnumerator<MxSample<float>> samples = pump.Speed.AdviseAsync().GetAsyncEnumerator();
        await UntilAsync(samples, sample => sample.IsGood);
        await lose();

        await UntilAsync(samples, sample => sample.Quality == MxQuality.BadNotConnected && sample.IsFromSession);
        Assert.Null(pump.Speed.Value);
        Assert.Equal(MxConnectionState.Disconnected, plant.Connection.State);
        Assert.Contains("Pump_001.SpeedSetpoint", (await Assert.ThrowsAsync<MxConnectionException>(() => pump.SpeedSetpoint.WriteAsync(1))).Message);
        Assert.Contains("Pump_001.Mode", (await Assert.ThrowsAsync<MxConnectionException>(() => pump.Mode.ReadAsync())).Message);
    }

    /// <summary>Waits for a sample; those before it may be any.</summary>
    internal static async Task UntilAsync<T>(IAsyncEnumerator<MxSample<T>> samples, Func<MxSample<T>, bool> matches)
    {
        do
            Assert.True(await samples.MoveNextAsync());
        while (!matches(samples.Current));
    }

    /// <summary>What is served of the sample plant, where one object differs from what the application was built for; null where it is gone.</summary>
    private static RepositoryObject[] With(string tagName, Func<RepositoryObject, RepositoryObject?> change) =>
        [.. s_objects.Select(o => o.TagName == tagName ? change(o) : o).OfType<RepositoryObject>()];

    private static Task NothingIsAdvised(TestGateway gateway) =>
        Retry.Until("what was advised is let go", () => gateway.Count(MxCommandKind.UnsubscribeBulk) == 1);
}

/// <summary>Our client with our simulator.</summary>
public sealed class SimulatorGatewayTests : GatewayTests
{
    /// <inheritdoc/>
    protected override Task<TestGateway> StartAsync(TestGatewayOptions options) => SimulatorGateway.StartAsync(options);
}

/// <summary>Our client with a gateway that is not ours.</summary>
public sealed class IndependentGatewayTests : GatewayTests
{
    /// <inheritdoc/>
    protected override Task<TestGateway> StartAsync(TestGatewayOptions options) => PythonGateway.StartAsync(options);
}

/// <summary>The same where the contract leaves a choice and the gateway chooses otherwise.</summary>
public sealed class IndependentGatewayOtherChoicesTests : GatewayTests
{
    /// <inheritdoc/>
    protected override Task<TestGateway> StartAsync(TestGatewayOptions options) =>
        PythonGateway.StartAsync(options, "--change-first", "--headers-late", "--shuffle", "7");
}
