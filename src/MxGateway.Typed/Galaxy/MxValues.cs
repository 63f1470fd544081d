using System.ComponentModel;

namespace MxGateway.Typed;

/// <summary>What <c>ReadAllAsync</c> gives: a sample of each attribute of an object, of an attribute with members, or of a group, read together. Generated records derive from this.</summary>
public abstract record MxValues
{
    private MxValuesSummary _summary;

    /// <summary>For generated code.</summary>
    protected MxValues()
    {
    }

    /// <summary>The worst quality of all samples here and below: bad before uncertain before good; of those alike, the one with the lowest code.</summary>
    public MxQuality WorstQuality => _summary.WorstQuality;

    /// <summary>
    /// The oldest source timestamp of all samples here and below, in UTC. Samples without one (no answer, a wrong reference, a value of another type, an attribute that differs) do not count;
    /// where there are no others, it is the time of the reading.
    /// </summary>
    public DateTimeOffset OldestTimestamp => _summary.Oldest;

    /// <summary>How far the newest source timestamp is from the oldest one: zero or more. The same samples count as for <see cref="OldestTimestamp"/>.</summary>
    public TimeSpan TimeSkew => _summary.Newest - _summary.Oldest;

    /// <summary>Called once, before anybody sees the record.</summary>
    internal void Complete(in MxValuesSummary summary) => _summary = summary;
}

/// <summary>What <c>ReadAllAsync</c> gives of an attribute with members: its own sample, and in the generated record that derives from this a sample of each member.</summary>
/// <typeparam name="T">The attribute's value's type.</typeparam>
public abstract record MxAttributeValues<T> : MxValues
{
    /// <summary>For generated code.</summary>
    /// <param name="tag">The attribute.</param>
    /// <param name="reading">What was read.</param>
    protected MxAttributeValues(MxTag<T> tag, MxReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        Sample = reading.OfOwn(tag);
    }

    /// <summary>The attribute's own sample.</summary>
    public MxSample<T> Sample { get; }
}

/// <summary>Makes a record of a generated class, without reflection.</summary>
/// <typeparam name="TNode">The class of what is read.</typeparam>
/// <typeparam name="TSelf">The record.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IMxValues<TNode, TSelf>
    where TNode : MxNode
    where TSelf : MxValues, IMxValues<TNode, TSelf>
{
    /// <summary>Makes the record.</summary>
    /// <param name="node">What is read.</param>
    /// <param name="reading">What was read.</param>
    static abstract TSelf Create(TNode node, MxReading reading);
}
