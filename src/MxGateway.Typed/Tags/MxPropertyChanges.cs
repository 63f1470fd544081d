using System.ComponentModel;

namespace MxGateway.Typed;

/// <summary>
/// The handlers of a tag's PropertyChanged. Each is called on the context that it was added on, or else on a thread of the pool; never twice at once, and
/// with one call pending at a time:
/// a handler asks the tag for its newest value, so a second call for a value that came meanwhile would only repeat it.
/// </summary>
internal sealed class MxPropertyChanges : IMxSampleSink, IMxListener
{
    private static readonly PropertyChangedEventArgs s_latest = new(nameof(MxTag<>.Latest));
    private static readonly PropertyChangedEventArgs s_value = new(nameof(MxReadOnlyStringAttribute.Value));

    private readonly Lock _lock = new();
    private readonly MxTag _tag;
    private volatile Handler[] _handlers = [];
    private bool _isListening;
    private volatile bool _isEnded;

    public MxPropertyChanges(MxTag tag) => _tag = tag;

    /// <summary>Adds a handler; the first one advises the tag.</summary>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    public void Add(PropertyChangedEventHandler handler)
    {
        lock (_lock)
        {
            if (!_isListening || _isEnded)
                _tag.Connection.Subscriptions.Add(_tag.NodeGalaxy, this, _tag.Reference, static () => Task.CompletedTask);
            var added = new Handler(this, handler, SynchronizationContext.Current);
            _handlers = [.. _handlers, added];

            // Each handler is told of a sample that is there: the first one by attaching.
            if (!_isListening)
                _tag.Connection.Tags.Attach(_tag.Item, this);
            else if (!_tag.Item.IsFirstPending)
                added.Post();
            _isListening = true;
        }
    }

    /// <summary>Removes a handler; with the last one the tag is let go.</summary>
    public void Remove(PropertyChangedEventHandler handler)
    {
        lock (_lock)
        {
            // As events do it: of a handler that was added twice, the one that came last goes.
            int index = Array.FindLastIndex(_handlers, entry => entry.Callback == handler);
            if (index < 0)
                return;
            _handlers[index].IsRemoved = true;
            _handlers = [.. _handlers[..index], .. _handlers[(index + 1)..]];
            if (_handlers.Length == 0)
                StopListening();
        }
    }

    public void Publish(in MxRawSample sample)
    {
        foreach (Handler handler in _handlers)
            handler.Post();
    }

    /// <summary>What is posted is delivered; there is no end to tell of. Who comes after it is refused by the subscriptions.</summary>
    public void Complete() => _isEnded = true;

    /// <summary>The plant was disposed of.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _handlers = [];
            StopListening();
        }
    }

    private void StopListening()
    {
        if (!_isListening)
            return;
        _isListening = false;
        _tag.Connection.Tags.Detach(_tag.Item, this);
        _tag.Connection.Subscriptions.Remove(this);
    }

    private sealed class Handler(MxPropertyChanges owner, PropertyChangedEventHandler callback, SynchronizationContext? context)
    {
        private int _isPending;

        public PropertyChangedEventHandler Callback => callback;

        public bool IsRemoved { get; set; }

        // On the event path: by the pool, also where the call goes to a context, whose own code must not hold the path up.
        public void Post()
        {
            if (Interlocked.Exchange(ref _isPending, 1) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(static handler => handler.PostToContext(), this, preferLocal: false);
        }

        private void PostToContext()
        {
            if (context is null)
            {
                Call();
                return;
            }

            try
            {
                context.Post(static handler => ((Handler)handler!).Call(), this);
            }
            catch (Exception e)
            {
                // A context that is gone, such as a closed window's, takes no calls: the handler stays silent from here on.
                MxLog.ObserverFailed(owner._tag.Connection.Log, e, owner._tag.Reference);
            }
        }

        private void Call()
        {
            // On the pool the next call could overtake this one otherwise.
            lock (this)
            {
                // Before the handler looks: what comes from here on is worth a call of its own.
                Volatile.Write(ref _isPending, 0);
                if (IsRemoved)
                    return;
                try
                {
                    callback(owner._tag, s_latest);
                    callback(owner._tag, s_value);
                }
                catch (Exception e)
                {
                    // The handler's own fault ends its calls, and nothing else.
                    MxLog.ObserverFailed(owner._tag.Connection.Log, e, owner._tag.Reference);
                    owner.Remove(callback);
                }
            }
        }
    }
}
