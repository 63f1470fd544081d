namespace MxGateway.Typed;

/// <summary>How tags are advised.</summary>
public sealed record MxAdviseOptions
{
    /// <summary>The most samples that a subscription may keep for a reader who is behind.</summary>
    public const int MaxQueueCapacity = 1_000_000;

    /// <summary>
    /// What a subscription keeps for a reader who is behind. Null, the default: the newest sample of each tag, which is enough for most and costs least.
    /// A number, from 1 to 1,000,000: every sample, up to so many of all its tags together; then the oldest ones go.
    /// What goes is counted (<see cref="MxTagSample.Missed"/>).
    /// </summary>
    public int? QueueCapacity { get; init; }

    /// <summary>
    /// Advises by AdviseSupervisory. MXAccess: Advise is made in a user's context; AdviseSupervisory needs no login, also where Galaxy security is on, and
    /// plain writes to its item need none either.
    /// The item is shared all the same: where one subscription to a tag is supervisory, the tag is, until its last subscription ends. It costs a command
    /// per tag, as MXAccess has it in no bulk.
    /// </summary>
    public bool Supervisory { get; init; }

    internal static MxAdviseOptions Default { get; } = new();

    /// <exception cref="ArgumentOutOfRangeException">The capacity is out of its range.</exception>
    internal MxAdviseOptions Checked() => QueueCapacity is null or (>= 1 and <= MaxQueueCapacity)
        ? this
        : throw new ArgumentOutOfRangeException(
            nameof(QueueCapacity), QueueCapacity, $"{nameof(QueueCapacity)} is 1 to {MaxQueueCapacity}, or null for the newest sample of each tag");
}
