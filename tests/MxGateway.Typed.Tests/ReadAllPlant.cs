using System.Globalization;

namespace MxGateway.Typed.Tests;

/// <summary>
/// What the generator would emit for pumps whose template says that a note is a number. Pump_001 has a text, and so a class of its own; Pump_009 is not in the Galaxy.
/// BarePump is what it would be if it had none at all. Wide_001 has more attributes than one command takes.
/// </summary>
internal sealed class ReadAllPlant(MxGatewayConnection connection) : MxGalaxy(connection, new MxGalaxyTable(static () => "Pump_001|1|\nPump_009|0|\nWide_001|2|\nPump_001|3|"u8))
{
    public NotedPump Pump_001 => Object<NotedPump>(0);

    public PlainPump Pump_009 => Object<PlainPump>(1);

    public Wide Wide_001 => Object<Wide>(2);

    public BarePump Bare => Object<BarePump>(3);

    protected override MxObject CreateObject(int @class, int row) => @class switch
    {
        0 => new PlainPump(this, row),
        1 => new NotedPump(this, row),
        3 => new BarePump(this, row),
        _ => new Wide(this, row),
    };

    protected override Type ClassOf(int @class) => @class switch
    {
        0 => typeof(PlainPump),
        1 => typeof(NotedPump),
        3 => typeof(BarePump),
        _ => typeof(Wide),
    };
}

internal class PlainPump(MxGalaxy galaxy, int row) : MxObject(galaxy, row), IMxReadable
{
    public MxAttribute<float> Speed => Attribute<MxAttribute<float>>(0, "Speed");

    public MxAttribute<float> Note => Attribute<MxAttribute<float>>(1, "Note");

    public MxArrayAttribute<float> Recipe => Attribute<MxArrayAttribute<float>>(2, "Recipe");

    public ReadablePV PV => Attribute<ReadablePV>(3, "PV");

    protected override int SlotCount => 4;

    public Task<PlainPumpValues> ReadAllAsync(CancellationToken cancellationToken = default) => MxReading.ReadAllAsync<PlainPump, PlainPumpValues>(this, cancellationToken);

    void IMxReadable.Want(MxReading reading) => reading.Want<PlainPump, PlainPumpValues>(this);
}

internal record PlainPumpValues : MxValues, IMxValues<PlainPump, PlainPumpValues>
{
    private protected PlainPumpValues(PlainPump node, MxReading reading)
    {
        Speed = reading.Of(node.Speed);
        Note = reading.Of(node.Note);
        Recipe = reading.Of(node.Recipe);
        PV = reading.Of<ReadablePV, ReadablePVValues>(node.PV);
    }

    public MxSample<float> Speed { get; }

    public MxSample<float> Note { get; }

    public MxSample<IReadOnlyList<float>> Recipe { get; }

    public ReadablePVValues PV { get; }

    static PlainPumpValues IMxValues<PlainPump, PlainPumpValues>.Create(PlainPump node, MxReading reading) => new(node, reading);
}

internal sealed class NotedPump(MxGalaxy galaxy, int row) : PlainPump(galaxy, row), IMxReadable
{
    public new MxStringAttribute Note => Attribute<MxStringAttribute>(4, "Note");

    protected override int SlotCount => 5;

    protected override string? Differs(int slot, string attribute) => (slot, attribute) switch
    {
        (1, "Note") => "Pump_001.Note is String here",
        _ => null,
    };

    public new Task<NotedPumpValues> ReadAllAsync(CancellationToken cancellationToken = default) => MxReading.ReadAllAsync<NotedPump, NotedPumpValues>(this, cancellationToken);

    void IMxReadable.Want(MxReading reading) => reading.Want<NotedPump, NotedPumpValues>(this);
}

internal sealed record NotedPumpValues : PlainPumpValues, IMxValues<NotedPump, NotedPumpValues>
{
    private NotedPumpValues(NotedPump node, MxReading reading)
        : base(node, reading) => Note = reading.Of(node.Note);

    public new MxSample<string> Note { get; }

    static NotedPumpValues IMxValues<NotedPump, NotedPumpValues>.Create(NotedPump node, MxReading reading) => new(node, reading);
}

internal sealed class BarePump(MxGalaxy galaxy, int row) : PlainPump(galaxy, row), IMxReadable
{
    protected override string? Differs(int slot, string attribute) => (slot, attribute) switch
    {
        (1, "Note") => "Pump_001.Note is not in the snapshot",
        _ => null,
    };

