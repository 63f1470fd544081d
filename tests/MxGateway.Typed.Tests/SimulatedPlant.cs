using System.Text;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>A plant that is connected with a simulator of its own, over a real socket. Values move only by writes.</summary>
internal sealed class SimulatedPlant : IAsyncDisposable
{
    private SimulatedPlant(GatewaySimulator simulator, MxGatewayOptions options, TestPlant plant)
    {
        Simulator = simulator;
        Options = options;
        Plant = plant;
    }

    public GatewaySimulator Simulator { get; }

    public MxGatewayOptions Options { get; }

    public TestPlant Plant { get; }

    public Pump Pump => Plant.Pump_001;

    public static async Task<SimulatedPlant> StartAsync(
        string? keys = null, Func<MxGatewayOptions, MxGatewayOptions>? configure = null, Func<GatewaySimulatorOptions, GatewaySimulatorOptions>? simulate = null)
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await StartSimulatorAsync(keys, configure, simulate);
        return new SimulatedPlant(simulator, options, await TestPlant.ConnectAsync(options));
    }

    /// <summary>A simulator, and the options that reach it.</summary>
    public static async Task<(GatewaySimulator Simulator, MxGatewayOptions Options)> StartSimulatorAsync(
        string? keys = null, Func<MxGatewayOptions, MxGatewayOptions>? configure = null, Func<GatewaySimulatorOptions, GatewaySimulatorOptions>? simulate = null)
    {
        var still = new GatewaySimulatorOptions { ChangingPerSecond = 0, Keys = keys is null ? null : SimulatorKeys.Parse(Encoding.UTF8.GetBytes(keys)) };
        GatewaySimulator simulator = await GatewaySimulator.StartAsync(TestGalaxy.Snapshot, simulate?.Invoke(still) ?? still);

        // What must be done in time is: a busy machine gets more of it.
        var options = new MxGatewayOptions
        {
            Endpoint = simulator.Endpoint,
            ApiKey = MxApiKey.From(simulator.GeneratedKey ?? "mxgw_test_planted5ecret"),
            WriteTimeout = Retry.Patience,
            CloseTimeout = Retry.Patience,
        };
        return (simulator, configure?.Invoke(options) ?? options);
    }

    /// <summary>The commands and calls so far, in order, such as <c>SubscribeBulk Pump_001.Speed</c>.</summary>
    public string[] Calls() => [.. Simulator.Calls.ToList().Select(call => call.ToString())];

    public int Count(MxCommandKind kind) => Simulator.Calls.ToList().Count(call => call.Command == kind);

    /// <summary>Waits until a command is on record so often; it is put there only when its answer has been given.</summary>
    public Task OnRecord(MxCommandKind kind, int count) => Retry.Until($"{kind} is on record {count} times", () => Count(kind) == count);

    public Task NothingIsAdvised() => Retry.Until("nothing is advised", () => Simulator.Counts is { Items: 0, AdvisedItems: 0 });

    public async ValueTask DisposeAsync()
    {
        await Plant.DisposeAsync();
        await Simulator.DisposeAsync();
    }
}
