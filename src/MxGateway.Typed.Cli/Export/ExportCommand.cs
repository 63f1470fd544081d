using System.CommandLine;
using System.Globalization;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary><c>export</c>: makes a snapshot of what a gateway's Galaxy has deployed.</summary>
internal sealed class ExportCommand(
    CliConsole console, MxGatewayOptions gateway, string output, bool unlessCurrent, int pageSize, TimeSpan timeLimit, bool json)
{
    private const int MaxPageSize = 5000;
    private const int MaxSeconds = 24 * 60 * 60;

    /// <summary>The command and its options.</summary>
    public static Command Create(CliConsole console)
    {
        var connection = new ConnectionOptions();
        Option<string> output = new Option<string>("--output")
        {
            Description = "The snapshot file. Where it exists it is replaced, as a whole or not at all; names and placements that it keeps stay as they are. "
                + "Where nothing changed it is not touched.",
            HelpName = "FILE",
            Required = true,
        }.NotEmpty("name a file");
        Option<bool> unlessCurrent = new("--unless-current")
        {
            Description = "Ask for the time of the last deploy first, and read nothing where the file is of that deploy. "
                + "Default: the hierarchy is read in any case.",
        };
        Option<int?> pageSize = CommonOptions.Number(
            "--page-size", 1, MaxPageSize, $"Objects to ask for at a time, 1 to {MaxPageSize}. Default: the gateway's own, usually 500.", "N");
        Option<int?> timeLimit = CommonOptions.Number(
            "--time-limit",
            1,
            MaxSeconds,
            $"How long the export may take, in seconds, 1 to {MaxSeconds}. Default: as long as the gateway answers each call within 30 s.",
            "SECONDS");
        Option<bool> json = CommonOptions.Json();

        var command = new Command(
            "export",
            "Reads the deployed hierarchy from a gateway's Galaxy repository and writes it as a snapshot. Needs an API key with the scope metadata:read.");
        connection.AddTo(command);
        command.Options.Add(output);
        command.Options.Add(unlessCurrent);
        command.Options.Add(pageSize);
        command.Options.Add(timeLimit);
        command.Options.Add(json);
        command.SetAction((parsed, cancellationToken) => new ExportCommand(
            console,
            connection.Read(parsed, console),
            parsed.GetRequiredValue(output),
            parsed.GetValue(unlessCurrent),
            parsed.GetValue(pageSize) ?? 0,
            parsed.GetValue(timeLimit) is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan,
            parsed.GetValue(json)).RunAsync(cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        ReplacedFile file = ReplacedFile.Open(output);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stopping.CancelAfter(timeLimit);
        try
        {
            return await ExportAsync(file, stopping.Token);
        }
        catch (OperationCanceledException e) when (stopping.IsCancellationRequested)
        {
            string why = cancellationToken.IsCancellationRequested
                ? "cancelled"
                : string.Create(CultureInfo.InvariantCulture, $"the export took longer than {timeLimit.TotalSeconds} s");
            throw new CommandException(file.Content is null ? $"{why}; no file was written" : $"{why}; {output} is as it was", e);
        }
    }

    private async Task<int> ExportAsync(ReplacedFile file, CancellationToken cancellationToken)
    {
        // What the file keeps would be lost with it: names that code was written against.
        const string Advice = "it is left as it is, because it may keep names. Repair it or take it back from version control, and export again; "
            + "only to start anew, without the names that it keeps, move it away";
        GalaxySnapshot? previous = file.Content is { Length: > 0 } content
            ? SnapshotFiles.Parse(output, content, Advice, cancellationToken)
            : null;

        await using var client = new GalaxyRepositoryClient(gateway);
        if (unlessCurrent && previous is not null && await previous.ObjectsIfCurrentAsync(client, cancellationToken) is { } objects)
        {
            Report(previous, hasChanged: false, objects.Sum(o => o.Attributes.Count), pages: 0);
            return ExitCodes.Done;
        }

        Hierarchy hierarchy = await ExportProgress.RunAsync(
            console, progress => new HierarchyReader(client, gateway.Endpoint, progress).ReadAsync(pageSize, cancellationToken));
        if (hierarchy.Objects.Count == 0 && previous is { Objects.Count: > 0 })
        {
            throw new CommandException(
                $"the Galaxy at {gateway.Endpoint} has no deployed objects, and {output} has {previous.Objects.Count}: it is left as it is. "
                + "If the Galaxy really is empty, move the file away and export again");
        }

        GalaxySnapshot snapshot = SnapshotBuilder.Build(hierarchy.Objects, ToolVersion.MajorMinor, hierarchy.DeployTime, SnapshotFilter.None, previous);
        using var bytes = new MemoryStream();
        SnapshotWriter.Write(snapshot, bytes);
        cancellationToken.ThrowIfCancellationRequested();
        bool hasChanged = file.Replace(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));

        Report(snapshot, hasChanged, hierarchy.Objects.Sum(o => o.Attributes.Count), hierarchy.Pages);
        return ExitCodes.Done;
    }

    private void Report(GalaxySnapshot snapshot, bool hasChanged, int attributes, int pages)
    {
        var result = new ExportResult(
            output,
            hasChanged,
            snapshot.Objects.Count,
            attributes,
            snapshot.Templates.Count,
            snapshot.DeployTime?.UtcDateTime,
            pages,
            $"sha256:{snapshot.ContentHash}");
        if (json)
        {
            console.WriteJson(result, CliJson.Default.ExportResult);
            return;
        }

        string deployed = result.Deployed is { } time
            ? $"deployed {time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}"
            : "deployed at an unknown time";
        console.Output.WriteLine(
            $"{result.File}: {(result.Changed ? "written" : "unchanged")}; {result.Objects} objects with {result.Attributes} attributes, "
            + $"{result.Templates} templates, {deployed}");
    }
}
