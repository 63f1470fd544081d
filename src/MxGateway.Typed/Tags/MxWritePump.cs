using System.Threading.Channels;
using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// Sends the writes that are ready, one command after the other, as the gateway carries them out: what has become ready meanwhile travels together.
/// So a write that the gateway has not been told of is never carried out late.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="options">The time-outs.</param>
/// <param name="issuing">Held while writes are issued, so that those issued together are taken together.</param>
internal sealed class MxWritePump(MxSession session, MxGatewayOptions options, Lock issuing)
{
    // Well below what a message may have.
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>
    /// How many writes may be sent and not ended. Each brings an OnWriteComplete and most a data change, and together with the first values of what is
    /// advised meanwhile (<see cref="MxAdvisePace.Window"/>) they must stay well below the gateway's queue of 10,000 events: it cuts off who lets that run
    /// over.
    /// </summary>
    public const int MaxUnended = 1_500;

    private readonly SemaphoreSlim _room = new(MaxUnended);
    private readonly Channel<MxPendingWrite> _ready = Channel.CreateUnbounded<MxPendingWrite>(new() { SingleReader = true });

    // Kinds whose bulk command this gateway does not know.
    private readonly HashSet<MxWriteKind> _alone = [];

    /// <summary>Hands a write over; it ends by itself.</summary>
    public void Add(MxPendingWrite write)
    {
        if (!_ready.Writer.TryWrite(write))
            NotBegun(write);
    }

    /// <summary>Takes no more writes.</summary>
    public void Stop() => _ready.Writer.TryComplete();

