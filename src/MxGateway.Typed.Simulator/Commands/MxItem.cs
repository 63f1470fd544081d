using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Sessions;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>An item of a session: a reference that was added, with the handle it got.</summary>
internal sealed class MxItem(int serverHandle, int handle, string definition, PlantTag? tag, EventLog events) : ITagListener
{
    public const int QualityGood = 192;
    public const int QualityConfigurationError = 4;

    public int ServerHandle { get; } = serverHandle;

    public int Handle { get; } = handle;

    /// <summary>The reference as it was given.</summary>
    public string Definition { get; } = definition;

    /// <summary>The attribute; null for a wrong reference, and for one that a redeploy took away.</summary>
    public PlantTag? Tag { get => field is { IsDeployed: true } ? field : null; set; } = tag;

    public bool IsAdvised { get; set; }

    public bool IsSupervisory { get; set; }

    /// <summary>MXAccess: a write needs the type, which the first data change brings.</summary>
    public bool HadDataChange { get; private set; }

    public void OnDataChange(in TagSample sample)
    {
        HadDataChange = true;
        events.Publish(new MxEvent
        {
            Family = MxEventFamily.OnDataChange,
            ServerHandle = ServerHandle,
            ItemHandle = Handle,
            Value = sample.Value,
            Quality = QualityGood,
            SourceTimestamp = sample.Time,
            Statuses = { Statuses.Ok() },
            OnDataChange = new OnDataChangeEvent(),
        });
    }

    /// <summary>MXAccess: a wrong reference is told by one bad data change after the advise. So is a tag that a redeploy takes away.</summary>
    public void OnWrongReference(DateTimeOffset now)
    {
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
}
