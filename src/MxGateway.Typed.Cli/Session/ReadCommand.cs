using System.CommandLine;

namespace MxGateway.Typed.Cli;

/// <summary><c>read</c>: the values of tags, now.</summary>
internal static class ReadCommand
{
    private const int MaxItems = 500, DefaultSeconds = 5;

    /// <summary>The command and its options.</summary>
    public static Command Create(CliConsole console)
    {
        Option<string[]> items = new("--item")
        {
            Description = $"A full tag reference, such as Pump_001.Speed; of an array with []. May be given up to {MaxItems} times.",
            HelpName = "REF",
            Required = true,
        };
        items.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                result.AddError($"{items.Name} is empty; give a tag reference, such as Pump_001.Speed");
            if (result.Tokens.Count > MaxItems)
                result.AddError($"{items.Name} is given more than {MaxItems} times");
        });
        Option<string> id = SessionOptions.SessionId(isRequired: false);
        Option<int?> server = SessionOptions.ServerHandle(isRequired: false);
        Option<int?> limit = SessionOptions.TimeLimit("How long the gateway may wait for first values", $"{DefaultSeconds}");
        return GatewayCommand.Create(
            console,
            "read",
            "Reads tags: the gateway's last value of one that is advised in the session, else a first value that it waits for. "
                + "Bad quality is a value's own matter, and no failure. Needs the scope invoke:read, and session:open without --session-id.",
            [items, id, server, limit],
            run => RunAsync(run, [.. run.Parsed.GetRequiredValue(items)], id, server, TimeSpan.FromSeconds(run.Parsed.GetValue(limit) ?? DefaultSeconds)));
    }

    private static async Task<int> RunAsync(GatewayRun run, string[] items, Option<string> id, Option<int?> server, TimeSpan limit)
    {
        // The command itself must not end before the gateway says what came in time.
        TimeSpan longest = limit > run.Gateway.CommandTimeout ? limit : run.Gateway.CommandTimeout;
        await using SessionAccess access = await SessionAccess.OpenAsync(run with { Gateway = run.Gateway with { CommandTimeout = longest } }, id, server);
        Task<IReadOnlyList<MxBulkReadResult>> reading = access.Session.ReadBulkAsync(access.ServerHandle, items, limit, run.Cancellation);
        IReadOnlyList<MxBulkReadResult> rows;
        try
        {
            rows = await Patience.WaitAsync(run.Console, () => $"the values of {items.Length} tags", limit, reading);
        }
        catch (OperationCanceledException)
        {
            access.LeaveRegistration();
            throw;
        }

        foreach ((int i, MxBulkReadResult row) in rows.Index())
            run.Report(ReadResult.Of(items[i], row), CliJson.Default.ReadResult, Words(items[i], row));

        string[] failed = [.. rows.Index().Where(row => !row.Item.WasSuccessful).Select(row => $"{items[row.Index]}: {row.Item.ErrorMessage}")];
        return failed.Length == 0
            ? ExitCodes.Done
            : throw new CommandException($"{failed.Length} of {items.Length} tags could not be read: {failed[0]}{(failed.Length > 1 ? "; ..." : "")}");
    }

    private static string Words(string item, MxBulkReadResult row) => row.WasSuccessful
        ? $"{item} = {EventWords.Of(row.Value)}, {row.Quality}{EventWords.At(row.SourceTimestamp)}{EventWords.Of(row.Statuses)}"
        : $"{item}: no value: {row.ErrorMessage}{EventWords.Of(row.Statuses)}";
}
