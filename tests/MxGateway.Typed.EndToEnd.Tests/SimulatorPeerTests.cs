using System.Text;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>The simulator, judged by a client that is not ours.</summary>
public class SimulatorPeerTests
{
    private const string Key = "mxgw_full_0123456789", ReadKey = "mxgw_read_0123456789";

    [PeerFact]
    public Task The_python_client_finds_nothing_wrong_with_a_simulator_that_stands_still() => CheckAsync(SmallPlant.Snapshot, changingPerSecond: 0);

    [PeerFact]
    public Task The_python_client_finds_nothing_wrong_with_a_simulator_whose_values_move() => CheckAsync(SmallPlant.Snapshot, changingPerSecond: 20);

    [PeerFact]
    public Task The_python_client_finds_nothing_wrong_with_the_sample_plant() => CheckAsync(SamplePlant.Snapshot, changingPerSecond: 0.1);

    private static async Task CheckAsync(GalaxySnapshot snapshot, double changingPerSecond)
    {
        const string keys = $$"""
            {"keys": [
                {"key": "{{Key}}", "scopes": ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read", "metadata:read"]},
                {"key": "{{ReadKey}}", "scopes": ["session:open", "invoke:read", "events:read", "metadata:read"]}
            ]}
            """;
        await using GatewaySimulator simulator = await GatewaySimulator.StartAsync(
            snapshot, new GatewaySimulatorOptions { Keys = SimulatorKeys.Parse(Encoding.UTF8.GetBytes(keys)), ChangingPerSecond = changingPerSecond });
        // To the simulator, as it says of itself, a reference to an element is a wrong one.
        Assert.NotEmpty(await PythonClient.CheckAsync(simulator.Endpoint, Key, ReadKey, "--leave-out", "the_elements_of_an_array_count_from_one"));
    }
}
