using System.Text.Json;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>The simulator as a test's gateway.</summary>
public sealed class SimulatorGateway : TestGateway
{
    private readonly GatewaySimulator _simulator;

    private SimulatorGateway(GatewaySimulator simulator, string key)
    {
        _simulator = simulator;
        Key = key;
    }

    /// <inheritdoc/>
    public override Uri Endpoint => _simulator.Endpoint;

    /// <inheritdoc/>
    public override string Key { get; }

    /// <summary>Starts a simulator.</summary>
    public static async Task<TestGateway> StartAsync(TestGatewayOptions options)
    {
        string key = $"mxgw_full_planted5ecret{Guid.NewGuid():N}";
        byte[] keys = JsonSerializer.SerializeToUtf8Bytes(new
        {
            keys = new[] { new { key, scopes = options.Scopes } },
            users = options.Users.Select(user => new { name = user.Key, password = user.Value, guid = Guid.NewGuid() }),
        });
        GatewaySimulator simulator = await GatewaySimulator.StartAsync(
            Snapshot(options.Objects, options.DeployTime),
            new GatewaySimulatorOptions { Keys = SimulatorKeys.Parse(keys), ChangingPerSecond = options.IsMoving ? 20 : 0 });
        if (options.NeverCompleted.Count > 0)
            simulator.Faults.CompleteWrites(CompletionOrder.Never, options.NeverCompleted);
        simulator.Faults.Silence(options.OffScan);
        simulator.Faults.Unimplemented(options.Without);
        return new SimulatorGateway(simulator, key);
    }

    /// <inheritdoc/>
    public override int Count(MxCommandKind kind) => _simulator.Calls.ToList().Count(call => call.Command == kind);

    /// <inheritdoc/>
    public override Task UnderWayAsync(MxCommandKind kind)
    {
        // The call record has only what has ended.
        int ended = Count(kind);
        return Retry.Until($"{kind} is under way", () => Count(kind) == ended && _simulator.Counts.PendingCommands > 0);
    }

    /// <inheritdoc/>
    public override void AssertNothingLeftBehind()
    {
        // A call that was refused has left nothing.
        SimulatorCall[] calls = [.. _simulator.Calls.ToList().Where(call => call.Refusal is null)];
        Assert.Equal(default, _simulator.Counts);
        Assert.Equal(
            Items(
                calls,
                MxCommandKind.SubscribeBulk,
                MxCommandKind.AddItemBulk,
                MxCommandKind.AddItem,
                MxCommandKind.AddItem2,
                MxCommandKind.AddBufferedItem),
            Items(calls, MxCommandKind.UnsubscribeBulk, MxCommandKind.RemoveItemBulk, MxCommandKind.RemoveItem));
        Assert.Equal(calls.Count(call => call.Command == MxCommandKind.Register), calls.Count(call => call.Command == MxCommandKind.Unregister));
        Assert.Equal("CloseSession", calls[^1].Method);
    }

    /// <inheritdoc/>
    public override Task StopAsync() => _simulator.DisposeAsync().AsTask();

    /// <inheritdoc/>
    public override Task KillAsync() => _simulator.KillAsync();

    /// <inheritdoc/>
    public override Task DeployAsync(IReadOnlyList<RepositoryObject> objects, DateTimeOffset time) => _simulator.RedeployAsync(Snapshot(objects, time));

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _simulator.DisposeAsync();

    private static GalaxySnapshot Snapshot(IReadOnlyList<RepositoryObject> objects, DateTimeOffset deployTime) =>
        SnapshotBuilder.Build(objects, "0.1", deployTime, SnapshotFilter.None);

    private static IEnumerable<string> Items(IReadOnlyList<SimulatorCall> calls, params MxCommandKind[] kinds) =>
        calls.Where(call => call.Command is { } kind && kinds.Contains(kind)).SelectMany(call => call.Items).Order(StringComparer.Ordinal);
}
