namespace MxGateway.Typed.Tests;

/// <summary>What the generator would emit for <see cref="TestGalaxy"/>, with a few lies that a wrong snapshot would bring.</summary>
internal sealed class TestPlant(MxGatewayConnection connection) : MxGalaxy(connection, new MxGalaxyTable(static () => "Pump_001|0|\nPump_002|0|"u8))
{
    public Pump Pump_001 => Object<Pump>(0);

    public static Task<TestPlant> ConnectAsync(MxGatewayOptions options, CancellationToken cancellationToken = default) =>
        ConnectAsync(options, static connection => new TestPlant(connection), cancellationToken);

    protected override MxObject CreateObject(int @class, int row) => new Pump(this, row);

    protected override Type ClassOf(int @class) => typeof(Pump);
}

internal sealed class Pump(MxGalaxy galaxy, int row) : MxObject(galaxy, row)
{
    public MxAttribute<float> Speed => Attribute<MxAttribute<float>>(0, "Speed");

    public MxAttribute<bool> Running => Attribute<MxAttribute<bool>>(1, "Running");

    public MxAttribute<int> Count => Attribute<MxAttribute<int>>(2, "Count");

    public MxAttribute<double> Total => Attribute<MxAttribute<double>>(3, "Total");

    public MxStringAttribute Note => Attribute<MxStringAttribute>(4, "Note");

    public MxAttribute<DateTimeOffset> Started => Attribute<MxAttribute<DateTimeOffset>>(5, "Started");

    public MxAttribute<TimeSpan> RunTime => Attribute<MxAttribute<TimeSpan>>(6, "RunTime");

    public MxAttribute<MxQualifiedEnum> Mode => Attribute<MxAttribute<MxQualifiedEnum>>(7, "Mode");

    public MxAttribute<MxDataType> Kind => Attribute<MxAttribute<MxDataType>>(8, "Kind");

    public MxReadOnlyAttribute<ReadOnlyMemory<byte>> Blob => Attribute<MxReadOnlyAttribute<ReadOnlyMemory<byte>>>(9, "Blob");

    public MxReadOnlyAttribute<MxVariant> Odd => Attribute<MxReadOnlyAttribute<MxVariant>>(10, "Odd");

    public MxArrayAttribute<float> Recipe => Attribute<MxArrayAttribute<float>>(11, "Recipe");

    public MxArrayAttribute<string> Steps => Attribute<MxArrayAttribute<string>>(12, "Steps");

    public MxSecuredAttribute<bool> Signed => Attribute<MxSecuredAttribute<bool>>(13, "Signed");

    public MxVerifiedAttribute<bool> Verified => Attribute<MxVerifiedAttribute<bool>>(14, "Verified");

    public PumpPV PV => Attribute<PumpPV>(15, "PV");

    /// <summary>Not in the Galaxy.</summary>
    public MxAttribute<float> Missing => Attribute<MxAttribute<float>>(16, "Missing");

    /// <summary>Text in the Galaxy.</summary>
    public MxAttribute<float> NoteAsFloat => Attribute<MxAttribute<float>>(17, "Note");

    /// <summary>Calculated in the Galaxy: MXAccess takes no write.</summary>
    public MxAttribute<float> Measured => Attribute<MxAttribute<float>>(18, "Measured");

    /// <summary>Takes secured writes only.</summary>
    public MxAttribute<bool> SignedAsPlain => Attribute<MxAttribute<bool>>(19, "Signed");

    /// <summary>Differs in Pump_002.</summary>
    public MxAttribute<float> Differing => Attribute<MxAttribute<float>>(20, "Speed");

    protected override int SlotCount => 21;

    protected override string? Differs(int slot, string attribute) => slot == 20 && TagName == "Pump_002" ? $"{TagName}.{attribute} is Integer here" : null;
}

internal sealed class PumpPV : MxAttribute<float>, IMxNode<PumpPV>
{
    private PumpPV(MxNodeContext context)
        : base(context)
    {
    }

    public HiHiGroup HiHi => Attribute<HiHiGroup>(0, "HiHi");

    protected override int SlotCount => 1;

    static PumpPV IMxNode<PumpPV>.Create(MxNodeContext context) => new(context);
}

internal sealed class HiHiGroup : MxAttributeGroup, IMxNode<HiHiGroup>
{
    private HiHiGroup(MxNodeContext context)
        : base(context)
    {
    }

    public MxAttribute<float> Limit => Attribute<MxAttribute<float>>(0, "Limit");

    protected override int SlotCount => 1;

    static HiHiGroup IMxNode<HiHiGroup>.Create(MxNodeContext context) => new(context);
}