    public new Task<BarePumpValues> ReadAllAsync(CancellationToken cancellationToken = default) => MxReading.ReadAllAsync<BarePump, BarePumpValues>(this, cancellationToken);

    void IMxReadable.Want(MxReading reading) => reading.Want<BarePump, BarePumpValues>(this);
}

internal sealed record BarePumpValues : PlainPumpValues, IMxValues<BarePump, BarePumpValues>
{
    private BarePumpValues(BarePump node, MxReading reading)
        : base(node, reading)
    {
    }

    static BarePumpValues IMxValues<BarePump, BarePumpValues>.Create(BarePump node, MxReading reading) => new(node, reading);
}

internal sealed class ReadablePV : MxAttribute<float>, IMxNode<ReadablePV>, IMxReadable
{
    private ReadablePV(MxNodeContext context)
        : base(context)
    {
    }

    public ReadableHiHi HiHi => Attribute<ReadableHiHi>(0, "HiHi");

    protected override int SlotCount => 1;

    public Task<ReadablePVValues> ReadAllAsync(CancellationToken cancellationToken = default) => MxReading.ReadAllAsync<ReadablePV, ReadablePVValues>(this, cancellationToken);

    void IMxReadable.Want(MxReading reading) => reading.Want<ReadablePV, ReadablePVValues>(this);

    static ReadablePV IMxNode<ReadablePV>.Create(MxNodeContext context) => new(context);
}

internal sealed record ReadablePVValues : MxAttributeValues<float>, IMxValues<ReadablePV, ReadablePVValues>
{
    private ReadablePVValues(ReadablePV node, MxReading reading)
        : base(node, reading) => HiHi = reading.Of<ReadableHiHi, ReadableHiHiValues>(node.HiHi);

    public ReadableHiHiValues HiHi { get; }

    static ReadablePVValues IMxValues<ReadablePV, ReadablePVValues>.Create(ReadablePV node, MxReading reading) => new(node, reading);
}

internal sealed class ReadableHiHi : MxAttributeGroup, IMxNode<ReadableHiHi>, IMxReadable
{
    private ReadableHiHi(MxNodeContext context)
        : base(context)
    {
    }

    public MxAttribute<float> Limit => Attribute<MxAttribute<float>>(0, "Limit");

    protected override int SlotCount => 1;

    public Task<ReadableHiHiValues> ReadAllAsync(CancellationToken cancellationToken = default) => MxReading.ReadAllAsync<ReadableHiHi, ReadableHiHiValues>(this, cancellationToken);

    void IMxReadable.Want(MxReading reading) => reading.Want<ReadableHiHi, ReadableHiHiValues>(this);

    static ReadableHiHi IMxNode<ReadableHiHi>.Create(MxNodeContext context) => new(context);
}

internal sealed record ReadableHiHiValues : MxValues, IMxValues<ReadableHiHi, ReadableHiHiValues>
{
    private ReadableHiHiValues(ReadableHiHi node, MxReading reading) => Limit = reading.Of(node.Limit);

    public MxSample<float> Limit { get; }

    static ReadableHiHiValues IMxValues<ReadableHiHi, ReadableHiHiValues>.Create(ReadableHiHi node, MxReading reading) => new(node, reading);
}

internal sealed class Wide(MxGalaxy galaxy, int row) : MxObject(galaxy, row), IMxReadable
{
    public const int Count = 1201;

    protected override int SlotCount => Count;

    public MxAttribute<float> At(int index) => Attribute<MxAttribute<float>>(index, string.Create(CultureInfo.InvariantCulture, $"A{index}"));

    public Task<WideValues> ReadAllAsync(CancellationToken cancellationToken = default) => MxReading.ReadAllAsync<Wide, WideValues>(this, cancellationToken);

    void IMxReadable.Want(MxReading reading) => reading.Want<Wide, WideValues>(this);
}

internal sealed record WideValues : MxValues, IMxValues<Wide, WideValues>
{
    private WideValues(Wide node, MxReading reading) => All = [.. Enumerable.Range(0, Wide.Count).Select(index => reading.Of(node.At(index)))];

    public MxSample<float>[] All { get; }

    static WideValues IMxValues<Wide, WideValues>.Create(Wide node, MxReading reading) => new(node, reading);
}
