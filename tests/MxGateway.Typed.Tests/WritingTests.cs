using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Tests;

public sealed class WritingTests
{
    private const string WithUsers = """
        {"keys": [{"key": "mxgw_test_planted5ecret", "scopes": ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read"]}],
         "users": [{"name": "ann", "password": "planted5ecret-a", "guid": "00000000-0000-0000-0000-000000000001"}, {"name": "bob", "password": "planted5ecret-b", "guid": "00000000-0000-0000-0000-000000000002"}]}
        """;

    private static readonly MxCredentials s_ann = new("ann", "planted5ecret-a");
    private static readonly MxCredentials s_bob = new("bob", "planted5ecret-b");

    [Fact]
    public async Task A_written_value_is_read_back_in_every_type()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Pump pump = plant.Pump;
        await pump.Speed.WriteAsync(42.5f);
        await pump.Running.WriteAsync(true);
        await pump.Count.WriteAsync(-7);
        await pump.Total.WriteAsync(1e300);
        await pump.Note.WriteAsync("Grüße, 水");
        await pump.Started.WriteAsync(new DateTimeOffset(2026, 11, 2, 8, 15, 0, TimeSpan.FromHours(2)));
        await pump.RunTime.WriteAsync(TimeSpan.FromHours(30));
        await pump.Recipe.WriteAsync([1.5f, 2.5f]);
        await pump.Steps.WriteAsync(["fill", "", "mix"]);

        Assert.Equal(42.5f, (await pump.Speed.ReadAsync()).Value);
        Assert.True((await pump.Running.ReadAsync()).Value);
        Assert.Equal(-7, (await pump.Count.ReadAsync()).Value);
        Assert.Equal(1e300, (await pump.Total.ReadAsync()).Value);
        Assert.Equal("Grüße, 水", (await pump.Note.ReadAsync()).Value);
        Assert.Equal(new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero), (await pump.Started.ReadAsync()).Value);
        Assert.Equal(TimeSpan.FromHours(30), (await pump.RunTime.ReadAsync()).Value);
        Assert.Equal([1.5f, 2.5f], (await pump.Recipe.ReadAsync()).Value);
        Assert.Equal(["fill", "", "mix"], (await pump.Steps.ReadAsync()).Value);
    }

    [Fact]
    public async Task A_write_goes_to_an_item_that_has_a_value_and_lets_it_go_afterwards()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Speed.WriteAsync(1);
        await plant.NothingIsAdvised();
        Assert.Equal(
            ["SubscribeBulk Pump_001.Speed", "Write Pump_001.Speed", "UnsubscribeBulk Pump_001.Speed"],
            plant.Calls().Where(call => call.Contains("Speed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_refused_write_throws_with_MXAccess_status_and_changes_nothing()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        float before = (await plant.Pump.Measured.ReadAsync()).Value;
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.Measured.WriteAsync(before + 1));
        Assert.Contains("Pump_001.Measured", failure.Message);
        Assert.Equal(MxStatusCategory.SecurityError, failure.Statuses.Single(status => !status.IsOk).Category);
        Assert.Equal(before, (await plant.Pump.Measured.ReadAsync()).Value);
    }

    [Fact]
    public async Task A_write_of_the_wrong_type_is_refused_by_MXAccess()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.NoteAsFloat.WriteAsync(1));
        Assert.Equal(MxStatusCategory.OperationalError, failure.Statuses.Single(status => !status.IsOk).Category);
    }

    [Fact]
    public async Task A_write_to_a_wrong_reference_is_never_sent()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.Missing.WriteAsync(1));
        Assert.Contains("Pump_001.Missing", failure.Message);
        Assert.Contains("Nothing was sent", failure.Message);
        Assert.Equal(0, plant.Count(MxCommandKind.Write));
    }

    [Fact]
    public async Task A_plain_write_to_a_secured_attribute_says_who_must_sign()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.SignedAsPlain.WriteAsync(true));
        Assert.Contains("1012", failure.Message);
    }

    [Fact]
    public async Task Writes_to_one_tag_go_one_after_the_other_and_all_are_confirmed()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await Task.WhenAll(Enumerable.Range(1, 50).Select(i => plant.Pump.Count.WriteAsync(i)));
        Assert.Equal(50, plant.Count(MxCommandKind.Write));
        Assert.Equal(1, plant.Count(MxCommandKind.SubscribeBulk));
    }

    [Fact]
    public async Task Writes_in_quick_succession_find_their_item_however_its_release_falls_between_them()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        for (int i = 0; i < 300; i++)
            await plant.Pump.Count.WriteAsync(i);
        Assert.Equal(299, (await plant.Pump.Count.ReadAsync()).Value);
        await plant.NothingIsAdvised();
    }

    [Fact]
    public async Task A_secured_write_is_signed_by_an_operator()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(WithUsers);
        await plant.Pump.Signed.WriteAsync(true, s_ann);
        Assert.True((await plant.Pump.Signed.ReadAsync()).Value);
    }

    [Fact]
    public async Task A_verified_write_needs_two_different_users()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(WithUsers);
        await plant.Pump.Verified.WriteAsync(true, s_ann, s_bob);
        Assert.True((await plant.Pump.Verified.ReadAsync()).Value);
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => plant.Pump.Verified.WriteAsync(false, s_ann, new MxCredentials("ANN", "planted5ecret-a")));
        Assert.Contains("Pump_001.Verified", failure.Message);
    }

    [Fact]
    public async Task A_wrong_password_is_a_rejected_write_that_shows_no_password()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(WithUsers);
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.Signed.WriteAsync(true, new MxCredentials("ann", "planted5ecret-wrong")));
        Assert.Contains("ann", failure.Message);
        Assert.DoesNotContain("planted", failure.ToString());
        Assert.Equal(0, plant.Count(MxCommandKind.WriteSecured));
    }

    [Fact]
    public async Task A_write_that_was_cancelled_before_it_began_is_not_sent()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plant.Pump.Speed.WriteAsync(1, new CancellationToken(canceled: true)));
        Assert.Equal(0, plant.Count(MxCommandKind.Write));
    }

    [Fact]
    public async Task A_null_is_refused_before_the_wire()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await Assert.ThrowsAsync<ArgumentNullException>(() => plant.Pump.Note.WriteAsync(null!));
        ArgumentException element = await Assert.ThrowsAsync<ArgumentException>(() => plant.Pump.Steps.WriteAsync(["fill", null!]));
        Assert.Contains("Pump_001.Steps[]: element 2 is null", element.Message);
    }
}
