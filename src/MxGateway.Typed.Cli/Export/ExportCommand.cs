using System.CommandLine;
using System.Globalization;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary><c>export</c>: makes a snapshot of what a gateway's Galaxy has deployed.</summary>
internal sealed class ExportCommand(CliConsole console, MxGatewayOptions gateway, string output, int pageSize, bool json)
{
    private const int MaxPageSize = 5000;

    /// <summary>The command and its options.</summary>
    public static Command Create(CliConsole console)
    {
        var connection = new ConnectionOptions();
        Option<string> output = new Option<string>("--output")
        {
            Description = "The snapshot file. Where it exists it is replaced, as a whole or not at all; names and placements that it keeps stay as they are. Where nothing changed it is not touched.",
            HelpName = "FILE",
            Required = true,
        }.NotEmpty("name a file");
        Option<int?> pageSize = CommonOptions.Number("--page-size", 1, MaxPageSize, $"Objects to ask for at a time, 1 to {MaxPageSize}. Default: the gateway's own, usually 500.", "N");
        Option<bool> json = CommonOptions.Json();

        var command = new Command("export", "Reads the deployed hierarchy from a gateway's Galaxy repository and writes it as a snapshot. Needs an API key with the scope metadata:read.");
        connection.AddTo(command);
        command.Options.Add(output);
        command.Options.Add(pageSize);
        command.Options.Add(json);
        command.SetAction((parsed, cancellationToken) =>
            new ExportCommand(console, connection.Read(parsed, console), parsed.GetRequiredValue(output), parsed.GetValue(pageSize) ?? 0, parsed.GetValue(json)).RunAsync(cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        ReplacedFile file = ReplacedFile.Open(output);
        try
        {
            return await ExportAsync(file, cancellationToken);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(file.Content is null ? "cancelled; no file was written" : $"cancelled; {output} is as it was", e);
        }
    }

    private async Task<int> ExportAsync(ReplacedFile file, CancellationToken cancellationToken)
    {
        // What the file keeps would be lost with it: names that code was written against.
        GalaxySnapshot? previous = file.Content is { } content
            ? SnapshotFiles.ParseForExport(output, content, "it is left as it is, because it may keep names. Repair it, or move it away to start anew", cancellationToken)
            : null;

        Hierarchy hierarchy = await ReadHierarchyAsync(cancellationToken);
        if (hierarchy.Objects.Count == 0 && previous is { Objects.Count: > 0 })
            throw new CommandException($"the Galaxy at {gateway.Endpoint} has no deployed objects, and {output} has {previous.Objects.Count}: it is left as it is. If the Galaxy really is empty, move the file away and export again");

        GalaxySnapshot snapshot = SnapshotBuilder.Build(hierarchy.Objects, ToolVersion.MajorMinor, hierarchy.DeployTime, SnapshotFilter.None, previous);
        using var bytes = new MemoryStream();
        SnapshotWriter.Write(snapshot, bytes);
        cancellationToken.ThrowIfCancellationRequested();
        bool hasChanged = file.Replace(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));

        Report(new ExportResult(
            output,
            hasChanged,
            hierarchy.Objects.Count,
            hierarchy.Objects.Sum(o => o.Attributes.Count),
            snapshot.Templates.Count,
            snapshot.DeployTime?.UtcDateTime,
            hierarchy.Pages,
            $"sha256:{snapshot.ContentHash}"));
        return ExitCodes.Done;
    }

    private async Task<Hierarchy> ReadHierarchyAsync(CancellationToken cancellationToken)
    {
        await using var client = new GalaxyRepositoryClient(gateway);
        return await ExportProgress.RunAsync(console, progress => new HierarchyReader(client, gateway.Endpoint, progress).ReadAsync(pageSize, cancellationToken));
    }

    private void Report(ExportResult result)
    {
        if (json)
        {
            console.WriteJson(result, CliJson.Default.ExportResult);
            return;
        }

        string deployed = result.Deployed is { } time ? $"deployed {time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}" : "deployed at an unknown time";
        console.Output.WriteLine($"{result.File}: {(result.Changed ? "written" : "unchanged")}; {result.Objects} objects with {result.Attributes} attributes, {result.Templates} templates, {deployed}");
    }
}
