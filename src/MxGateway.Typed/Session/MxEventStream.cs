using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// A session's event stream while it is attached, for one reader: events in the order of their sequence, until the session is closed.
/// From <see cref="MxSession.AttachEventsAsync"/>. Disposing it detaches it; the session lives on for a while, and the stream can be resumed.
/// </summary>
public sealed class MxEventStream : IAsyncEnumerable<MxSessionEvent>, IAsyncDisposable
{
    // Servers send their headers when the stream is attached, or only with its first event; so long is waited for the former.
    private static readonly TimeSpan s_headersGrace = TimeSpan.FromSeconds(1);

    private readonly IGrpcStream<Proto.MxEvent> _events;
    private readonly string _what;
    private readonly MxGatewayOptions _options;
    private readonly CancellationTokenSource _detach = new();
    private readonly Task<bool> _first;
    private int _isRead;
    private int _isDetached;

    private MxEventStream(IGrpcStream<Proto.MxEvent> events, string what, MxGatewayOptions options)
    {
        _events = events;
        _what = what;
        _options = options;
        _first = events.MoveNextAsync(_detach.Token).AsTask();
    }

    /// <summary>The events. An enumeration that is cancelled ends the stream.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="InvalidOperationException">The stream has been read already.</exception>
    public IAsyncEnumerator<MxSessionEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) => Interlocked.Exchange(ref _isRead, 1) == 0
        ? ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken)
        : throw new InvalidOperationException($"{_what}: an event stream is read once; attach another one (AttachEventsAsync), or keep one enumerator");

    /// <summary>Detaches the stream; who reads it ends with an <see cref="OperationCanceledException"/>. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDetached, 1) != 0)
            return;
        await _detach.CancelAsync().ConfigureAwait(false);
        await _events.DisposeAsync().ConfigureAwait(false);

        // Whatever it ends with is of no interest any more, and must not go unobserved.
        await _first.ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>Waits until the gateway has accepted the stream, or refused it.</summary>
    internal static async Task<MxEventStream> AttachAsync(
        IGrpcStream<Proto.MxEvent> events, string what, MxGatewayOptions options, CancellationToken cancellationToken)
    {
        var stream = new MxEventStream(events, what, options);
        try
        {
            Task grace = Task.Delay(s_headersGrace, options.TimeProvider, cancellationToken);
            await Task.WhenAny(events.Headers, stream._first, grace).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();

            // A refusal may be all that the headers say: the stream itself knows it.
            bool isRefused = events.Headers.IsCompletedSuccessfully && (await events.Headers.ConfigureAwait(false))[GrpcHeaders.Status] is not null;
            if (isRefused || events.Headers.IsFaulted || stream._first.IsFaulted)
                await stream._first.ConfigureAwait(false);
            return stream;
        }
        catch (GrpcException e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw MxFailures.Of(e, what, options.Endpoint);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async IAsyncEnumerable<MxSessionEvent> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _detach.Token);
        bool isFirst = true;
        try
        {
            while (await MoveNextAsync(isFirst, stop.Token).ConfigureAwait(false))
            {
                isFirst = false;
                yield return MxSessionEvent.Of(_events.Current);
            }
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested)
                await DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> MoveNextAsync(bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            return await (isFirst ? _first.WaitAsync(cancellationToken) : _events.MoveNextAsync(cancellationToken).AsTask()).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, _what, _options.Endpoint);
        }
    }
}
