using System.CommandLine;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Cli;

/// <summary><c>write</c>: writes a value, and says honestly what became of it.</summary>
internal sealed class WriteCommand
{
    private const int DefaultSeconds = 10;

    private const string Unclear = "the write may or may not have taken effect: read the tag before writing again, and write to a fresh item";

    private readonly Option<string> _id = SessionOptions.SessionId(isRequired: false);
    private readonly Option<int?> _server = SessionOptions.ServerHandle(isRequired: false), _handle = SessionOptions.ItemHandle(isRequired: false);
    private readonly Option<string> _item = SessionOptions.Item(isRequired: false, " Default: the item of --item-handle.");
    private readonly Option<string> _type = new Option<string>("--type")
    {
        Description = $"The value's type: {ValueText.Types}; with [] for an array.",
        HelpName = "TYPE",
        Required = true,
    }.NotEmpty("give a type, such as Float");

    private readonly Option<string> _value = new("--value")
    {
        Description = "The value, written the same way in every country: true, 42.5, a time as 2026-11-02T06:15:00Z, an elapsed time as 00:01:30, "
            + "an array as JSON.",
        HelpName = "VALUE",
        Required = true,
    };

    private readonly Option<int?> _limit = SessionOptions.TimeLimit(
        "How long to wait for the tag's first value and for the confirmation, each", $"{DefaultSeconds}");

    private WriteCommand()
    {
    }

    /// <summary>The command and its options.</summary>
    public static Command Create(CliConsole console)
    {
        var write = new WriteCommand();
        return GatewayCommand.Create(
            console,
            "write",
            "Writes a value, waits for MXAccess's OnWriteComplete, and says whether the write was confirmed (exit code 0), rejected (4) or is unknown (5). "
                + "With --item in a session of its own; with --session-id, --server-handle and --item-handle to an item that has had its first value. "
                + "Needs the scopes invoke:write and events:read, and session:open and invoke:read with --item.",
            [write._item, write._id, write._server, write._handle, write._type, write._value, write._limit],
            write.RunAsync);
    }

    private async Task<int> RunAsync(GatewayRun run)
    {
        MxVariant value = ValueText.Parse(run.Parsed.GetRequiredValue(_type), run.Parsed.GetRequiredValue(_value));
        TimeSpan limit = TimeSpan.FromSeconds(run.Parsed.GetValue(_limit) ?? DefaultSeconds);
        string? item = run.Parsed.GetValue(_item);
        int? handle = run.Parsed.GetValue(_handle);
        if (item is null == handle is null)
            throw new WrongUsageException($"give either {_item.Name}, or {_id.Name}, {_server.Name} and {_handle.Name}");
        if (handle is not null && run.Parsed.GetValue(_id) is null)
            throw new WrongUsageException($"{_handle.Name} is of a session: give its {_id.Name} and {_server.Name} too");

        WriteResult result;
        await using (SessionAccess access = await SessionAccess.OpenAsync(run, _id, _server))
        {
            result = await WriteAsync(run, access, item, handle, value, limit);

            // MXAccess: an item must not be removed before its OnWriteComplete.
            if (result.Outcome == WriteResult.Unknown)
                access.LeaveItem();
        }

        try
        {
            run.Report(result, CliJson.Default.WriteResult, $"{result.Item ?? $"item handle {result.ItemHandle}"}: {result.Outcome}");
        }
        catch (OutputException e)
        {
            // What became of the write, the exit code says all the same.
            run.Console.WriteWarning(e.Message);
        }

        if (result.Outcome == WriteResult.Confirmed)
            return ExitCodes.Done;

        run.Console.WriteFailure(result.Why!);
        return result.Outcome == WriteResult.Rejected ? ExitCodes.WriteRejected : ExitCodes.WriteUnknown;
    }

    private static async Task<WriteResult> WriteAsync(GatewayRun run, SessionAccess access, string? item, int? handle, MxVariant value, TimeSpan limit)
    {
        MxEventStream? stream = await AttachAsync(run, access);
        try
        {
            await using (stream)
                return await WriteAsync(run, access, stream, item, handle, value, limit);
        }
        finally
        {
            if (stream is not null && !access.IsOwn)
                await SessionAccess.KeepAsync(access.Session, run.Gateway.CloseTimeout);
        }
    }

    private static async Task<WriteResult> WriteAsync(
        GatewayRun run, SessionAccess access, MxEventStream? stream, string? item, int? handle, MxVariant value, TimeSpan limit)
    {
        string name = item ?? $"item handle {handle}";
        if (stream is null && item is not null)
        {
            throw new CommandException(
                $"nothing was written: the events of {access.Session.Id} go to another stream, so the first value of {item} would not be seen; "
                + "end that stream, or leave --session-id out");
        }

        await using IAsyncEnumerator<MxSessionEvent>? events = stream?.GetAsyncEnumerator();
        if (item is not null)
            handle = await AdviseAsync(run, access, stream!, events!, item, limit);
        var result = new WriteResult(access.Session.Id, access.ServerHandle, item, handle!.Value, WriteResult.Unknown, null, []);

        try
        {
            await access.Session.WriteAsync(access.ServerHandle, result.ItemHandle, value, cancellationToken: run.Cancellation);
        }
        catch (MxAccessException e) when (e.IsSurelyNotDone)
        {
            return result with
            {
                Outcome = WriteResult.Rejected,
                Why = SessionAccess.Named(e, item, result.ItemHandle) + SecurityAdvice(e.Statuses),
                Statuses = [.. e.Statuses.Select(StatusResult.Of)],
            };
        }
        catch (Exception e) when (e is MxGatewayException failure ? !failure.IsSurelyNotDone : IsCancelled(e, run))
        {
            string why = e is OperationCanceledException ? $"writing {name}: cancelled" : SessionAccess.Named(e, item, result.ItemHandle);
            return result with { Why = $"{why}; {Unclear}" };
        }
        catch (MxGatewayException e) when (item is not null)
        {
            throw new CommandException($"nothing was written: {SessionAccess.Named(e, item, result.ItemHandle)}", e);
        }

        if (events is null)
        {
            return result with
            {
                Why = $"writing {name}: MXAccess took the write, and its OnWriteComplete goes to the stream that reads the events of {access.Session.Id}: "
                    + "look there",
            };
        }

        return await OutcomeAsync(run, stream!, events, result, name, limit);
    }

