namespace MxGateway.Typed;

/// <summary>One sample of one tag of several that are advised together.</summary>
public readonly struct MxTagSample
{
    private readonly MxRawSample _sample;

    internal MxTagSample(in MxQueued queued)
    {
        Tag = queued.Slot.Tag;
        _sample = Tag.Checked(queued.Sample);
        Missed = queued.Missed;
    }

    /// <summary>Whose sample this is: the same instance as the plant's member.</summary>
    public MxTag Tag { get; }

    /// <summary>The value, of whatever type; null (<see cref="MxVariant.IsNull"/>) where there is none.</summary>
    public MxVariant Value => _sample.Value;

    /// <summary>How far the value can be relied on.</summary>
    public MxQuality Quality => _sample.Quality;

    /// <summary>When the source gave the value, in UTC; where the session made the sample, when it did.</summary>
    public DateTimeOffset Timestamp => _sample.Timestamp;

    /// <summary>What MXAccess says about the value.</summary>
    public MxStatus Status => _sample.Status;

    /// <summary>
    /// Whether the session made this sample, because the plant could not: the connection is lost, or the value is not of the snapshot's type.
    /// </summary>
    public bool IsFromSession => _sample.IsFromSession;

    /// <summary>How many samples of this tag came between the one before and this one, and were dropped because the reader was behind.</summary>
    public int Missed { get; }

    /// <summary>Whether there is a value of good quality.</summary>
    public bool IsGood => !Value.IsNull && Quality.IsGood;

    /// <summary>Whether this is a sample of a tag; then the sample in the tag's own type.</summary>
    /// <typeparam name="T">The tag's values' type.</typeparam>
    /// <param name="tag">The tag.</param>
    /// <param name="sample">The sample.</param>
    public bool Is<T>(MxTag<T> tag, out MxSample<T> sample)
    {
        ArgumentNullException.ThrowIfNull(tag);
        bool isOfTag = ReferenceEquals(tag, Tag);
        sample = isOfTag ? tag.ToSample(_sample) : default;
        return isOfTag;
    }

    /// <summary>Such as <c>Pump_001.Speed 42.5 good 2026-11-02 06:15:00.000Z</c>.</summary>
    public override string ToString() => $"{Tag} {new MxSample<MxVariant>(Value, !Value.IsNull, Quality, Timestamp, Status, IsFromSession)}";
}
