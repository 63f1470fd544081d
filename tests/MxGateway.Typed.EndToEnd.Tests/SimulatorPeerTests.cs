using MxGateway.Typed.EndToEnd.Tests.Harness;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>The simulator, judged by a client that is not ours.</summary>
public class SimulatorPeerTests
{
    [PeerFact]
    public async Task The_python_client_finds_nothing_wrong_with_the_simulator()
    {
        await using var simulators = new CheckedSimulators();
        await simulators.StartAsync("still", users: false);
        await simulators.StartAsync("still, security on", users: true);
        await simulators.StartAsync("moving", users: false, changingPerSecond: 20);
        await simulators.StartAsync("moving, security on", users: true, changingPerSecond: 20);

        IReadOnlyDictionary<string, PeerCheck> checks = await PythonClient.ListAsync();
        ILookup<string, PeerVerdict> verdicts = await PythonClient.RunAsync(simulators.Jobs);
        Assert.All(simulators.Jobs, job => Assert.All(verdicts[job.Name], verdict => Assert.True(verdict.Passed is not false, $"{job.Name}: {verdict.Line}")));

        // Nothing is left out but what needs the other kind of security.
        Assert.All(simulators.Jobs, job => Assert.Equal(
            checks.Where(check => check.Value.Users is null || check.Value.Users == job.Users).Select(check => check.Key),
            verdicts[job.Name].Where(verdict => verdict.Passed is true).Select(verdict => verdict.Check)));
    }

    [PeerFact]
    public async Task The_python_client_finds_nothing_wrong_with_the_sample_plant()
    {
        await using var simulators = new CheckedSimulators();
        await simulators.StartAsync("sample", users: false, snapshot: SamplePlant.Snapshot, changingPerSecond: 0.1);
        ILookup<string, PeerVerdict> verdicts = await PythonClient.RunAsync(simulators.Jobs);
        Assert.All(verdicts["sample"], verdict => Assert.True(verdict.Passed is not false, verdict.Line));
    }
}
