namespace MxGateway.Typed;

/// <summary>How a value is written, where the usual way will not do.</summary>
public sealed record MxWriteOptions
{
    /// <summary>
    /// The time stamp that the value is given; it travels in UTC. Years 100 to 9999, as MXAccess's times. Default null: the plant gives it the time of the
    /// write.
    /// </summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>
    /// Whether a newer write to the same tag over the same connection may supersede this one while it still waits: this one is then not sent, and ends with
    /// <see cref="MxWriteSupersededException"/>. For setpoints that follow a slider. Default false: every write is sent.
    /// </summary>
    public bool Coalesce { get; init; }

    internal static MxWriteOptions Default { get; } = new();
}
