using MxGateway.Typed.Simulator;

namespace MxGateway.Typed.Tests;

/// <summary>The scopes that docs/usage.md says an application's key needs are enough for what it says, and none of them is too many.</summary>
public sealed class KeyScopeTests
{
    private static readonly MxCredentials s_ann = new("ann", "planted5ecret");
    private static readonly string[] s_connect = ["session:open", "invoke:read", "events:read"];

    [Fact]
    public async Task Connecting_needs_three()
    {
        await UseAsync(s_connect, _ => Task.CompletedTask);
        foreach (string scope in s_connect)
            await Assert.ThrowsAsync<MxAuthorizationException>(() => UseAsync(s_connect.Where(other => other != scope), _ => Task.CompletedTask));
    }

    [Fact]
    public Task Reading_and_advising_need_no_more() => AssertNeedsAsync(
        [],
        async plant =>
        {
            await plant.Pump_001.Speed.ReadAsync();
            await plant.Pump_001.Speed.AdviseAsync().FirstAsync();
        });

    [Fact]
    public Task Writing() => AssertNeedsAsync(["invoke:write"], plant => plant.Pump_001.Speed.WriteAsync(1));

    [Fact]
    public Task Writing_in_a_user_s_name() => AssertNeedsAsync(["invoke:write", "invoke:secure"], plant => plant.Pump_001.Speed.WriteAsync(1, s_ann));

    [Fact]
    public Task Writing_what_must_be_signed() => AssertNeedsAsync(["invoke:secure"], plant => plant.Pump_001.Signed.WriteAsync(true, s_ann));

    [Fact]
    public Task Verifying() => AssertNeedsAsync(["metadata:read"], plant => plant.VerifyAsync(MxVerifyScope.Of(plant.Pump_001.Speed)));

    private static async Task AssertNeedsAsync(string[] scopes, Func<TestPlant, Task> use)
    {
        await UseAsync([.. s_connect, .. scopes], use);
        foreach (string scope in scopes)
            await Assert.ThrowsAsync<MxAuthorizationException>(() => UseAsync([.. s_connect, .. scopes.Where(other => other != scope)], use));
    }

    private static async Task UseAsync(IEnumerable<string> scopes, Func<TestPlant, Task> use)
    {
        string keys = $$"""{"keys": [{"key": "mxgw_test_planted5ecret", "scopes": ["{{string.Join("\", \"", scopes)}}"]}]}""";
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync(keys);
        await using (simulator)
        {
            await using TestPlant plant = await TestPlant.ConnectAsync(options);
            await use(plant);
        }
    }
}
