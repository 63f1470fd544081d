using System.Globalization;
using System.Text;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Tests;

/// <summary>What the generator would emit for a hundred pumps, each in an own area's reach; see <see cref="PlainPump"/>.</summary>
internal sealed class PumpsPlant(MxGatewayConnection connection) : MxGalaxy(connection, new MxGalaxyTable(static () => s_rows, "2026-11-02T06:15:00.0000000Z"))
{
    public const int Count = 100;

    public static readonly DateTimeOffset DeployTime = new(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);

    private static readonly byte[] s_rows = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, Count).Select(number => $"{Name(number)}|0|")));

    /// <summary>The Galaxy that it is made of.</summary>
    public static RepositoryObject[] Galaxy() => [.. Enumerable.Range(0, Count).Select(Pump)];

    public static GalaxySnapshot Snapshot(IEnumerable<RepositoryObject> objects, DateTimeOffset deployTime) =>
        SnapshotBuilder.Build([.. objects], "0.1", deployTime, SnapshotFilter.None);

    public static async Task<(GatewaySimulator Simulator, PumpsPlant Plant)> StartAsync(params string[] scopes)
    {
        string[] all = scopes.Length > 0 ? scopes : ["session:open", "invoke:read", "events:read", "metadata:read"];
        byte[] keys = Encoding.UTF8.GetBytes($$"""{"keys": [{"key": "mxgw_test_planted5ecret", "scopes": ["{{string.Join("\", \"", all)}}"]}]}""");
        GatewaySimulator simulator = await GatewaySimulator.StartAsync(
            Snapshot(Galaxy(), DeployTime), new GatewaySimulatorOptions { ChangingPerSecond = 0, Keys = SimulatorKeys.Parse(keys) });
        var options = new MxGatewayOptions { Endpoint = simulator.Endpoint, ApiKey = MxApiKey.From("mxgw_test_planted5ecret") };
        return (simulator, await ConnectAsync(options, static connection => new PumpsPlant(connection), default));
    }

    public PlainPump At(int row) => Object<PlainPump>(row);

    protected override MxObject CreateObject(int @class, int row) => new PlainPump(this, row);

    protected override Type ClassOf(int @class) => typeof(PlainPump);

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"Pump_{number:000}");

    private static RepositoryObject Pump(int number) => new()
    {
        GobjectId = number + 1,
        TagName = Name(number),
        BrowseName = Name(number),
        CategoryId = 10,
        TemplateChain = ["$Pump"],
        Attributes =
        [
            Attribute(number, "Speed"), Attribute(number, "Note"), Attribute(number, "Recipe").With(reference: $"{Name(number)}.Recipe[]", isArray: true),
            Attribute(number, "PV"), Attribute(number, "PV.HiHi.Limit"),
        ],
    };

    private static RepositoryAttribute Attribute(int number, string name) => new()
    {
        AttributeName = name, FullTagReference = $"{Name(number)}.{name}", MxDataType = 3, DataTypeName = "Float", MxAttributeCategory = 6, SecurityClassification = 1,
    };
}
