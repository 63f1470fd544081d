namespace MxGateway.Typed;

/// <summary>
/// Writes values and waits for their OnWriteComplete. MXAccess: a write needs the attribute's type, so it goes to an item that has had its first data change;
/// and its outcome names only the item, so one write is under way per item.
/// </summary>
internal sealed class MxTagWriter
{
    // Held while writes are issued: those issued together are authenticated and sent together.
    private readonly Lock _issuing = new();
    private readonly MxTagRegistry _registry;
    private readonly MxGatewayOptions _options;
    private readonly MxUserIds _users;
    private readonly MxWritePump _pump;

    public MxTagWriter(MxSession session, MxTagRegistry registry, MxGatewayOptions options)
    {
        _registry = registry;
        _options = options;
        _users = new MxUserIds(session, _issuing);
        _pump = new MxWritePump(session, options, _issuing);
    }

    private string WriteTimeout => $"{_options.WriteTimeout.TotalSeconds:0.#} s";

    /// <summary>Sends what is written, until <see cref="Stop"/>.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _pump.RunAsync(cancellationToken);

    /// <summary>Takes no more writes.</summary>
    public void Stop() => _pump.Stop();

    /// <summary>
    /// Issues writes together. Each task completes when MXAccess confirmed its write; every other outcome is an exception that says which it is.
    /// </summary>
    public Task[] Issue(IReadOnlyCollection<MxPendingWrite> writes, CancellationToken cancellationToken)
    {
        lock (_issuing)
            return [.. writes.Select(write => RunAsync(write, cancellationToken))];
    }

