using System.CommandLine;

namespace MxGateway.Typed.Cli;

/// <summary><c>stream-events</c>: what a session is told.</summary>
internal static class StreamEventsCommand
{
    /// <summary>The command and its options.</summary>
    public static Command Create(CliConsole console)
    {
        Option<string> id = SessionOptions.SessionId();
        Option<long?> after = CommonOptions.Number(
            "--after-sequence",
            0L,
            long.MaxValue,
            "Resume after this sequence, and get what came meanwhile as far as the gateway still has it. Default: 0, from now on.",
            "N");
        Option<int?> count = SessionOptions.MaxEventCount("until the session is closed, Ctrl+C or --time-limit");
        Option<int?> limit = SessionOptions.TimeLimit("How long to wait for the events", "as long as it takes");
        return GatewayCommand.Create(
            console,
            "stream-events",
            "Prints the events of a session, one a line. A session has one event stream: while this runs, nothing else gets its events. "
                + "Needs the scope events:read.",
            [id, after, count, limit],
            run => RunAsync(
                run,
                run.Parsed.GetRequiredValue(id),
                (ulong)(run.Parsed.GetValue(after) ?? 0),
                run.Parsed.GetValue(count),
                run.Parsed.GetValue(limit) is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
    }

    private static async Task<int> RunAsync(GatewayRun run, string id, ulong after, int? count, TimeSpan? limit)
    {
        await using var client = new MxGatewayClient(run.Gateway);
        MxSession session = client.TakeUpSession(id);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation, run.Console.ReaderGone);
        if (limit is { } end)
            time.CancelAfter(end);
        int seen = 0;
        try
        {
            MxEventStream stream = await SessionAccess.AttachAsync(session, isOwn: false, after, run.Gateway.CloseTimeout, time.Token);
            try
            {
                await using (stream)
                    await EventPrinter.PrintAsync(run, stream, count, limit, _ => seen++, time.Token);
            }
            finally
            {
                await SessionAccess.KeepAsync(session, run.Gateway.CloseTimeout);
            }
        }
        catch (OperationCanceledException e) when (!run.Cancellation.IsCancellationRequested)
        {
            run.Console.DemandReader();
            return count is null
                ? ExitCodes.Done
                : throw new CommandException($"{seen} of {count} events came from {id} within {Patience.Text(limit!.Value)}", e);
        }

        if (count is not null && seen < count)
            throw new CommandException($"{id} was closed after {seen} of {count} events");
        return ExitCodes.Done;
    }
}

/// <summary>Prints events as they come.</summary>
internal static class EventPrinter
{
    /// <summary>Prints a stream's events, up to a number of them.</summary>
    public static async Task PrintAsync(
        GatewayRun run, MxEventStream stream, int? count, TimeSpan? limit, Action<MxSessionEvent> seen, CancellationToken cancellationToken)
    {
        int n = 0;
        await using IAsyncEnumerator<MxSessionEvent> events = stream.GetAsyncEnumerator(cancellationToken);
        while ((count is null || n < count)
            && await Patience.WaitAsync(run.Console, SoFar, limit, events.MoveNextAsync().AsTask()))
        {
            run.Report(EventResult.Of(events.Current), CliJson.Default.EventResult, EventWords.Of(events.Current));
            n++;
            seen(events.Current);
        }

        string SoFar() => $"events, {n}{(count is null ? "" : $" of {count}")} so far";
    }
}
