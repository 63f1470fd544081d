namespace MxGateway.Typed;

/// <summary>What few tags need of their item, so that not every tag has the room for it. Under the item's lock.</summary>
internal sealed class MxItemExtras
{
    /// <summary>Who waits for a first sample; null where nobody does.</summary>
    public TaskCompletionSource<int>? First { get; set; }

    /// <summary>The tag's writes; made when it is first written. They have a lock of their own.</summary>
    public MxItemWrites? Writes { get; set; }

    /// <summary>Whether the tag gave no value when it was last read.</summary>
    public bool IsSilent { get; set; }

    /// <summary>How many want the tag advised by AdviseSupervisory.</summary>
    public int Supervisors { get; set; }

    /// <summary>Whether the item was advised so, or is about to be.</summary>
    public bool IsSupervised { get; set; }

    /// <summary>Whether the last sample may be older than a write that was completed.</summary>
    public bool IsOvertaken { get; set; }
}
