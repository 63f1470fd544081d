using System.Globalization;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>Eight tanks, Tank_1 to Tank_8, with an Integer for each way to write.</summary>
internal sealed class WritePlant(MxGatewayConnection connection)
    : MxGalaxy(connection, new MxGalaxyTable(static () => "Tank_1|0|\nTank_2|0|\nTank_3|0|\nTank_4|0|\nTank_5|0|\nTank_6|0|\nTank_7|0|\nTank_8|0|"u8))
{
    public const int Count = 8;

    public static GalaxySnapshot Snapshot { get; } =
        SnapshotBuilder.Build([.. Enumerable.Range(1, Count).Select(Tank)], "0.1", deployTime: null, SnapshotFilter.None);

    public Tank[] Tanks => [.. Enumerable.Range(0, Count).Select(Object<Tank>)];

    public static Task<WritePlant> ConnectAsync(MxGatewayOptions options) =>
        ConnectAsync(options, static connection => new WritePlant(connection), CancellationToken.None);

    protected override MxObject CreateObject(int @class, int row) => new Tank(this, row);

    protected override Type ClassOf(int @class) => typeof(Tank);

    private static RepositoryObject Tank(int number)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"Tank_{number}");
        return new RepositoryObject
        {
            GobjectId = number,
            TagName = name,
            BrowseName = name,
            CategoryId = 10,
            TemplateChain = ["$Tank"],
            Attributes =
            [
                Attribute(name, "Level", MxSecurityClassification.Operate),
                Attribute(name, "Signed", MxSecurityClassification.SecuredWrite),
                Attribute(name, "Verified", MxSecurityClassification.VerifiedWrite),
                Attribute(name, "Measured", MxSecurityClassification.Operate, category: 2),
                Attribute(name, "Marker", MxSecurityClassification.FreeAccess),
                Attribute(name, "Steps", MxSecurityClassification.Operate, isArray: true),
            ],
        };
    }

    private static RepositoryAttribute Attribute(
        string tagName, string name, MxSecurityClassification security, int category = 6, bool isArray = false) => new()
    {
        AttributeName = name,
        FullTagReference = $"{tagName}.{name}{(isArray ? "[]" : "")}",
        MxDataType = (int)MxDataType.Integer,
        DataTypeName = "Integer",
        MxAttributeCategory = category,
        SecurityClassification = (int)security,
        IsArray = isArray,
        ArrayDimension = isArray ? 4 : 0,
        ArrayDimensionPresent = isArray,
    };
}

internal sealed class Tank(MxGalaxy galaxy, int row) : MxObject(galaxy, row)
{
    public MxAttribute<int> Level => Attribute<MxAttribute<int>>(0, "Level");

    public MxSecuredAttribute<int> Signed => Attribute<MxSecuredAttribute<int>>(1, "Signed");

    public MxVerifiedAttribute<int> Verified => Attribute<MxVerifiedAttribute<int>>(2, "Verified");

    /// <summary>Calculated: MXAccess refuses every write.</summary>
    public MxAttribute<int> Measured => Attribute<MxAttribute<int>>(3, "Measured");

    public MxArrayAttribute<int> Steps => Attribute<MxArrayAttribute<int>>(4, "Steps");

    protected override int SlotCount => 5;
}
