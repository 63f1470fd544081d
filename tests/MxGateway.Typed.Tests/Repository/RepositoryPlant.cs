using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Tests;

/// <summary>
/// A simulator of a small plant, and a client of its repository: an area with seven tanks, of which each contains a valve, and a pump that stands alone.
/// </summary>
internal sealed class RepositoryPlant : IAsyncDisposable
{
    public static readonly DateTimeOffset DeployTime = new(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);

    private RepositoryPlant(GatewaySimulator simulator, MxGatewayOptions options)
    {
        Simulator = simulator;
        Options = options;
        Client = new GalaxyRepositoryClient(options);
    }

    public static IReadOnlyList<RepositoryObject> Objects { get; } =
    [
        new() { GobjectId = 1, TagName = "Mixing", BrowseName = "Mixing", CategoryId = 13, IsArea = true, TemplateChain = ["$Area"] },
        .. Enumerable.Range(1, 7).SelectMany(number => new[] { Tank(number), Valve(number) }),
        new() { GobjectId = 2, TagName = "Pump_001", BrowseName = "Pump_001", CategoryId = 10, TemplateChain = ["$VfdPump", "$Pump"] },
    ];

    public GatewaySimulator Simulator { get; }

    public MxGatewayOptions Options { get; }

    public GalaxyRepositoryClient Client { get; }

    public static async Task<RepositoryPlant> StartAsync()
    {
        GatewaySimulator simulator = await GatewaySimulator.StartAsync(Snapshot(DeployTime), new GatewaySimulatorOptions { ChangingPerSecond = 0 });
        return new RepositoryPlant(simulator, new MxGatewayOptions { Endpoint = simulator.Endpoint, ApiKey = MxApiKey.From(simulator.GeneratedKey!) });
    }

    public static GalaxySnapshot Snapshot(DateTimeOffset deployTime) => SnapshotBuilder.Build([.. Objects], "0.1", deployTime, SnapshotFilter.None);

    public Task DeployAsync(DateTimeOffset deployTime) => Simulator.RedeployAsync(Snapshot(deployTime));

    public int Calls(string method) => Simulator.Calls.ToList().Count(call => call.Method == method);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    private static RepositoryObject Tank(int number) => new()
    {
        GobjectId = 10 * number, TagName = $"Tank_00{number}", BrowseName = $"Tank_00{number}", ParentGobjectId = 1, CategoryId = 10, HostedByGobjectId = 4, TemplateChain = ["$Tank"],
        Attributes =
        [
            new()
            {
                AttributeName = "Level", FullTagReference = $"Tank_00{number}.Level", MxDataType = 3, DataTypeName = "Float", MxAttributeCategory = 2, SecurityClassification = 6,
                IsHistorized = number == 3, IsAlarm = number == 4,
            },
            new()
            {
                AttributeName = "Recipe", FullTagReference = $"Tank_00{number}.Recipe[]", MxDataType = 77, DataTypeName = "Odd", IsArray = true, ArrayDimension = 4, ArrayDimensionPresent = true,
                MxAttributeCategory = 6, SecurityClassification = 1,
            },
        ],
    };

    private static RepositoryObject Valve(int number) => new()
    {
        GobjectId = (10 * number) + 1, TagName = $"Valve_00{number}", ContainedName = "Valve", BrowseName = "Valve", ParentGobjectId = 10 * number, CategoryId = 10, TemplateChain = ["$Valve"],
    };
}
