using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// Writes one value and waits for its OnWriteComplete. MXAccess: a write needs the attribute's type, so it goes to an item that has had its first data change;
/// and its outcome names only the item, so one write is under way per item.
/// </summary>
internal sealed class MxTagWriter(MxSession session, MxTagRegistry registry, MxGatewayOptions options)
{
    /// <summary>Returns when MXAccess confirmed the write; every other outcome is an exception that says which it is.</summary>
    public async Task WriteAsync(MxItem item, MxVariant value, MxDataType dataType, MxCredentials? user, MxCredentials? verifier, CancellationToken cancellationToken)
    {
        Proto.MxValue wire = Wire.ToValue(value, dataType);
        using var timeout = new CancellationTokenSource(options.WriteTimeout, options.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        registry.Attach(item, null);
        try
        {
            await EnterAsync(item, stop.Token, cancellationToken).ConfigureAwait(false);
            try
            {
                int handle = await HandleOfKnownTypeAsync(item, stop.Token, cancellationToken).ConfigureAwait(false);
                int userId = user is null ? 0 : await AuthenticateAsync(user, item, stop.Token, cancellationToken).ConfigureAwait(false);
                int verifierId = verifier is null ? userId : await AuthenticateAsync(verifier, item, stop.Token, cancellationToken).ConfigureAwait(false);
                await SendAsync(item, handle, Command(handle, wire, user, userId, verifierId), stop.Token, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                item.WriteGate.Release();
            }
        }
        finally
        {
            registry.Detach(item, null);
        }
    }

    private Proto.MxCommand Command(int handle, Proto.MxValue value, MxCredentials? user, int userId, int verifierId) => user is null
        ? new() { Kind = Proto.MxCommandKind.Write, Write = new() { ServerHandle = session.ServerHandle, ItemHandle = handle, Value = value } }
        : new()
        {
            Kind = Proto.MxCommandKind.WriteSecured,
            WriteSecured = new() { ServerHandle = session.ServerHandle, ItemHandle = handle, CurrentUserId = userId, VerifierUserId = verifierId, Value = value },
        };

    private async Task EnterAsync(MxItem item, CancellationToken stop, CancellationToken cancellationToken)
    {
        try
        {
            await item.WriteGate.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotSent(item, $"another write of it has not ended within {options.WriteTimeout.TotalSeconds:0.#} s");
        }
    }

    private async Task<int> HandleOfKnownTypeAsync(MxItem item, CancellationToken stop, CancellationToken cancellationToken)
    {
        MxRawSample first;
        int handle;
        try
        {
            (first, handle) = await item.First.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotSent(item, $"it gave no first value within {options.WriteTimeout.TotalSeconds:0.#} s, and MXAccess takes no write before; is its object on scan?");
        }

        if (first.IsFromSession && first.Quality == MxQuality.BadNotConnected)
            throw new MxConnectionException($"writing {item.Reference}: {first.Status.Text}; nothing was sent");
        if (handle == 0)
            throw NotSent(item, $"it cannot be advised ({first.Status}), and MXAccess takes no write before its first value", first.Status);
        if (first.Status.Category == MxStatusCategory.ConfigurationError)
            throw NotSent(item, $"MXAccess does not know it ({first.Status}); check the reference, or export the snapshot anew", first.Status);
        return handle;
    }

    private async Task<int> AuthenticateAsync(MxCredentials user, MxItem item, CancellationToken stop, CancellationToken cancellationToken)
    {
        var command = new Proto.AuthenticateUserCommand { ServerHandle = session.ServerHandle, UserName = user.UserName, Password = user.Password };
        try
        {
            Proto.MxCommandReply reply = await session.InvokeAsync(
                new Proto.MxCommand { Kind = Proto.MxCommandKind.AuthenticateUser, AuthenticateUser = command }, $"authenticating {user.UserName} to write {item.Reference}", stop).ConfigureAwait(false);
            return reply.AuthenticateUser?.UserId ?? throw NotSent(item, $"the gateway gave no user id for {user.UserName}");
        }
        catch (MxAccessException e) when (e is not MxWriteRejectedException)
        {
            throw new MxWriteRejectedException($"{e.Message}; nothing was written: check the user's name and password", e.HResult, e.Statuses);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotSent(item, $"authenticating {user.UserName} took longer than {options.WriteTimeout.TotalSeconds:0.#} s");
        }
    }

    private async Task SendAsync(MxItem item, int handle, Proto.MxCommand command, CancellationToken stop, CancellationToken cancellationToken)
    {
        string what = $"writing {item.Reference}";
        Task<MxStatus[]> completed = item.BeginWrite(handle);
        try
        {
            await session.InvokeAsync(command, what, stop).ConfigureAwait(false);
            Judge(item, await completed.WaitAsync(stop).ConfigureAwait(false));
        }
        catch (MxAccessException e) when (e is not MxWriteRejectedException)
        {
            throw new MxWriteRejectedException(e.Message, e.HResult, e.Statuses);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The worker's call runs on: its completion must not confirm the next write.
            registry.Retire(item, handle);
            throw;
        }
        catch (OperationCanceledException e)
        {
            registry.Retire(item, handle);
            throw new MxWriteUnknownException($"{what}: no OnWriteComplete within {options.WriteTimeout.TotalSeconds:0.#} s; the write may or may not have taken effect: read the tag before writing again", e);
        }
        catch (MxGatewayException e) when (e is not MxWriteRejectedException && !MxFailures.IsSurelyNotDone(e))
        {
            registry.Retire(item, handle);
            throw new MxWriteUnknownException($"{e.Message}; the write may or may not have taken effect: read the tag before writing again", e);
        }
        finally
        {
            item.EndWrite();
        }
    }

    private static void Judge(MxItem item, MxStatus[] statuses)
    {
        foreach (MxStatus status in statuses)
            if (status.Category is not (MxStatusCategory.Ok or MxStatusCategory.Warning))
                throw new MxWriteRejectedException($"writing {item.Reference}: MXAccess refused: {status}", null, statuses);
    }

    private static MxWriteRejectedException NotSent(MxItem item, string why, params IReadOnlyList<MxStatus> statuses) =>
        new($"writing {item.Reference}: {why}. Nothing was sent", null, statuses);
}
