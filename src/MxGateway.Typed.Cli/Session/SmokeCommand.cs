using System.CommandLine;

namespace MxGateway.Typed.Cli;

/// <summary><c>smoke</c>: the whole way once, and nothing left behind.</summary>
internal static class SmokeCommand
{
    private const int DefaultEvents = 1, DefaultSeconds = 30;

    /// <summary>The command and its options.</summary>
    public static Command Create(CliConsole console)
    {
        Option<string> item = SessionOptions.Item(), name = SessionOptions.ClientName();
        Option<int?> count = SessionOptions.MaxEventCount($"{DefaultEvents}, as a value that does not change has but one");
        Option<int?> limit = SessionOptions.TimeLimit("How long the events may take", $"{DefaultSeconds}");
        return GatewayCommand.Create(
            console,
            "smoke",
            "Goes the whole way once: opens a session, registers, adds and advises an item, prints its events, and lets everything go in every case. It fails where no "
                + "good value came. It writes nothing. "
                + "Needs the scopes session:open, invoke:read and events:read.",
            [item, count, limit, name],
            run => RunAsync(
                run,
                run.Parsed.GetRequiredValue(item),
                run.Parsed.GetValue(count) ?? DefaultEvents,
                TimeSpan.FromSeconds(run.Parsed.GetValue(limit) ?? DefaultSeconds),
                run.Parsed.GetValue(name)));
    }

    private static async Task<int> RunAsync(GatewayRun run, string item, int count, TimeSpan limit, string? name)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation, run.Console.ReaderGone);
        time.CancelAfter(limit);
        int seen = 0, good = 0;
        MxDataChange? last = null;
        try
        {
            // The scope's end lets go before anything is reported.
            await using (SessionAccess access = await SessionAccess.OpenOwnAsync(run with { Cancellation = time.Token }, name))
            await using (MxEventStream stream = await access.Session.AttachEventsAsync(cancellationToken: time.Token))
            {
                await access.AdviseAsync(item, time.Token);
                await EventPrinter.PrintAsync(run, stream, count, limit, Count, time.Token);
            }
        }
        catch (OperationCanceledException e) when (!run.Cancellation.IsCancellationRequested)
        {
            run.Console.DemandReader();
            throw new CommandException(
                $"{seen} of {count} events of {item} came within {Patience.Text(limit)}; is its object on scan? Everything was let go", e);
        }

        if (seen < count)
            throw new CommandException($"the gateway ended the session after {seen} of {count} events of {item}");
        return good > 0
            ? run.Report(new SmokeResult(item, seen), CliJson.Default.SmokeResult, $"{item}: {seen} of {count} events came, and everything was let go")
            : throw new CommandException(
                $"{item} has no good value: {(last is null ? "no data change came" : $"{last.Quality}{EventWords.Of(last.Statuses)}")}. Everything was let go");

        void Count(MxSessionEvent e)
        {
            seen++;
            last = e as MxDataChange ?? last;
            good += e is MxDataChange { Quality.IsGood: true } ? 1 : 0;
        }
    }
}
