using System.Runtime.CompilerServices;

namespace MxGateway.Typed;

/// <summary>
/// Advises many tags as one: one subscription with one queue, however many tags it covers. Extension methods, so that they never take a name from a
/// Galaxy's attribute.
/// The tags are of one connection. A tag that is named twice is advised once; of no tags at all nothing comes, and the enumeration ends at once.
/// </summary>
public static class MxTagSetExtensions
{
    // A batch is a list in memory; a reader who is far behind gets several.
    private const int MaxBatch = 10_000;

    /// <summary>
    /// Advises a set of tags: the last known sample of each at once, then every new one, until the enumeration ends. A reader who is slow gets the newest
    /// sample
    /// of each tag. A lost connection is a sample of bad quality for each tag, not an exception; the enumeration ends when the plant is disposed of.
    /// </summary>
    /// <param name="tags">The tags, such as <c>[pump.Speed, pump.Running]</c>.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The tags are of several connections, or one is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">An attribute is not what its object's class says.</exception>
    public static IAsyncEnumerable<MxTagSample> AdviseAsync(this IEnumerable<MxTag> tags, CancellationToken cancellationToken = default) =>
        tags.AdviseAsync(MxAdviseOptions.Default, cancellationToken);

    /// <summary>Advises a set of tags as the options say; otherwise as <see cref="AdviseAsync(IEnumerable{MxTag}, CancellationToken)"/>.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="options">What is kept for a reader who is behind, and by which call of MXAccess the tags are advised.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The tags are of several connections, or one is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">An attribute is not what its object's class says.</exception>
    public static IAsyncEnumerable<MxTagSample> AdviseAsync(
        this IEnumerable<MxTag> tags, MxAdviseOptions options, CancellationToken cancellationToken = default) =>
        EnumerateAsync(Checked(tags), Checked(options), cancellationToken);

    /// <summary>
    /// Advises a set of tags, as <see cref="AdviseAsync(IEnumerable{MxTag}, CancellationToken)"/>, and gives together what has come since the reader last
    /// looked:
    /// at least one sample, at most 10,000.
    /// </summary>
    /// <param name="tags">The tags.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The tags are of several connections, or one is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">An attribute is not what its object's class says.</exception>
    public static IAsyncEnumerable<IReadOnlyList<MxTagSample>> AdviseBatchesAsync(
        this IEnumerable<MxTag> tags, CancellationToken cancellationToken = default) =>
        tags.AdviseBatchesAsync(MxAdviseOptions.Default, cancellationToken);

    /// <summary>
    /// Advises a set of tags in batches as the options say; otherwise as <see cref="AdviseBatchesAsync(IEnumerable{MxTag}, CancellationToken)"/>.
    /// </summary>
    /// <param name="tags">The tags.</param>
    /// <param name="options">What is kept for a reader who is behind, and by which call of MXAccess the tags are advised.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The tags are of several connections, or one is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">An attribute is not what its object's class says.</exception>
    public static IAsyncEnumerable<IReadOnlyList<MxTagSample>> AdviseBatchesAsync(
        this IEnumerable<MxTag> tags, MxAdviseOptions options, CancellationToken cancellationToken = default) =>
        EnumerateBatchesAsync(Checked(tags), Checked(options), cancellationToken);

