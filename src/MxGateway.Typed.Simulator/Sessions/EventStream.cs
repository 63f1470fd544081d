using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Hosting;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>The queue between a session's events and the one stream that reads them. Disposing it detaches the stream.</summary>
internal sealed class EventStream(EventLog log, string connectionId) : IDisposable
{
    /// <summary>How many events wait for a slow reader.</summary>
    public const int QueueSize = 10_000;

    /// <summary>How many bytes the waiting events have together; one that is larger by itself waits alone.</summary>
    public const int QueueBytes = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Channel<(MxEvent Event, int Size)> _queue =
        Channel.CreateBounded<(MxEvent, int)>(new BoundedChannelOptions(QueueSize) { SingleReader = true, SingleWriter = true });
    private volatile GrpcFault? _fault;
    private Action? _onCutOff;
    private int _bytes;

    /// <summary>The connection that it comes by.</summary>
    public string ConnectionId { get; } = connectionId;

    /// <summary>Whether the stream was ended at once: nothing is taken from it any more, and waiting throws why.</summary>
    public bool IsCutOff => _fault is not null;

    /// <summary>Waits for an event.</summary>
    /// <returns>False when the stream ended with OK.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _fault is { } fault ? ValueTask.FromException<bool>(fault) : _queue.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next event that is here.</summary>
    public bool TryTake([MaybeNullWhen(false)] out MxEvent entry)
    {
        entry = null;
        if (_fault is not null || !_queue.Reader.TryRead(out (MxEvent Event, int Size) next))
            return false;
        Interlocked.Add(ref _bytes, -next.Size);
        entry = next.Event;
        return true;
    }

    /// <summary>Says what to do when the stream is cut off while its reader is waited for. It is not done any more once the stream is disposed.</summary>
    public void OnCutOff(Action action)
    {
        lock (_lock)
            _onCutOff = action;
        if (_fault is not null)
            TellCutOff();
    }

    public void Dispose()
    {
        lock (_lock)
            _onCutOff = null;
        log.Detach(this);
        _queue.Writer.TryComplete();
    }

    /// <summary>Adds an event; false where there is no room for it.</summary>
    internal bool TryAdd(MxEvent entry, int size)
    {
        int bytes = Interlocked.Add(ref _bytes, size);
        if ((bytes <= QueueBytes || bytes == size) && _queue.Writer.TryWrite((entry, size)))
            return true;
        Interlocked.Add(ref _bytes, -size);
        return false;
    }

    /// <summary>What a gateway does that lets a slow reader hold its worker up: waits until there is room, or nobody reads any more.</summary>
    internal void WaitForRoom() => _queue.Writer.WaitToWriteAsync().AsTask().Wait();

    internal void Complete() => _queue.Writer.TryComplete();

    /// <summary>Ends the stream at once: what is queued is not sent.</summary>
    internal void CutOff(GrpcFault fault)
    {
        _fault = fault;
        _queue.Writer.TryComplete(fault);

        // Not on this thread: it holds locks that what follows may need.
        ThreadPool.QueueUserWorkItem(static stream => stream.TellCutOff(), this, preferLocal: false);
    }

    private void TellCutOff()
    {
        lock (_lock)
            _onCutOff?.Invoke();
    }
}
