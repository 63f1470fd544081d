namespace MxGateway.Typed;

/// <summary>A tag whose values are of a type: reading and advising. All members are safe from many threads.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public abstract class MxTag<T> : MxTag, IObservable<MxSample<T>>
{
    private protected MxTag(MxNodeContext context, MxCodec<T> codec)
        : base(context) => Codec = codec;

    /// <summary>The last sample while the tag is advised; before the first one, and after the last subscription ended, a bad one made by the session.</summary>
    public MxSample<T> Latest => throw new NotImplementedException();

    private protected MxCodec<T> Codec { get; }

    /// <summary>Reads.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<MxSample<T>> ReadAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Advises.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<MxSample<T>> AdviseAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Advises.</summary>
    /// <param name="observer">Who is told.</param>
    public IDisposable Subscribe(IObserver<MxSample<T>> observer) => throw new NotImplementedException();

    private protected Task WriteCoreAsync(T value, CancellationToken cancellationToken) => throw new NotImplementedException();

    private protected Task WriteSecuredCoreAsync(T value, MxCredentials user, MxCredentials? verifier, CancellationToken cancellationToken) => throw new NotImplementedException();
}
