using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// Writes one value and waits for its OnWriteComplete. MXAccess: a write needs the attribute's type, so it goes to an item that has had its first data change;
/// and its outcome names only the item, so one write is under way per item.
/// </summary>
internal sealed class MxTagWriter(MxSession session, MxTagRegistry registry, MxGatewayOptions options)
{
    private string WriteTimeout => $"{options.WriteTimeout.TotalSeconds:0.#} s";

    /// <summary>Returns when MXAccess confirmed the write; every other outcome is an exception that says which it is.</summary>
    public async Task WriteAsync(MxItem item, MxVariant value, MxDataType dataType, MxCredentials? user, MxCredentials? verifier, CancellationToken cancellationToken)
    {
        Proto.MxValue wire = Wire.ToValue(value, dataType);
        using var timeout = new CancellationTokenSource(options.WriteTimeout, options.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        registry.Attach(item, null);
        try
        {
            await UntilAsync(item.WriteGate.WaitAsync(stop.Token), item, $"another write of it has not ended within {WriteTimeout}", cancellationToken).ConfigureAwait(false);
            try
            {
                int userId = user is null ? 0 : await AuthenticateAsync(user, item, stop.Token, cancellationToken).ConfigureAwait(false);
                int verifierId = verifier is null ? userId : await AuthenticateAsync(verifier, item, stop.Token, cancellationToken).ConfigureAwait(false);
                int handle = await HandleOfKnownTypeAsync(item, stop.Token, cancellationToken).ConfigureAwait(false);
                await SendAsync(item, handle, value, Command(handle, wire, user, userId, verifierId), stop.Token, cancellationToken).ConfigureAwait(false);
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

    private async Task<int> HandleOfKnownTypeAsync(MxItem item, CancellationToken stop, CancellationToken cancellationToken)
    {
        Task<int> first = item.First.WaitAsync(stop);
        await UntilAsync(first, item, $"the gateway gave no first value of it within {WriteTimeout}, and MXAccess takes no write before: its object may be off scan, or the gateway does not answer", cancellationToken).ConfigureAwait(false);
        int handle = await first.ConfigureAwait(false);
        MxRawSample latest = item.Latest;
        if (handle == 0)
            throw NotSent(item, latest);

        // MXAccess: a wrong reference has a handle all the same, and no value.
        if (latest.Status.Category == MxStatusCategory.ConfigurationError && latest.Value.IsNull)
            throw NotSent(item, $"MXAccess does not know it ({latest.Status}); check the reference, or export the snapshot anew", latest.Status);
        return handle;
    }

    private async Task<int> AuthenticateAsync(MxCredentials user, MxItem item, CancellationToken stop, CancellationToken cancellationToken)
    {
        var command = new Proto.MxCommand
        {
            Kind = Proto.MxCommandKind.AuthenticateUser,
            AuthenticateUser = new() { ServerHandle = session.ServerHandle, UserName = user.UserName, Password = user.Password },
        };
        try
        {
            Task<Proto.MxCommandReply> asked = session.InvokeAsync(command, $"authenticating {user.UserName} to write {item.Reference}", stop);
            await UntilAsync(asked, item, $"authenticating {user.UserName} took longer than {WriteTimeout}", cancellationToken).ConfigureAwait(false);
            return (await asked.ConfigureAwait(false)).AuthenticateUser?.UserId ?? throw NotSent(item, $"the gateway gave no user id for {user.UserName}");
        }
        catch (MxAccessException e)
        {
            throw new MxWriteRejectedException($"{e.Message}; nothing was written: check the user's name and password", e.HResult, e.Statuses);
        }
    }

    private async Task SendAsync(MxItem item, int handle, MxVariant value, Proto.MxCommand command, CancellationToken stop, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<MxWriteEnd> completed = item.TryBeginWrite(handle) ?? throw NotSent(item, item.Latest);
        try
        {
            await InvokeAsync(item, command, stop).ConfigureAwait(false);
            MxWriteEnd end = await completed.WaitAsync(stop).ConfigureAwait(false);
            end.EnsureConfirmed(item.Reference);
            item.Written(value);
        }
        catch (OperationCanceledException e)
        {
            // The worker's call runs on: its completion must not confirm the next write.
            registry.Retire(item, handle);
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException($"writing {item.Reference}: the wait was cancelled; the write may or may not have taken effect", e, cancellationToken)
                : MxWriteEnd.Unknown(item.Reference, $"no OnWriteComplete within {WriteTimeout}", e);
        }
        catch (MxWriteUnknownException)
        {
            registry.Retire(item, handle);
            throw;
        }
        finally
        {
            item.EndWrite();
        }
    }

    private async Task InvokeAsync(MxItem item, Proto.MxCommand command, CancellationToken stop)
    {
        try
        {
            await session.InvokeAsync(command, $"writing {item.Reference}", stop).ConfigureAwait(false);
        }
        catch (MxAccessException e)
        {
            throw new MxWriteRejectedException(e.Message, e.HResult, e.Statuses);
        }
        catch (MxGatewayException e) when (!MxFailures.IsSurelyNotDone(e))
        {
            throw MxWriteEnd.Unknown(item.Reference, e.Message, e);
        }
    }

    /// <summary>Waits for what must be done before anything is sent.</summary>
    private static async Task UntilAsync(Task task, MxItem item, string tooLate, CancellationToken cancellationToken)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw cancellationToken.IsCancellationRequested ? new OperationCanceledException(e.Message, e, cancellationToken) : NotSent(item, tooLate);
        }
    }

    private static MxGatewayException NotSent(MxItem item, MxRawSample why) => why.Quality == MxQuality.BadNotConnected && why.IsFromSession
        ? new MxConnectionException($"writing {item.Reference}: {why.Status.Text}. Nothing was sent")
        : NotSent(item, $"it cannot be advised ({why.Status}), and MXAccess takes no write before its first value", why.Status);

    private static MxWriteRejectedException NotSent(MxItem item, string why, params IReadOnlyList<MxStatus> statuses) =>
        new($"writing {item.Reference}: {why}. Nothing was sent", null, statuses);
}
