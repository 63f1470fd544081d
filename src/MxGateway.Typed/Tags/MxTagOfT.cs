using System.Runtime.CompilerServices;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>A tag whose values are of a type: reading and advising. All members are safe from many threads.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public abstract class MxTag<T> : MxTag, IObservable<MxSample<T>>
{
    private readonly MxCodec<T> _codec;
    private MxItem? _item;

    private protected MxTag(MxNodeContext context, MxCodec<T> codec)
        : base(context) => _codec = codec;

    /// <summary>
    /// The last sample while the tag is advised. Before the first one, and after the last subscription ended, it is a bad one that the session made (waiting for initial data);
    /// when the connection is lost, one that says so (not connected).
    /// </summary>
    public MxSample<T> Latest => ToSample(Item.Latest);

    internal MxGatewayConnection Connection => NodeGalaxy.Connection;

    internal MxItem Item => _item ??= Connection.Tags.Item(Reference);

    /// <summary>
    /// Reads: the last sample while the tag is advised, else by the gateway, which waits for a first value (MXAccess has no read call of its own).
    /// A wrong reference or a value that does not come is a sample of bad quality whose status says why.
    /// </summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="MxConnectionException">There is no connection.</exception>
    /// <exception cref="MxAuthorizationException">The API key lacks the scope.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public async Task<MxSample<T>> ReadAsync(CancellationToken cancellationToken = default)
    {
        Connection.EnsureOpen($"reading {EnsureUsable()}");
        if (TryGetAdvised(out MxRawSample latest))
            return ToSample(latest);

        IReadOnlyList<Proto.BulkReadResult> rows = await Connection.Commands.ReadAsync([Reference], cancellationToken).ConfigureAwait(false);
        return ToSample(MxRawSample.Of(rows[0], Connection.Options.TimeProvider.GetUtcNow()));
    }

    /// <summary>
    /// Advises: the last known sample at once, then every new one, until the enumeration ends. A reader that is slow gets the newest sample and misses those between.
    /// A lost connection is a sample of bad quality, not an exception; the enumeration ends when the connection is disposed of.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public IAsyncEnumerable<MxSample<T>> AdviseAsync(CancellationToken cancellationToken = default)
    {
        EnsureUsable();
        return EnumerateAsync(cancellationToken);
    }

    /// <summary>
    /// Advises for an observer: samples come one after the other, never two at once, on a thread of the pool; a slow observer gets the newest one and misses those between.
    /// OnCompleted comes when the connection is disposed of; OnError never comes. Un-advised when the last subscription to the tag ends.
    /// </summary>
    /// <param name="observer">Who is told.</param>
    /// <returns>Ends the subscription when it is disposed of.</returns>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public IDisposable Subscribe(IObserver<MxSample<T>> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        EnsureUsable();
        return MxSubscription<T>.Start(this, observer);
    }

    /// <summary>The last sample of an advised tag, where one has come: what a read gives without asking the gateway.</summary>
    internal bool TryGetAdvised(out MxRawSample latest)
    {
        latest = Item.Latest;
        return Item.IsWanted && !latest.IsFromSession;
    }

    internal MxSample<T> ToSample(in MxRawSample raw)
    {
        if (raw.Value.IsNull)
            return new(default, false, raw.Quality, raw.Timestamp, raw.Status, raw.IsFromSession);
        if (_codec.TryDecode(raw.Value, out T? value))
            return new(value, true, raw.Quality, raw.Timestamp, raw.Status, raw.IsFromSession);

        string text = $"{Reference}: the snapshot says {_codec.TypeName}, the gateway sent {raw.Value.KindName}; export the snapshot anew";
        return new(default, false, MxQuality.BadConfigurationError, raw.Timestamp, new MxStatus(MxStatusCategory.ConfigurationError, MxStatusSource.Unknown, 0, text), isFromSession: true);
    }

    /// <summary>A value as it is written; what MXAccess cannot take is refused here, naming the tag.</summary>
    internal Proto.MxValue ToWire(T value) => MxWrite.Naming(Reference, nameof(value), () => Wire.ToValue(_codec.Encode(value), _codec.DataType));

    private async IAsyncEnumerable<MxSample<T>> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using MxSubscription<T> subscription = MxSubscription<T>.Start(this);
        await foreach (MxSample<T> sample in subscription.Samples.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return sample;
    }

    internal string EnsureUsable() => Fault is { } fault ? throw new MxGalaxyException(fault) : Reference;
}
