using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Sessions;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>An item of a session: a reference that was added, with the handle it got.</summary>
internal sealed class MxItem(
    int serverHandle, int handle, string definition, string context, TagReference? reference, EventLog events, UpdateBuffer? buffer) : ITagListener
{
    public const int QualityGood = 192;
    public const int QualityConfigurationError = 4;
    public const int QualityWaitingForInitialData = 32;

    private volatile bool _isTold;
    private MxValue? _told;

    public int ServerHandle { get; } = serverHandle;

    public int Handle { get; } = handle;

    /// <summary>The reference as it was given.</summary>
    public string Definition { get; } = definition;

    /// <summary>The object in which a relative reference is resolved; empty for none.</summary>
    public string Context { get; } = context;

    /// <summary>What the reference names; null for a wrong one, and for one to what a redeploy took away.</summary>
    public TagReference? Reference { get => field is { Tag.IsDeployed: true } ? field : null; set; } = reference;

    /// <summary>The attribute that it names, or a part of; null for a wrong reference.</summary>
    public PlantTag? Tag => Reference?.Tag;

    public bool IsAdvised { get; set; }

    public bool IsSupervisory { get; set; }

    public bool IsSuspended { get; set; }

    /// <summary>MXAccess: a write needs the type, which the first data change brings.</summary>
    public bool HadDataChange { get; private set; }

    /// <summary>Lets the next value be told, whatever was told before: the item is advised.</summary>
    public void Expect() => _isTold = false;

    public void OnDataChange(in TagSample sample)
    {
        MxValue? value = Reference!.Value.In(sample.Value);
        if (!IsNews(value))
            return;
        if (value is null)
            OnWrongReference(sample.Time.ToDateTimeOffset());
        else if (buffer is not null && value.KindCase != MxValue.KindOneofCase.ArrayValue)
            buffer.Add(this, sample with { Value = value });
        else
            Tell(value, sample.Time);
    }

    /// <summary>Tells the changes of a buffered item that were collected, as one event. They are of one type.</summary>
    public void OnBufferedDataChange(DataType type, IReadOnlyList<TagSample> samples)
    {
        HadDataChange = true;
        events.Publish(new MxEvent
        {
            Family = MxEventFamily.OnBufferedDataChange,
            ServerHandle = ServerHandle,
            ItemHandle = Handle,
            Value = WireValues.ArrayOf(type, samples.Select(sample => sample.Value)),
            Quality = QualityGood,
            SourceTimestamp = samples[^1].Time,
            Statuses = { Statuses.Ok() },
            OnBufferedDataChange = new OnBufferedDataChangeEvent
            {
                DataType = type.Wire,
                Qualities = { samples.Select(_ => QualityGood) },
                Timestamps = { samples.Select(sample => sample.Time) },
            },
        });
    }

    /// <summary>Lets go of the changes that were collected: the item is not advised any more, or suspended.</summary>
    public void ForgetChanges() => buffer?.Forget(this);

    /// <summary>MXAccess: a wrong reference is told by one bad data change after the advise. So is a tag that a redeploy takes away.</summary>
    public void OnWrongReference(DateTimeOffset now)
    {
        buffer?.Tell(this);
        HadDataChange = true;
        events.Publish(new MxEvent
        {
            Family = MxEventFamily.OnDataChange,
            ServerHandle = ServerHandle,
            ItemHandle = Handle,
            Value = WireValues.None(),
            Quality = QualityConfigurationError,
            SourceTimestamp = Timestamp.FromDateTimeOffset(now),
            Statuses = { WrongReference() },
            OnDataChange = new OnDataChangeEvent(),
        });
    }

    public void OnWriteComplete(MxStatusProxy status) => events.Publish(new MxEvent
    {
        Family = MxEventFamily.OnWriteComplete,
        ServerHandle = ServerHandle,
        ItemHandle = Handle,
        Statuses = { status },
        OnWriteComplete = new OnWriteCompleteEvent(),
    });

    public MxStatusProxy WrongReference() => WrongReference(Definition);

    public static MxStatusProxy WrongReference(string definition) =>
        Statuses.Failed(MxStatusCategory.ConfigurationError, 0, $"the Galaxy has no attribute \"{definition}\"");

    private void Tell(MxValue value, Timestamp at)
    {
        HadDataChange = true;
        events.Publish(new MxEvent
        {
            Family = MxEventFamily.OnDataChange,
            ServerHandle = ServerHandle,
            ItemHandle = Handle,
            Value = value,
            Quality = QualityGood,
            SourceTimestamp = at,
            Statuses = { Statuses.Ok() },
            OnDataChange = new OnDataChangeEvent(),
        });
    }

    /// <summary>Whether a value is to be told: of a part, when the part itself changed.</summary>
    private bool IsNews(MxValue? value)
    {
        if (Reference is { Part: TagPart.Whole })
            return true;
        bool isNews = !_isTold || !Equals(value, _told);
        (_isTold, _told) = (true, value);
        return isNews;
    }
}