    /// <summary>
    /// Advises some attributes of each of many objects: <c>plant.All&lt;Pump&gt;().AdviseAsync(p =&gt; [p.Speed, p.Running])</c>.
    /// Otherwise as <see cref="AdviseAsync(IEnumerable{MxTag}, CancellationToken)"/>.
    /// </summary>
    /// <typeparam name="TObject">The objects' class.</typeparam>
    /// <param name="objects">The objects.</param>
    /// <param name="tags">An object's tags.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public static IAsyncEnumerable<MxTagSample> AdviseAsync<TObject>(
        this IEnumerable<TObject> objects, Func<TObject, IEnumerable<MxTag>> tags, CancellationToken cancellationToken = default)
        where TObject : MxObject =>
        TagsOf(objects, tags).AdviseAsync(cancellationToken);

    /// <summary>Advises some attributes of each of many objects as the options say.</summary>
    /// <typeparam name="TObject">The objects' class.</typeparam>
    /// <param name="objects">The objects.</param>
    /// <param name="tags">An object's tags.</param>
    /// <param name="options">What is kept for a reader who is behind, and by which call of MXAccess the tags are advised.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public static IAsyncEnumerable<MxTagSample> AdviseAsync<TObject>(
        this IEnumerable<TObject> objects, Func<TObject, IEnumerable<MxTag>> tags, MxAdviseOptions options, CancellationToken cancellationToken = default)
        where TObject : MxObject =>
        TagsOf(objects, tags).AdviseAsync(options, cancellationToken);

    /// <summary>
    /// Advises some attributes of each of many objects, and gives together what has come since the reader last looked.
    /// Otherwise as <see cref="AdviseBatchesAsync(IEnumerable{MxTag}, CancellationToken)"/>.
    /// </summary>
    /// <typeparam name="TObject">The objects' class.</typeparam>
    /// <param name="objects">The objects.</param>
    /// <param name="tags">An object's tags.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public static IAsyncEnumerable<IReadOnlyList<MxTagSample>> AdviseBatchesAsync<TObject>(
        this IEnumerable<TObject> objects, Func<TObject, IEnumerable<MxTag>> tags, CancellationToken cancellationToken = default)
        where TObject : MxObject =>
        TagsOf(objects, tags).AdviseBatchesAsync(cancellationToken);

    /// <summary>Advises some attributes of each of many objects in batches, as the options say.</summary>
    /// <typeparam name="TObject">The objects' class.</typeparam>
    /// <param name="objects">The objects.</param>
    /// <param name="tags">An object's tags.</param>
    /// <param name="options">What is kept for a reader who is behind, and by which call of MXAccess the tags are advised.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public static IAsyncEnumerable<IReadOnlyList<MxTagSample>> AdviseBatchesAsync<TObject>(
        this IEnumerable<TObject> objects, Func<TObject, IEnumerable<MxTag>> tags, MxAdviseOptions options, CancellationToken cancellationToken = default)
        where TObject : MxObject =>
        TagsOf(objects, tags).AdviseBatchesAsync(options, cancellationToken);

    /// <summary>
    /// Advises all attributes of an object, nested ones too, as its own class has them. Contained objects are objects of their own.
    /// Otherwise as <see cref="AdviseAsync(IEnumerable{MxTag}, CancellationToken)"/>.
    /// </summary>
    /// <param name="object">The object.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public static IAsyncEnumerable<MxTagSample> AdviseAsync(this MxObject @object, CancellationToken cancellationToken = default) =>
        @object.Tags().AdviseAsync(cancellationToken);

    /// <summary>Advises all attributes of an object as the options say; otherwise as <see cref="AdviseAsync(MxObject, CancellationToken)"/>.</summary>
    /// <param name="object">The object.</param>
    /// <param name="options">What is kept for a reader who is behind, and by which call of MXAccess the tags are advised.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public static IAsyncEnumerable<MxTagSample> AdviseAsync(this MxObject @object, MxAdviseOptions options, CancellationToken cancellationToken = default) =>
        @object.Tags().AdviseAsync(options, cancellationToken);

    /// <summary>
    /// All attributes of an object as its own class has them, of a group, or an attribute with those below it; contained objects are objects of their own.
    /// What an object lacks though its template says that it has it is not among them.
    /// </summary>
    /// <param name="node">The object, group or attribute.</param>
    public static IReadOnlyList<MxTag> Tags(this MxNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return MxReading.TagsOf(node);
    }

    /// <summary>
    /// Advises a set of tags for an observer: samples come one after the other, never two at once, on a thread of the pool; a slow observer gets the
    /// newest sample
    /// of each tag (or what the options say). OnCompleted comes when the plant is disposed of; OnError never comes.
    /// </summary>
    /// <param name="tags">The tags.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="options">What is kept for an observer who is behind, and by which call of MXAccess the tags are advised.</param>
    /// <returns>Ends the subscription when it is disposed of.</returns>
    /// <exception cref="ArgumentException">The tags are of several connections, or one is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">An attribute is not what its object's class says.</exception>
    public static IDisposable Subscribe(this IEnumerable<MxTag> tags, IObserver<MxTagSample> observer, MxAdviseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        IReadOnlyCollection<MxTag> set = Checked(tags);
        MxAdviseOptions how = Checked(options ?? MxAdviseOptions.Default);
        if (set.Count > 0)
            return MxSubscription.Start(set, how, observer, static queued => new MxTagSample(queued));
        observer.OnCompleted();
        return new NoSubscription();
    }

    /// <summary>
    /// Advises a set of tags for a callback: as <see cref="Subscribe(IEnumerable{MxTag}, IObserver{MxTagSample}, MxAdviseOptions?)"/>, where only the
    /// samples matter.
    /// </summary>
    /// <param name="tags">The tags.</param>
    /// <param name="onSample">Called for one sample after the other, never for two at once, on a thread of the pool.</param>
    /// <param name="options">What is kept for a callback that is behind, and by which call of MXAccess the tags are advised.</param>
    /// <returns>Ends the subscription when it is disposed of.</returns>
    public static IDisposable Subscribe(this IEnumerable<MxTag> tags, Action<MxTagSample> onSample, MxAdviseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(onSample);
        return tags.Subscribe(new MxCallbackObserver<MxTagSample>(onSample), options);
    }

    private static IEnumerable<MxTag> TagsOf<TObject>(IEnumerable<TObject> objects, Func<TObject, IEnumerable<MxTag>> tags)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(tags);
        return objects.SelectMany(tags);
    }

    private static MxAdviseOptions Checked(MxAdviseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Checked();
    }

    /// <summary>Before anything is advised: each tag once, all usable, all of one connection.</summary>
    private static IReadOnlyCollection<MxTag> Checked(IEnumerable<MxTag> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var set = new HashSet<MxTag>();
        MxGatewayConnection? connection = null;
        foreach (MxTag tag in tags)
        {
            if (tag is null)
                throw new ArgumentException("one of the tags is null", nameof(tags));
            tag.EnsureUsable();
            connection ??= tag.Connection;
            if (tag.Connection != connection)
                throw new ArgumentException($"{Of(tag)} is of another connection than {Of(set.First())}; advise each connection's tags by themselves", nameof(tags));

            set.Add(tag);
        }

        return set;

        // Two plants may have tags of the same name.
        static string Of(MxTag tag) => $"{tag.Reference} ({tag.Connection.Options.Endpoint})";
    }

    private static async IAsyncEnumerable<MxTagSample> EnumerateAsync(
        IReadOnlyCollection<MxTag> tags, MxAdviseOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (tags.Count == 0)
            yield break;
        using MxSubscription subscription = MxSubscription.Start(tags, options);
        await foreach (MxQueued queued in subscription.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return new MxTagSample(queued);
    }

    private static async IAsyncEnumerable<IReadOnlyList<MxTagSample>> EnumerateBatchesAsync(
        IReadOnlyCollection<MxTag> tags, MxAdviseOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (tags.Count == 0)
            yield break;
        using MxSubscription subscription = MxSubscription.Start(tags, options);
        await foreach (IReadOnlyList<MxTagSample> batch in subscription.ReadBatchesAsync(MaxBatch, cancellationToken).ConfigureAwait(false))
            yield return batch;
    }

    private sealed class NoSubscription : IDisposable
    {
        public void Dispose()
        {
            // There is nothing to end.
        }
    }
}
