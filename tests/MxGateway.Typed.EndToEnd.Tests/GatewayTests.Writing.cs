using MxGateway.Contracts.Proto;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.TestSupport;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

public abstract partial class GatewayTests
{
    private static readonly Dictionary<string, string> s_users = new() { ["ann"] = "planted5ecret-a", ["bob"] = "planted5ecret-b" };
    private static readonly MxCredentials s_ann = new("ann", "planted5ecret-a"), s_bob = new("bob", "planted5ecret-b");

    [PeerFact]
    public async Task A_written_value_is_read_back_in_every_type()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Pump pump = plant.Mixing.Pump_001;
            Diagnostics diagnostics = plant.Utilities.Diagnostics_001;
            await pump.SpeedSetpoint.WriteAsync(42.5f);
            await pump.Cmd.WriteAsync(true);
            await pump.Mode.WriteAsync(-7);
            await diagnostics.Logbook.WriteAsync("Grüße, 水\nline 2");

            Assert.Equal(42.5f, (await pump.SpeedSetpoint.ReadAsync()).Value);
            Assert.True((await pump.Cmd.ReadAsync()).Value);
            Assert.Equal(-7, (await pump.Mode.ReadAsync()).Value);
            Assert.Equal("Grüße, 水\nline 2", (await diagnostics.Logbook.ReadAsync()).Value);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Writing_an_array_resizes_it()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        Recipe recipe = plant.Mixing.Recipe_001;
        await recipe.Setpoints.WriteAsync([1.5f, 2.5f, 3.5f]);
        await recipe.StepNames.WriteAsync(["fill", "", "mix 水"]);
        await recipe.StepEnabled.WriteAsync([true, false]);
        await recipe.StepTimes.WriteAsync([]);
        Assert.Equal([1.5f, 2.5f, 3.5f], (await recipe.Setpoints.ReadAsync()).Value);
        Assert.Equal(["fill", "", "mix 水"], (await recipe.StepNames.ReadAsync()).Value);
        Assert.Equal([true, false], (await recipe.StepEnabled.ReadAsync()).Value);
        Assert.Empty((await recipe.StepTimes.ReadAsync()).Value);
    }

    [PeerFact]
    public async Task Fifty_writes_to_one_tag_go_one_after_the_other_and_the_last_one_stays()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            await Task.WhenAll(Enumerable.Range(1, 50).Select(i => plant.Mixing.Pump_001.Mode.WriteAsync(i)));
            Assert.Equal(50, gateway.Count(MxCommandKind.Write));
            Assert.Equal(50, (await plant.Mixing.Pump_001.Mode.ReadAsync()).Value);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_write_that_MXAccess_refuses_says_why_and_changes_nothing()
    {
        // With Galaxy security on, a plain write needs a user.
        await using TestGateway gateway = await StartAsync(new() { Users = s_users });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        MxAttribute<float> setpoint = plant.Mixing.Pump_001.SpeedSetpoint;
        float before = (await setpoint.ReadAsync()).Value;
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => setpoint.WriteAsync(before + 1));
        Assert.Contains("Pump_001.SpeedSetpoint", failure.Message);
        Assert.Equal(MxStatusCategory.SecurityError, failure.Statuses.Single(status => !status.IsOk).Category);
        Assert.Equal(before, (await setpoint.ReadAsync()).Value);
    }

    [PeerFact]
    public async Task A_write_to_a_tag_that_is_not_deployed_any_more_is_never_sent()
    {
        await using TestGateway gateway = await StartAsync(new() { Objects = With("Pump_002", _ => null) });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Mixing.Pump_002.SpeedSetpoint.WriteAsync(1));
        Assert.Contains("Pump_002.SpeedSetpoint", failure.Message);
        Assert.Contains("Nothing was sent", failure.Message);
        Assert.Equal(0, gateway.Count(MxCommandKind.Write));
    }

    [PeerFact]
    public async Task A_scope_that_is_missing_for_a_write_is_named_with_the_tag()
    {
        await using TestGateway gateway = await StartAsync(new() { Scopes = ["session:open", "invoke:read", "events:read"] });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        MxAuthorizationException plain = await Assert.ThrowsAsync<MxAuthorizationException>(() => plant.Mixing.Pump_001.SpeedSetpoint.WriteAsync(1));
        Assert.Contains("Pump_001.SpeedSetpoint", plain.Message);
        Assert.Contains("invoke:write", plain.Message);
        MxAuthorizationException secured = await Assert.ThrowsAsync<MxAuthorizationException>(() => plant.Mixing.Valve_102.Command.WriteAsync(true, s_ann));
        Assert.Contains("Valve_102.Command", secured.Message);
        Assert.Contains("invoke:secure", secured.Message);
    }

    [PeerFact]
    public async Task Secured_and_verified_writes_are_signed()
    {
        await using TestGateway gateway = await StartAsync(new() { Users = s_users });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxVerifiedAttribute<bool> verified = plant.Mixing.Valve_101.Command;
            MxSecuredAttribute<bool> secured = plant.Mixing.Valve_102.Command;
            foreach (bool value in new[] { false, true })
            {
                await verified.WriteAsync(value, s_ann, s_bob);
                await secured.WriteAsync(value, s_bob);
                Assert.Equal(value, (await verified.ReadAsync()).Value);
                Assert.Equal(value, (await secured.ReadAsync()).Value);
            }
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Without_Galaxy_security_any_credentials_sign()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await plant.Mixing.Valve_101.Command.WriteAsync(false, s_ann, s_bob);
        await plant.Mixing.Valve_102.Command.WriteAsync(false, s_ann);
        Assert.False((await plant.Mixing.Valve_101.Command.ReadAsync()).Value);
        Assert.False((await plant.Mixing.Valve_102.Command.ReadAsync()).Value);
    }

    [PeerFact]
    public async Task A_wrong_password_is_a_rejected_write_that_shows_no_password()
    {
        await using TestGateway gateway = await StartAsync(new() { Users = s_users });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(
                () => plant.Mixing.Valve_102.Command.WriteAsync(true, new MxCredentials("ann", "planted5ecret-wrong")));
            Assert.Contains("ann", failure.Message);
            Assert.Contains("Valve_102.Command", failure.Message);
            Assert.DoesNotContain("planted", failure.ToString());
            Assert.Equal(0, gateway.Count(MxCommandKind.WriteSecured));
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_write_that_is_cancelled_before_it_began_is_not_sent()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plant.Mixing.Pump_001.SpeedSetpoint.WriteAsync(1, new CancellationToken(canceled: true)));
        Assert.Equal(0, gateway.Count(MxCommandKind.Write));
    }

    [PeerFact]
    public async Task Writes_that_are_issued_together_travel_in_bulk()
    {
        // A write to one element may bring a change of each of them: few enough that these fit the gateway's queue of events.
        const int Count = 30;
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Recipe recipe = plant.Mixing.Recipe_001;
            await recipe.Setpoints.WriteAsync(new float[Count]);
            MxAttribute<float>[] elements = [.. Enumerable.Range(1, Count).Select(i => recipe.Setpoints.Element(i))];
            IDisposable[] subscriptions = [.. elements.Select(element => element.Subscribe(_ => { }))];
            await Retry.Until("all elements have a value", () => elements.All(element => element.Value is not null));
            int before = gateway.Count(MxCommandKind.Write);
            (await plant.WriteAllAsync(elements.Select((element, i) => MxWrite.Of(element, i + 0.5f)))).EnsureConfirmed();
            Assert.Equal((1, before), (gateway.Count(MxCommandKind.WriteBulk), gateway.Count(MxCommandKind.Write)));
            Assert.Equal(Enumerable.Range(0, Count).Select(i => i + 0.5f), (await recipe.Setpoints.ReadAsync()).Value);
            Array.ForEach(subscriptions, subscription => subscription.Dispose());
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Each_of_many_writes_has_its_outcome()
    {
        await using TestGateway gateway = await StartAsync(new() { Users = s_users });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Pump pump = plant.Mixing.Pump_001;
            IReadOnlyList<MxWriteResult> results = await plant.WriteAllAsync(
            [
                MxWrite.Of(pump.SpeedSetpoint, 12.5f, s_ann),
                MxWrite.Of(pump.Mode, 3),
                MxWrite.Of(plant.Mixing.Valve_101.Command, true, s_ann, s_bob),
                MxWrite.Of(plant.Mixing.Valve_102.Command, true, new MxCredentials("bob", "planted5ecret-wrong")),
                MxWrite.Of(pump.SpeedSetpoint, 13.5f, s_ann),
            ]);
            Assert.Equal(
                [MxWriteOutcome.Confirmed, MxWriteOutcome.Rejected, MxWriteOutcome.Confirmed, MxWriteOutcome.Rejected, MxWriteOutcome.Confirmed],
                results.Select(result => result.Outcome));
            Assert.Equal(MxStatusCategory.SecurityError, results[1].Statuses.Single(status => !status.IsOk).Category);
            Assert.Equal(13.5f, (await pump.SpeedSetpoint.ReadAsync()).Value);
            Assert.DoesNotContain(results, result => result.ToString().Contains("planted", StringComparison.Ordinal));
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_value_is_given_its_own_time_stamp()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        var at = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
        await plant.Mixing.Pump_001.Mode.WriteAsync(5, new MxWriteOptions { Timestamp = at.ToOffset(TimeSpan.FromHours(2)) });
        await plant.Mixing.Valve_102.Command.WriteAsync(false, s_ann, new MxWriteOptions { Timestamp = at });
        Assert.Equal(at, (await plant.Mixing.Pump_001.Mode.ReadAsync()).Timestamp);
        Assert.Equal(at, (await plant.Mixing.Valve_102.Command.ReadAsync()).Timestamp);
        Assert.Equal((1, 1), (gateway.Count(MxCommandKind.Write2), gateway.Count(MxCommandKind.WriteSecured2)));
    }

    [PeerFact]
    public async Task With_Galaxy_security_on_a_plain_write_goes_in_a_users_name()
    {
        await using TestGateway gateway = await StartAsync(new() { Users = s_users });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await plant.Mixing.Pump_001.SpeedSetpoint.WriteAsync(31.5f, s_ann);
        Assert.Equal(31.5f, (await plant.Mixing.Pump_001.SpeedSetpoint.ReadAsync()).Value);
    }

    [PeerFact]
    public async Task Parts_of_an_array_are_written()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Recipe recipe = plant.Mixing.Recipe_001;
            await recipe.Setpoints.WriteAsync([1, 2, 3]);
            await recipe.Setpoints.Element(2).WriteAsync(20);
            Assert.Equal([1, 20, 3], (await recipe.Setpoints.ReadAsync()).Value);
            Assert.Equal(20, (await recipe.Setpoints.Element(2).ReadAsync()).Value);
            await recipe.StepNames.WriteAsync(["fill", "mix"]);
            await recipe.StepNames.Element(1).WriteAsync("empty");
            Assert.Equal(["empty", "mix"], (await recipe.StepNames.ReadAsync()).Value);

            await recipe.Setpoints.WriteSparseResettingOthersAsync(4, new Dictionary<int, float> { [1] = 10, [4] = 40 });
            Assert.Equal([10, 0, 0, 40], (await recipe.Setpoints.ReadAsync()).Value);
            await Assert.ThrowsAsync<MxWriteRejectedException>(() => recipe.Setpoints.Element(9).WriteAsync(1));
        }

        gateway.AssertNothingLeftBehind();
    }
}
