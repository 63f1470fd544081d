using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>
/// The queue in front of a session for reads. What is asked for while a command is under way travels in the next one; a tag that is asked for twice before it
/// travels has one row. A read that is under way is not shared: a write may have been confirmed since it was sent.
/// </summary>
/// <param name="session">What the reads go by.</param>
/// <param name="time">The clock that a read's wait for its turn is told by.</param>
/// <param name="gate">The lock of all the lanes of a connection.</param>
/// <param name="forSilent">The lane for tags that gave no value here, and are asked anew there; null where this is it.</param>
/// <param name="stop">The connection is gone.</param>
internal sealed class MxReadLane(MxReadSession session, TimeProvider time, Lock gate, MxReadLane? forSilent, CancellationToken stop)
{
    private readonly Dictionary<MxItem, Asked> _waiting = [];
    private readonly Queue<Asked> _order = new();
    private Task _pump = Task.CompletedTask;
    private bool _isPumping;

    /// <summary>Puts tags into the queue, all at once, so that none of them travels before the others are here.</summary>
    /// <returns>What to wait for, in the tags' order.</returns>
    public Asked[] Enqueue(IReadOnlyList<MxItem> items)
    {
        lock (gate)
        {
            stop.ThrowIfCancellationRequested();
            return [.. items.Select(item => Add(item, 1, time.GetTimestamp()))];
        }
    }

    /// <summary>Waits for an answer; null from a gateway that has no ReadBulk. What nobody waits for any more is not sent.</summary>
    public async Task<MxRead?> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        try
        {
            MxRead? read = await asked.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return asked.Moved is { } moved ? await moved.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false) : read;
        }
        finally
        {
            lock (gate)
                for (Asked? one = asked; one is not null; one = one.Moved)
                    one.Readers--;
        }
    }

    /// <summary>Ends the session, when the queue's token was cancelled. Never throws.</summary>
    /// <param name="time">How long it may take.</param>
    public async Task CloseAsync(TimeSpan time)
    {
        Task pump;
        lock (gate)
            pump = _pump;
        await pump.ConfigureAwait(false);
        await session.CloseAsync(time).ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        // The last ones are under way until they are answered: a pump that is done leaves nothing behind.
        while (Take() is { Count: > 0 } some)
            await ReadAsync(some).ConfigureAwait(false);
    }

    // Under the lock: who holds it adds all that is to travel together before the pump takes any.
    private Asked Add(MxItem item, int readers, long since)
    {
        if (!_waiting.TryGetValue(item, out Asked? asked))
        {
            _waiting.Add(item, asked = new Asked(item, since));
            _order.Enqueue(asked);
        }

        asked.Readers += readers;
        if (!_isPumping)
        {
            _isPumping = true;
            _pump = Task.Run(PumpAsync, CancellationToken.None);
        }

        return asked;
    }

    private List<Asked> Take()
    {
        List<Asked> some = [], silent = [];
        lock (gate)
        {
            while (some.Count < MxTagCommands.Size && _order.TryDequeue(out Asked? next))
            {
                _waiting.Remove(next.Item);
                if (next.Readers > 0)
                    (forSilent is not null && next.Item.IsSilent ? silent : some).Add(next);
            }

            Move(silent);
            _isPumping = some.Count > 0;
        }

        return some;
    }

    /// <summary>Whoever waits for them waits in the other lane from here on.</summary>
    private void Move(IEnumerable<Asked> silent)
    {
        lock (gate)
        {
            foreach (Asked one in silent)
            {
                one.Moved = forSilent!.Add(one.Item, one.Readers, one.Since);
                one.Answer.TrySetResult(null);
            }
        }
    }

    private async Task ReadAsync(List<Asked> asked)
    {
        try
        {
            long sent = time.GetTimestamp();
            MxRead[]? reads = await session.ReadAsync([.. asked.Select(one => one.Item.Reference)], stop).ConfigureAwait(false);
            var silent = new List<Asked>();
            for (int i = 0; i < asked.Count; i++)
            {
                if (reads is not null)
                    asked[i].Item.IsSilent = reads[i].IsTimeout;
                if (forSilent is not null && reads?[i].IsTimeout == true)
                    silent.Add(asked[i]);
                else
                    asked[i].Answer.TrySetResult(reads?[i].After(time.GetElapsedTime(asked[i].Since, sent)));
            }

            Move(silent);
        }
        catch (MxProtocolException e) when (asked.Count > 1 && MxRead.IsCall(e, GrpcStatusCode.ResourceExhausted))
        {
            // Arrays may be long: what fits no message goes in two.
            int half = asked.Count / 2;
            await ReadAsync(asked[..half]).ConfigureAwait(false);
            await ReadAsync(asked[half..]).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            foreach (Asked one in asked)
                one.Answer.TrySetCanceled(CancellationToken.None);
        }
        catch (Exception e)
        {
            foreach (Asked one in asked)
                one.Fail(e is MxGatewayException failure ? MxRead.Failure(failure, one.Item.Reference) : e);
        }
    }

    /// <summary>A tag that was asked for.</summary>
    internal sealed class Asked(MxItem item, long since)
    {
        public MxItem Item => item;

        /// <summary>When it was asked for first.</summary>
        public long Since => since;

        /// <summary>What is waited for in its place, since it gave no value in its own lane; set before that answer is.</summary>
        public Asked? Moved { get; set; }

        /// <summary>How many wait for it. Under the lanes' lock.</summary>
        public int Readers { get; set; }

        public TaskCompletionSource<MxRead?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(Exception e)
        {
            Answer.TrySetException(e);

            // Who stopped waiting does not look at it any more.
            _ = Answer.Task.Exception;
        }
    }
}
