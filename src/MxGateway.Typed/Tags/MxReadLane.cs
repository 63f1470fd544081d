using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>
/// The queue in front of a session for reads. What is asked for while a command is under way travels in the next one; a tag that is asked for twice before it
/// travels has one row. A read that is under way is not shared: a write may have been confirmed since it was sent.
/// </summary>
internal sealed class MxReadLane(MxReadSession session, CancellationToken stop)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MxItem, Asked> _waiting = [];
    private readonly Queue<Asked> _order = new();
    private Task _pump = Task.CompletedTask;
    private bool _isPumping;

    /// <summary>Puts tags into the queue, all at once, so that none of them travels before the others are here.</summary>
    /// <returns>What to wait for, in the tags' order.</returns>
    public Asked[] Enqueue(IReadOnlyList<MxItem> items)
    {
        var asked = new Asked[items.Count];
        lock (_lock)
        {
            stop.ThrowIfCancellationRequested();
            for (int i = 0; i < asked.Length; i++)
            {
                if (!_waiting.TryGetValue(items[i], out asked[i]!))
                {
                    _waiting.Add(items[i], asked[i] = new Asked(items[i]));
                    _order.Enqueue(asked[i]);
                }

                asked[i].Readers++;
            }

            if (!_isPumping && asked.Length > 0)
            {
                _isPumping = true;
                _pump = Task.Run(PumpAsync, CancellationToken.None);
            }
        }

        return asked;
    }

    /// <summary>Waits for an answer; null from a gateway that has no ReadBulk. What nobody waits for any more is not sent.</summary>
    public async Task<MxRead?> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        try
        {
            return await asked.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                asked.Readers--;
        }
    }

    /// <summary>Ends the session, when the queue's token was cancelled. Never throws.</summary>
    /// <param name="time">How long it may take.</param>
    public async Task CloseAsync(TimeSpan time)
    {
        Task pump;
        lock (_lock)
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

    private List<Asked> Take()
    {
        List<Asked> some = [];
        lock (_lock)
        {
            while (some.Count < MxBulkCommands.Size && _order.TryDequeue(out Asked? next))
            {
                _waiting.Remove(next.Item);
                if (next.Readers > 0)
                    some.Add(next);
            }

            _isPumping = some.Count > 0;
        }

        return some;
    }

    private async Task ReadAsync(List<Asked> asked)
    {
        try
        {
            MxRead[]? reads = await session.ReadAsync([.. asked.Select(one => one.Item.Reference)], stop).ConfigureAwait(false);
            for (int i = 0; i < asked.Count; i++)
            {
                if (reads is not null)
                    asked[i].Item.IsSilent = reads[i].IsTimeout;
                asked[i].Answer.TrySetResult(reads?[i]);
            }
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
    internal sealed class Asked(MxItem item)
    {
        public MxItem Item => item;

        /// <summary>How many wait for it. The lane's, under its lock.</summary>
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
