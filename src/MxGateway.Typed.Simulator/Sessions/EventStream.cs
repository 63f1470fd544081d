using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Hosting;

namespace MxGateway.Typed.Simulator.Sessions;

/// <summary>The queue between a session's events and the one stream that reads them. Disposing it detaches the stream.</summary>
internal sealed class EventStream(EventLog log) : IDisposable
{
    /// <summary>How many events wait for a slow reader.</summary>
    public const int QueueSize = 10_000;

    private readonly Lock _lock = new();
    private readonly Channel<MxEvent> _queue = Channel.CreateBounded<MxEvent>(new BoundedChannelOptions(QueueSize) { SingleReader = true, SingleWriter = true });
    private volatile GrpcFault? _fault;
    private Action? _onCutOff;

    /// <summary>Whether the stream was ended at once: nothing is taken from it any more, and waiting throws why.</summary>
    public bool IsCutOff => _fault is not null;

    /// <summary>Waits for an event.</summary>
    /// <returns>False when the stream ended with OK.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _fault is { } fault ? ValueTask.FromException<bool>(fault) : _queue.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next event that is here.</summary>
    public bool TryTake([MaybeNullWhen(false)] out MxEvent entry)
    {
        entry = null;
        return _fault is null && _queue.Reader.TryRead(out entry);
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
    }

    internal bool TryAdd(MxEvent entry) => _queue.Writer.TryWrite(entry);

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