    /// <summary>Sends what becomes ready, until <see cref="Stop"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _ready.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Lets those in that became ready in the same moment, by the same answer.
            await Task.Yield();
            foreach (IReadOnlyList<MxPendingWrite> some in Batches(Take()))
            {
                // One place for each before any is begun: what has begun must not wait.
                for (int i = 0; i < some.Count; i++)
                    await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
                await SendAsync(some, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private List<MxPendingWrite> Take()
    {
        var taken = new List<MxPendingWrite>();
        lock (issuing)
            while (_ready.Reader.TryRead(out MxPendingWrite? write))
                taken.Add(write);
        return taken;
    }

    /// <summary>Of one kind each, in their order, within the limits of a command.</summary>
    private static IEnumerable<IReadOnlyList<MxPendingWrite>> Batches(IEnumerable<MxPendingWrite> writes)
    {
        foreach (IGrouping<MxWriteKind, MxPendingWrite> ofKind in writes.GroupBy(write => write.Write.Kind))
        {
            var batch = new List<MxPendingWrite>();
            int bytes = 0;
            foreach (MxPendingWrite write in ofKind)
            {
                if (batch.Count == MxTagCommands.Size || (batch.Count > 0 && bytes + write.Write.Size > MaxBytes))
                {
                    yield return batch;
                    (batch, bytes) = ([], 0);
                }

                batch.Add(write);
                bytes += write.Write.Size;
            }

            yield return batch;
        }
    }

    private async Task SendAsync(IReadOnlyList<MxPendingWrite> batch, CancellationToken cancellationToken)
    {
        MxWriteKind kind = batch[0].Write.Kind;
        if (batch.Count > 1 && !_alone.Contains(kind))
        {
            MxPendingWrite[] begun = [.. batch.Where(TryBegin)];
            if (begun.Length > 1 && await TrySendTogetherAsync(kind, begun, cancellationToken).ConfigureAwait(false))
                return;

            // One that was given up meanwhile has ended: it is not sent.
            foreach (MxPendingWrite write in begun.Where(write => !write.End.IsCompleted))
                await SendAloneAsync(write, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (MxPendingWrite write in batch.Where(TryBegin))
            await SendAloneAsync(write, cancellationToken).ConfigureAwait(false);
    }

    private Task SendAloneAsync(MxPendingWrite write, CancellationToken cancellationToken)
    {
        Proto.MxCommand command = MxCommands.Write(write.Write.Kind, session.ServerHandle, write.Entry);
        return TryInvokeAsync([write], command, $"{command.Kind}", static _ => { }, cancellationToken);
    }

    /// <returns>False where the gateway does not know the command: nothing was carried out.</returns>
    private async Task<bool> TrySendTogetherAsync(MxWriteKind kind, MxPendingWrite[] writes, CancellationToken cancellationToken)
    {
        MxBulkCommand<Proto.BulkWriteResult> bulk = MxCommands.WriteBulk(kind, session.ServerHandle, [.. writes.Select(write => write.Entry)]);
        string what = $"{bulk.Command.Kind} of {writes.Length}";
        bool isKnown = await TryInvokeAsync(
            writes, bulk.Command, what, reply => Judge(writes, bulk.Rows(reply, what), reply), cancellationToken).ConfigureAwait(false);
        if (!isKnown)
            _alone.Add(kind);
        return isKnown;
    }

    /// <summary>Carries the command out; where it fails, that ends the writes in it.</summary>
    /// <returns>False where the gateway does not know the command for many: nothing was carried out, and no write has ended.</returns>
    private async Task<bool> TryInvokeAsync(
        MxPendingWrite[] writes, Proto.MxCommand command, string what, Action<Proto.MxCommandReply> judge, CancellationToken cancellationToken)
    {
        // Who waits for them has given up by then, and the next ones must not wait for them longer.
        using var timeout = new CancellationTokenSource(options.WriteTimeout, options.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            judge(await session.InvokeAsync(command, what, stop.Token).ConfigureAwait(false));
        }
        catch (MxGatewayException e) when (writes.Length > 1 && IsNotKnown(e))
        {
            return false;
        }
        catch (MxGatewayException e)
        {
            Finish(writes, write => MxWriteFailures.OfCommand(write.Write, e, what));
        }
        catch (Exception e)
        {
            string why = e is OperationCanceledException ? "the gateway has not answered" : e.Message;
            Finish(writes, write => MxWriteFailures.Unknown(write.Reference, why, e));
        }

        Array.ForEach(writes, write => write.Answer());
        return true;
    }

    /// <summary>A row that failed is its write's end; the end of the others is their OnWriteComplete.</summary>
    private static void Judge(MxPendingWrite[] writes, IReadOnlyList<Proto.BulkWriteResult> rows, Proto.MxCommandReply reply)
    {
        for (int i = 0; i < writes.Length; i++)
        {
            if (!rows[i].WasSuccessful)
                writes[i].Finish(new(MxWriteFailures.OfRow(writes[i].Write, rows[i], reply)));
        }
    }

    private static void Finish(MxPendingWrite[] writes, Func<MxPendingWrite, MxGatewayException> why)
    {
        foreach (MxPendingWrite write in writes)
            write.Finish(new MxWriteEnd(why(write)));
    }

    private bool TryBegin(MxPendingWrite write)
    {
        if (!write.Item.TryBeginWrite(write))
        {
            _room.Release();
            return NotBegun(write);
        }

        write.End.ContinueWith(
            static (_, room) => ((SemaphoreSlim)room!).Release(),
            _room,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return true;
    }

    private static bool NotBegun(MxPendingWrite write)
    {
        if (!write.TryWithdraw())
            return false;
        MxRawSample latest = write.Item.Latest;
        write.Finish(new MxWriteEnd(latest.IsFromSession && latest.Quality != MxQuality.BadWaitingForInitialData
            ? MxWriteFailures.NotSent(write.Reference, latest)
            : MxWriteFailures.NotSent(write.Reference, "events were missed, and its item was replaced before the write's turn came; write it again")));
        return false;
    }

    private static bool IsNotKnown(MxGatewayException e) =>
        e is MxProtocolException { Code: Proto.ProtocolStatusCode.InvalidRequest }
        || (e.InnerException is GrpcException { Code: GrpcStatusCode.Unimplemented } && e.IsSurelyNotDone);
}
