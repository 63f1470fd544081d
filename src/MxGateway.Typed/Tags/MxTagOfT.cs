using System.Runtime.CompilerServices;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>A tag whose values are of a type: reading and advising. All members are safe from many threads.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public abstract class MxTag<T> : MxTag, IObservable<MxSample<T>>
{
    private static readonly TimeSpan s_longestAge = TimeSpan.FromDays(1);

    private readonly MxCodec<T> _codec;

    private protected MxTag(MxNodeContext context, MxCodec<T> codec)
        : base(context) => _codec = codec;

    /// <summary>
    /// The last sample while the tag is advised. Before the first one, and after the last subscription ended, it is a bad one that the session made
    /// (waiting for initial data);
    /// when the connection is lost, one that says so (not connected).
    /// </summary>
    public MxSample<T> Latest => ToSample(Item.Latest);

    /// <summary>
    /// Reads: the last sample while the tag is advised (its first one is waited for), else the gateway is asked, which waits for a first value up to
    /// <see cref="MxGatewayOptions.ReadTimeout"/>. A wrong reference or a value that does not come is a sample of bad quality whose status says why.
    /// What was written and confirmed before is what a read gives, or something newer.
    /// </summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="MxConnectionException">There is no connection, or the gateway does not answer.</exception>
    /// <exception cref="MxAuthorizationException">The API key lacks the scope.</exception>
    /// <exception cref="MxProtocolException">The gateway answered with a fault of its own.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    public Task<MxSample<T>> ReadAsync(CancellationToken cancellationToken = default) => ReadCoreAsync(TimeSpan.MaxValue, cancellationToken);

    /// <summary>
    /// Reads: the last sample while the tag is advised and that sample reached this application no longer ago than an age; else the gateway is asked.
    /// The client's own clock says how long ago; source timestamps decide nothing. The rest is as for <see cref="ReadAsync(CancellationToken)"/>.
    /// </summary>
    /// <param name="maxAge">How long ago the last sample may have come: zero, which always asks the gateway, to a day.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The age is negative, or more than a day.</exception>
    /// <exception cref="MxConnectionException">There is no connection, or the gateway does not answer.</exception>
    /// <exception cref="MxAuthorizationException">The API key lacks the scope.</exception>
    /// <exception cref="MxProtocolException">The gateway answered with a fault of its own.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    public Task<MxSample<T>> ReadAsync(TimeSpan maxAge, CancellationToken cancellationToken = default)
    {
        if (maxAge < TimeSpan.Zero || maxAge > s_longestAge)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxAge),
                maxAge,
                $"reading {Reference}: an age is at least zero and at most a day; ReadAsync() takes the last sample of an advised tag however old it is");
        }

        return ReadCoreAsync(maxAge, cancellationToken);
    }

    /// <summary>
    /// Advises: the last known sample at once, then every new one, until the enumeration ends. A reader that is slow gets the newest sample and misses
    /// those between.
    /// A lost connection is a sample of bad quality, not an exception; the enumeration ends when the connection is disposed of.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public IAsyncEnumerable<MxSample<T>> AdviseAsync(CancellationToken cancellationToken = default) => AdviseAsync(MxAdviseOptions.Default, cancellationToken);

    /// <summary>Advises as the options say: otherwise as <see cref="AdviseAsync(CancellationToken)"/>.</summary>
    /// <param name="options">What is kept for a reader who is behind, and by which call of MXAccess the tag is advised.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public IAsyncEnumerable<MxSample<T>> AdviseAsync(MxAdviseOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        EnsureUsable();
        return EnumerateAsync(options.Checked(), cancellationToken);
    }

    /// <summary>
    /// Advises for an observer: samples come one after the other, never two at once, on a thread of the pool; a slow observer gets the newest one and
    /// misses those between.
    /// OnCompleted comes when the connection is disposed of; OnError never comes. Un-advised when the last subscription to the tag ends.
    /// </summary>
    /// <param name="observer">Who is told.</param>
    /// <returns>Ends the subscription when it is disposed of.</returns>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public IDisposable Subscribe(IObserver<MxSample<T>> observer) => Subscribe(observer, MxAdviseOptions.Default);

    /// <summary>Advises for an observer as the options say: otherwise as <see cref="Subscribe(IObserver{MxSample{T}})"/>.</summary>
    /// <param name="observer">Who is told.</param>
    /// <param name="options">What is kept for an observer who is behind, and by which call of MXAccess the tag is advised.</param>
    /// <returns>Ends the subscription when it is disposed of.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public IDisposable Subscribe(IObserver<MxSample<T>> observer, MxAdviseOptions options)
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(options);
        EnsureUsable();
        return MxSubscription.Start([this], options.Checked(), observer, queued => ToSample(queued.Sample));
    }

    internal MxSample<T> ToSample(in MxRawSample raw)
    {
        if (raw.Value.IsNull)
            return new(default, false, raw.Quality, raw.Timestamp, raw.Status, raw.IsFromSession);
        if (_codec.TryDecode(raw.Value, out T? value))
            return new(value, true, raw.Quality, raw.Timestamp, raw.Status, raw.IsFromSession);
        MxRawSample wrong = OfWrongType(raw);
        return new(default, false, wrong.Quality, wrong.Timestamp, wrong.Status, wrong.IsFromSession);
    }

    internal sealed override MxRawSample Checked(in MxRawSample raw) => IsOfType(raw) ? raw : OfWrongType(raw);

    internal sealed override string? TypeFault(in MxRawSample raw) => IsOfType(raw) ? null : WrongType(raw);

    private bool IsOfType(in MxRawSample raw) => raw.Value.IsNull || _codec.TryDecode(raw.Value, out _);

    private string WrongType(in MxRawSample raw) =>
        $"the snapshot says {_codec.TypeName}, the gateway sent {raw.Value.KindName}; export the snapshot anew";

    private MxRawSample OfWrongType(in MxRawSample raw)
    {
        string text = $"{Reference}: {WrongType(raw)}";
        var status = new MxStatus(MxStatusCategory.ConfigurationError, MxStatusSource.Unknown, 0, text);
        return new(default, MxQuality.BadConfigurationError, raw.Timestamp, status, isFromSession: true);
    }

    private async Task<MxSample<T>> ReadCoreAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        string what = $"reading {EnsureUsable()}";
        Connection.EnsureOpen(what);
        try
        {
            return ToSample((await Connection.Reader.ReadAsync(Item, maxAge, cancellationToken).ConfigureAwait(false)).Sample);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw MxRead.Cancelled(what, e, cancellationToken);
        }
    }

    /// <summary>A value as it is written; what MXAccess cannot take is refused here, naming the tag.</summary>
    internal Proto.MxValue ToWire(T value) => MxWrite.Naming(Reference, nameof(value), () => Wire.ToValue(_codec.Encode(value), _codec.DataType));

    private async IAsyncEnumerable<MxSample<T>> EnumerateAsync(MxAdviseOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using MxSubscription subscription = MxSubscription.Start([this], options);
        await foreach (MxQueued queued in subscription.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return ToSample(queued.Sample);
    }
}
