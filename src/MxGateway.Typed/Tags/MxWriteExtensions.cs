using MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>Writing many tags at once. These are extension methods, so that they never take a name from a Galaxy.</summary>
public static class MxWriteExtensions
{
    // How many failures a message names; the results have them all.
    private const int Named = 10;

    /// <summary>
    /// Writes many tags at once, in as few commands as may be, and says of each how it ended. Writes of one tag are carried out in their order, each after
    /// the one
    /// before it has ended; those of different tags in any order.
    /// </summary>
    /// <param name="galaxy">The plant.</param>
    /// <param name="writes">What is written; null entries and tags of another connection are refused before anything is sent.</param>
    /// <param name="cancellationToken">
    /// Stops the wait: writes not yet sent are not sent (<see cref="MxWriteOutcome.Rejected"/>), those under way may still take effect
    /// (<see cref="MxWriteOutcome.Unknown"/>), those that have ended keep their outcome. Cancelled before the call, it throws.
    /// </param>
    /// <returns>
    /// How each write ended, in the order of <paramref name="writes"/>. A write that fails is a result, not an exception: look at them, or call <see
    /// cref="EnsureConfirmed"/>.
    /// </returns>
    /// <exception cref="ArgumentException">A write is null, or is of another connection's tag; nothing was sent.</exception>
    /// <exception cref="MxConnectionException">There is no connection. Nothing was sent, and nothing will be sent later.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before anything was sent.</exception>
    public static Task<IReadOnlyList<MxWriteResult>> WriteAllAsync(
        this MxGalaxy galaxy, IEnumerable<MxWrite> writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(galaxy);
        return galaxy.Connection.WriteAllAsync(writes, cancellationToken);
    }

    /// <inheritdoc cref="WriteAllAsync(MxGalaxy, IEnumerable{MxWrite}, CancellationToken)"/>
    /// <param name="connection">The connection, for tags of all plants that use it.</param>
    /// <param name="writes">What is written; null entries and tags of another connection are refused before anything is sent.</param>
    /// <param name="cancellationToken">As above.</param>
    public static async Task<IReadOnlyList<MxWriteResult>> WriteAllAsync(
        this MxGatewayConnection connection, IEnumerable<MxWrite> writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(writes);
        MxPendingWrite[] pending = [.. writes.Select((write, i) => new MxPendingWrite(Checked(connection, write, i)))];
        if (pending.Length == 0)
            return [];

        string references = pending.Length == 1 ? pending[0].Reference : $"{pending[0].Reference} and {pending.Length - 1} more";
        connection.EnsureOpen($"writing {references}");
        if (cancellationToken.IsCancellationRequested)
            throw MxWriteFailures.Cancelled(references, "nothing was sent", null, cancellationToken);
        Task[] tasks = connection.Writer.Issue(pending, cancellationToken);
        return await Task.WhenAll(pending.Zip(tasks, MxWriteResult.OfAsync)).ConfigureAwait(false);
    }

    /// <summary>Throws where a write was not confirmed: the exception is that of the first such write, and its message names them all.</summary>
    /// <param name="results">What <see cref="WriteAllAsync(MxGalaxy, IEnumerable{MxWrite}, CancellationToken)"/> gave.</param>
    /// <exception cref="MxWriteRejectedException">The first one was rejected, or never sent.</exception>
    /// <exception cref="MxWriteUnknownException">Whether the first one took effect is not known.</exception>
    /// <exception cref="MxWriteSupersededException">The first one was superseded.</exception>
    public static void EnsureConfirmed(this IEnumerable<MxWriteResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        MxWriteResult[] all = [.. results];
        MxWriteResult[] bad = [.. all.Where(result => result.Outcome != MxWriteOutcome.Confirmed)];
        if (bad.Length == 0)
            return;

        MxWriteResult first = bad[0];
        string more = bad.Length > Named ? $"; and {bad.Length - Named} more" : "";
        string message = $"{bad.Length} of {all.Length} writes were not confirmed: {string.Join("; ", bad.Take(Named))}{more}";
        MxCommandReply? reply = (first.Exception as MxGatewayException)?.RawReply;
        int? hresult = (first.Exception as MxWriteRejectedException)?.MxHResult;

        // Of one write that may have taken effect, the exception of all must not say otherwise.
        bool notDone = bad.All(result => result.Outcome is MxWriteOutcome.Rejected or MxWriteOutcome.Superseded);
        throw first.Outcome switch
        {
            MxWriteOutcome.Rejected => new MxWriteRejectedException(message, hresult, first.Statuses, first.Exception) { RawReply = reply, NotDone = notDone },
            MxWriteOutcome.Superseded => new MxWriteSupersededException(message, first.Exception) { NotDone = notDone },
            _ => new MxWriteUnknownException(message, first.Exception) { Statuses = first.Statuses, RawReply = reply },
        };
    }

    private static MxWrite Checked(MxGatewayConnection connection, MxWrite? write, int index)
    {
        if (write is null)
            throw new ArgumentException($"write {index + 1} is null; nothing was sent", "writes");
        return write.Tag.NodeGalaxy.Connection == connection
            ? write
            : throw new ArgumentException($"{write}: it is a tag of another connection; nothing was sent", "writes");
    }
}
