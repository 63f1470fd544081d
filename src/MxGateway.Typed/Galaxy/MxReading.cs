using System.ComponentModel;

namespace MxGateway.Typed;

/// <summary>
/// For generated code: one reading of many tags. A record takes its samples from here, and is made twice: a first time, when there are none, to learn which tags it wants;
/// then with the samples. So its constructor is the only list of them.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MxReading
{
    private readonly MxGatewayConnection _connection;
    private readonly Dictionary<string, MxRead> _answers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<MxItem> _toRead = [];
    private bool _isAnswered;

    // Set where nothing is to be read, and only the tags are looked for: by the attributes' full names, as a base may have an attribute that the class has anew.
    private OrderedDictionary<string, MxTag>? _tags;

    // The samples of the record that is being made now. Where an object's own record has a member in place of its base's, the base's has put its part under the name before and does not count.
    private Dictionary<string, MxValuesSummary> _parts = new(StringComparer.Ordinal);
    private MxValuesSummary? _own;

    // Read by its own class, an object has what that class says: what its template says besides it neither has nor answers for.
    private readonly bool _isByOwnClass;

    private MxReading(MxGatewayConnection connection, bool isByOwnClass)
    {
        _connection = connection;
        _isByOwnClass = isByOwnClass;
    }

    private DateTimeOffset Now => _connection.Options.TimeProvider.GetUtcNow();

    /// <summary>Reads everything that a record wants: advised tags give their last sample, all others are read in one go (or in several, where there are more than travel together).</summary>
    /// <typeparam name="TNode">The class of what is read.</typeparam>
    /// <typeparam name="TValues">The record.</typeparam>
    /// <param name="node">What is read.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<TValues> ReadAllAsync<TNode, TValues>(TNode node, CancellationToken cancellationToken)
        where TNode : MxNode
        where TValues : MxValues, IMxValues<TNode, TValues>
    {
        ArgumentNullException.ThrowIfNull(node);
        MxGatewayConnection connection = node.NodeGalaxy.Connection;
        string what = $"reading all of {node}";
        connection.EnsureOpen(what);

        var reading = new MxReading(connection, isByOwnClass: node is MxObject && node.GetType() == typeof(TNode));
        reading.Want<TNode, TValues>(node);
        try
        {
            await reading.AskAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw MxRead.Cancelled(what, e, cancellationToken);
        }

        return reading.Of<TNode, TValues>(node);
    }

    /// <summary>
    /// The tags of a node as its own class has them, those that it has from a base first: all attributes of an object, or of a group; an attribute, and those below it.
    /// Attributes that differ (what an object lacks, though its template says that it has it) are none of them, nor are those of contained objects.
    /// </summary>
    internal static IReadOnlyList<MxTag> TagsOf(MxNode node)
    {
        if (node is not IMxReadable readable)
            return node is MxTag { Fault: null } tag ? [tag] : [];

        var reading = new MxReading(node.NodeGalaxy.Connection, isByOwnClass: true) { _tags = [] };
        readable.Want(reading);
        return [.. reading._tags.Values];
    }

    /// <summary>Takes down which tags a record wants.</summary>
    /// <typeparam name="TNode">The class of what it is made of.</typeparam>
    /// <typeparam name="TValues">The record.</typeparam>
    /// <param name="node">What it is made of.</param>
    public void Want<TNode, TValues>(TNode node)
        where TNode : MxNode
        where TValues : MxValues, IMxValues<TNode, TValues> => _ = TValues.Create(node, this);

    /// <summary>The sample of an attribute.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="tag">The attribute.</param>
    public MxSample<T> Of<T>(MxTag<T> tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        MxSample<T> sample = Take(tag, out MxValuesSummary summary);
        _parts[tag.NodeName] = summary;
        return sample;
    }

    /// <summary>The record of an attribute with members, or of a group.</summary>
    /// <typeparam name="TNode">The member's class.</typeparam>
    /// <typeparam name="TValues">The record.</typeparam>
    /// <param name="node">The member.</param>
    public TValues Of<TNode, TValues>(TNode node)
        where TNode : MxNode
        where TValues : MxValues, IMxValues<TNode, TValues>
    {
        ArgumentNullException.ThrowIfNull(node);
        (Dictionary<string, MxValuesSummary> parts, MxValuesSummary? own) = (_parts, _own);
        (_parts, _own) = (new(StringComparer.Ordinal), null);
        TValues values = TValues.Create(node, this);
        MxValuesSummary summary = Summary(_own is { } sample ? [.. _parts.Values, sample] : _parts.Values);
        values.Complete(summary);

        (_parts, _own) = (parts, own);
        _parts[node.NodeName] = summary;
        return values;
    }

    /// <summary>The sample of an attribute with members itself.</summary>
    internal MxSample<T> OfOwn<T>(MxTag<T> tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        MxSample<T> sample = Take(tag, out MxValuesSummary summary);
        _own = summary;
        return sample;
    }

    private MxSample<T> Take<T>(MxTag<T> tag, out MxValuesSummary summary)
    {
        summary = default;
        if (!_isAnswered)
        {
            Want(tag);
            return default;
        }

        MxRead answer = tag.Fault is { } fault
            ? new(MxRawSample.FromSession(MxQuality.BadConfigurationError, MxStatusCategory.ConfigurationError, fault, Now), HasSourceTime: false)
            : _answers[tag.Reference];
        MxSample<T> sample = tag.ToSample(answer.Sample);
        summary = new(sample.Quality, sample.Timestamp, sample.Timestamp, answer.HasSourceTime && !sample.IsFromSession, Differs: tag.Fault is not null);
        return sample;
    }

    private MxValuesSummary Summary(IReadOnlyCollection<MxValuesSummary> parts)
    {
        MxValuesSummary[] counting = [.. parts.Where(part => !_isByOwnClass || !part.Differs)];
        return MxValuesSummary.Of(counting.Length > 0 ? counting : parts);
    }

    private void Want<T>(MxTag<T> tag)
    {
        if (tag.Fault is not null)
            return;
        if (_tags is not null)
        {
            _tags[tag.ReferencePrefix] = tag;
            return;
        }

        // A tag may be wanted twice: by what a base's record says, and by what an object's own says in its place.
        if (_answers.TryAdd(tag.Reference, default))
            _toRead.Add(tag.Item);
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        MxRead[] reads = await _connection.Reader.ReadAsync(_toRead, TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false);
        foreach ((MxItem item, MxRead read) in _toRead.Zip(reads))
            _answers[item.Reference] = read;
        _isAnswered = true;
    }
}

/// <summary>For generated code: a class that has a record of its values. A class that has one in place of its base's implements this anew.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IMxReadable
{
    /// <summary>Says which tags the record wants.</summary>
    /// <param name="reading">Takes them down.</param>
    void Want(MxReading reading);
}