    // Takes its place among the tag's writes before the first wait, so that writes to a tag go in the order in which they were issued.
    private async Task RunAsync(MxPendingWrite write, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.WriteTimeout, _options.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        _registry.Attach(write.Item, null);
        write.Item.Writes.Enter(write);
        try
        {
            if (await IsPreparedAsync(write, stop.Token, cancellationToken).ConfigureAwait(false))
                _pump.Add(write);
            await EndAsync(write, stop.Token, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Where it was not sent, its users need not be asked for any more.
            write.TryWithdraw();
            write.Item.Writes.Leave(write);
            _registry.Detach(write.Item, null);
        }
    }

    /// <summary>Waits for what a write needs before it can be sent: its turn, its users, its tag's type.</summary>
    /// <returns>False where it ended meanwhile.</returns>
    private async Task<bool> IsPreparedAsync(MxPendingWrite write, CancellationToken stop, CancellationToken cancellationToken)
    {
        Task<MxAuthentication>? user = write.Write.User is { } writer ? _users.AuthenticateAsync(writer, write) : null;
        Task<MxAuthentication>? verifier = write.Write.Verifier is { } other ? _users.AuthenticateAsync(other, write) : null;

        string tooLate = $"another write of it has not ended within {WriteTimeout}";
        if (!await IsReachedAsync(write.Turn, write, tooLate, stop, cancellationToken).ConfigureAwait(false))
            return false;
        if (user is not null)
        {
            if (await UserIdAsync(write, user, write.Write.User!, stop, cancellationToken).ConfigureAwait(false) is not { } id)
                return false;
            (write.User, write.Verifier) = (id, id);
        }

        if (verifier is not null)
        {
            if (await UserIdAsync(write, verifier, write.Write.Verifier!, stop, cancellationToken).ConfigureAwait(false) is not { } id)
                return false;
            write.Verifier = id;
        }

        if (await HandleOfKnownTypeAsync(write, stop, cancellationToken).ConfigureAwait(false) is not { } handle)
            return false;
        write.Handle = handle;
        return true;
    }

    /// <returns>Null where the write ended meanwhile.</returns>
    private async Task<MxUserId?> UserIdAsync(
        MxPendingWrite write, Task<MxAuthentication> asked, MxCredentials user, CancellationToken stop, CancellationToken cancellationToken)
    {
        string tooLate = $"authenticating {user.UserName} took longer than {WriteTimeout}";
        if (!await IsReachedAsync(asked, write, tooLate, stop, cancellationToken).ConfigureAwait(false))
            return null;
        MxAuthentication answer = await asked.ConfigureAwait(false);
        if (answer.Failure is not { } failure)
            return answer.Id;
        string advice = failure is MxAccessException ? ": check the user's name and password" : "";
        throw MxWriteFailures.NotDone(write.Reference, failure, $"{failure.Message}; nothing was written{advice}");
    }

    /// <returns>Null where the write ended meanwhile.</returns>
    private async Task<int?> HandleOfKnownTypeAsync(MxPendingWrite write, CancellationToken stop, CancellationToken cancellationToken)
    {
        Task<int> first = write.Item.First;
        string tooLate = $"the gateway gave no first value of it within {WriteTimeout}, and MXAccess takes no write before: " +
            "its object may be off scan, or the gateway does not answer";
        if (!await IsReachedAsync(first, write, tooLate, stop, cancellationToken).ConfigureAwait(false))
            return null;
        int handle = await first.ConfigureAwait(false);
        MxRawSample latest = write.Item.Latest;
        if (handle == 0)
            throw MxWriteFailures.NotSent(write.Reference, latest);

        // MXAccess: a wrong reference has a handle all the same, and no value.
        if (latest.Status.Category == MxStatusCategory.ConfigurationError && latest.Value.IsNull)
        {
            string why = $"MXAccess does not know it ({latest.Status}); check the reference, or export the snapshot anew";
            throw MxWriteFailures.NotSent(write.Reference, why, latest.Status);
        }

        return handle;
    }

    private async Task EndAsync(MxPendingWrite write, CancellationToken stop, CancellationToken cancellationToken)
    {
        try
        {
            MxWriteEnd end = await write.End.WaitAsync(stop).ConfigureAwait(false);

            // OnWriteComplete decides, and it may come before the reply: the next write waits for both.
            if (end.Failure is null)
                await write.Answered.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.EnsureConfirmed(write.Write);
            write.Item.Written(Wire.ToVariant(write.Write.Value));
        }
        catch (OperationCanceledException e)
        {
            write.TryWithdraw();
            if (!write.WasSent)
                throw NotSent(write, $"the gateway was busy with other writes for {WriteTimeout}", e, cancellationToken);

            // The worker's call runs on: its completion must not confirm the next write.
            _registry.Retire(write.Item, write.Handle);
            MxWriteUnknownException unknown = MxWriteFailures.Unknown(write.Reference, $"no OnWriteComplete within {WriteTimeout}", e);
            write.Finish(new MxWriteEnd(unknown));
            throw cancellationToken.IsCancellationRequested
                ? MxWriteFailures.Cancelled(write.Reference, "the write may or may not have taken effect", e, cancellationToken)
                : unknown;
        }
        catch (MxWriteUnknownException)
        {
            _registry.Retire(write.Item, write.Handle);
            throw;
        }
    }

    /// <summary>Waits for what must be done before anything is sent.</summary>
    /// <returns>False where the write ended meanwhile: it gave way to a newer one.</returns>
    private static async Task<bool> IsReachedAsync(
        Task task, MxPendingWrite write, string tooLate, CancellationToken stop, CancellationToken cancellationToken)
    {
        try
        {
            // The time is one of the tasks, so that at a tag which stays silent nothing is left behind.
            await (await Task.WhenAny(write.End, task, Task.Delay(Timeout.InfiniteTimeSpan, stop)).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!write.End.IsCompleted)
        {
            throw NotSent(write, tooLate, e, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It gave way in the same moment.
        }

        return !write.End.IsCompleted;
    }

    private static Exception NotSent(MxPendingWrite write, string tooLate, OperationCanceledException e, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? MxWriteFailures.Cancelled(write.Reference, "nothing was sent", e, cancellationToken)
            : MxWriteFailures.NotSent(write.Reference, tooLate);
}
