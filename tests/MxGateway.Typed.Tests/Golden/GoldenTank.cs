namespace MxGateway.Typed.Tests;

/// <summary>A plant of one object, whose attributes are of whatever class a test says.</summary>
internal sealed class GoldenPlant(MxGatewayConnection connection) : MxGalaxy(connection, new MxGalaxyTable(static () => "Tank_001|0|"u8))
{
    public GoldenTank Tank => Object<GoldenTank>(0);

    public static Task<GoldenPlant> ConnectAsync(MxGatewayOptions options) => ConnectAsync(options, static connection => new GoldenPlant(connection), default);

    protected override MxObject CreateObject(int @class, int row) => new GoldenTank(this, row);

    protected override Type ClassOf(int @class) => typeof(GoldenTank);
}

internal sealed class GoldenTank(MxGalaxy galaxy, int row) : MxObject(galaxy, row)
{
    protected override int SlotCount => 1;

    /// <summary>The one attribute that a test has.</summary>
    public T Only<T>()
        where T : MxTag, IMxNode<T> => Attribute<T>(0, "Value");
}