    private static bool IsCancelled(Exception e, GatewayRun run) => e is OperationCanceledException && run.Cancellation.IsCancellationRequested;

    // What a user helps against; this tool takes no password, so that none stands in the list of processes.
    private static string SecurityAdvice(IEnumerable<MxStatus> statuses) =>
        statuses.Where(status => status.Category == MxStatusCategory.SecurityError).ToArray() switch
        {
            [] => "",
            [{ Detail: 1013 }, ..] => "; this tool gives no users: write by an application, with WriteAsync(value, user, verifier)",
            _ => "; this tool gives no user: where one is needed, write by an application, with WriteAsync(value, user)",
        };

    /// <summary>The session's events; null where another stream has them.</summary>
    private static async Task<MxEventStream?> AttachAsync(GatewayRun run, SessionAccess access)
    {
        try
        {
            return await SessionAccess.AttachAsync(access.Session, access.IsOwn, after: 0, run.Gateway.CloseTimeout, run.Cancellation);
        }
        catch (MxProtocolException e) when (e.InnerException is GrpcException { Code: GrpcStatusCode.AlreadyExists })
        {
            return null;
        }
    }

    /// <summary>MXAccess takes no write before the item's first value.</summary>
    private static async Task<int> AdviseAsync(
        GatewayRun run, SessionAccess access, MxEventStream stream, IAsyncEnumerator<MxSessionEvent> events, string item, TimeSpan limit)
    {
        int handle = await access.AdviseAsync(item, run.Cancellation);
        MxDataChange? first = await NextAsync<MxDataChange>(run, stream, events, access.ServerHandle, handle, $"the first value of {item}", limit);
        return first switch
        {
            null => throw new CommandException($"nothing was written: {item} had no first value within {Patience.Text(limit)}; is its object on scan?"),
            { Value.IsNull: true } when first.Statuses.Any(status => status.Category == MxStatusCategory.ConfigurationError) =>
                throw new CommandException($"nothing was written: MXAccess does not know {item}{EventWords.Of(first.Statuses)}; check the reference"),
            _ => handle,
        };
    }

    private static async Task<WriteResult> OutcomeAsync(
        GatewayRun run, MxEventStream stream, IAsyncEnumerator<MxSessionEvent> events, WriteResult result, string name, TimeSpan limit)
    {
        try
        {
            MxWriteComplete? end;
            do
                end = await NextAsync<MxWriteComplete>(run, stream, events, result.ServerHandle, result.ItemHandle, $"the confirmation of {name}", limit);
            while (end is { IsPending: true });
            if (end is null)
                return result with { Why = $"writing {name}: no OnWriteComplete within {Patience.Text(limit)}; {Unclear}" };

            WriteResult told = result with { Statuses = [.. end.Statuses.Select(StatusResult.Of)] };
            string code = end.HResult is < 0 and { } hresult ? $" (0x{hresult:X8})" : "", said = EventWords.Of(end.Statuses);
            if (end.IsConfirmed)
                return told with { Outcome = WriteResult.Confirmed };
            return end.IsRejected
                ? told with { Outcome = WriteResult.Rejected, Why = $"writing {name}: MXAccess refused{code}{said}{SecurityAdvice(end.Statuses)}" }
                : told with { Why = $"writing {name}: MXAccess does not say whether it is done{said}; {Unclear}" };
        }
        catch (Exception e) when (e is MxGatewayException or CommandException || IsCancelled(e, run))
        {
            return result with { Why = $"writing {name}: {(e is OperationCanceledException ? "cancelled" : e.Message)}; {Unclear}" };
        }
    }

    /// <summary>The next event of a kind that is of the item; null where none came in time, and then the stream is done with.</summary>
    private static async Task<T?> NextAsync<T>(
        GatewayRun run, MxEventStream stream, IAsyncEnumerator<MxSessionEvent> events, int server, int handle, string what, TimeSpan limit)
        where T : MxSessionEvent
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation);
        time.CancelAfter(limit);
        Task<T?> finding = FindAsync();
        try
        {
            return await Patience.WaitAsync(run.Console, () => what, limit, finding.WaitAsync(time.Token));
        }
        catch (OperationCanceledException)
        {
            // The enumerator must not be disposed of while it moves.
            await stream.DisposeAsync();
            await finding.ContinueWith(static _ => { }, TaskScheduler.Default);
            run.Cancellation.ThrowIfCancellationRequested();
            return null;
        }

        async Task<T?> FindAsync()
        {
            while (await events.MoveNextAsync())
                if (events.Current is T found && found.ServerHandle == server && found.ItemHandle == handle)
                    return found;
            throw new CommandException("the gateway ended the session");
        }
    }
}
