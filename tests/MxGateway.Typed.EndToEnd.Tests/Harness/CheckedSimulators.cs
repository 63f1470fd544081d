using MxGateway.Typed.Simulator;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>Simulators for the Python client to check; disposed of together.</summary>
internal sealed class CheckedSimulators : IAsyncDisposable
{
    private readonly List<GatewaySimulator> _simulators = [];
    private readonly List<PeerJob> _jobs = [];

    /// <summary>What the client is asked to check.</summary>
    public IReadOnlyCollection<PeerJob> Jobs => _jobs;

    /// <summary>Starts a simulator of <see cref="SmallPlant"/>, or of another one, that stands still unless it is told to move.</summary>
    /// <param name="name">What its verdicts are found by.</param>
    /// <param name="users">Whether Galaxy security is on.</param>
    /// <param name="rules">The rules that it keeps; null for all.</param>
    /// <param name="only">The checks to run; null for all.</param>
    /// <param name="snapshot">The Galaxy.</param>
    /// <param name="changingPerSecond">How much of it moves.</param>
    public async Task StartAsync(string name, bool users, GatewayRules? rules = null, IReadOnlyList<string>? only = null, GalaxySnapshot? snapshot = null, double changingPerSecond = 0)
    {
        GatewaySimulator simulator = await GatewaySimulator.StartAsync(
            snapshot ?? SmallPlant.Snapshot,
            new GatewaySimulatorOptions { Keys = CheckedKeys.Simulator(users), ControlPort = 0, ChangingPerSecond = changingPerSecond, Rules = rules ?? GatewayRules.All });
        _simulators.Add(simulator);
        _jobs.Add(new PeerJob(name, simulator.Endpoint.Authority, simulator.ControlEndpoint, users, only));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GatewaySimulator simulator in _simulators)
            await simulator.DisposeAsync();
    }
}
