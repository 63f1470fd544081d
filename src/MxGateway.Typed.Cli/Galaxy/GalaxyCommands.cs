using System.CommandLine;
using System.Globalization;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Cli;

/// <summary><c>galaxy</c>: what the gateway's repository knows of the Galaxy. Needs no session.</summary>
internal static class GalaxyCommands
{
    private const string NeedsScope = " Needs the scope metadata:read.";

    /// <summary>The command and those below it.</summary>
    public static Command Create(CliConsole console) =>
        new("galaxy", "What the gateway's repository knows of the Galaxy: whether it can be reached, its deploys and its objects.")
        {
            TestConnection(console),
            LastDeploy(console),
            List(console),
            WatchDeploys(console),
        };

    private static Command TestConnection(CliConsole console) => GatewayCommand.Create(
        console, "test-connection", "Asks whether the gateway reaches the Galaxy's database." + NeedsScope, [], async run =>
        {
            await using var client = new GalaxyRepositoryClient(run.Gateway);
            bool isReached = await client.TestConnectionAsync(run.Cancellation);
            run.Report(
                new TestConnectionResult(isReached),
                CliJson.Default.TestConnectionResult,
                isReached ? "the Galaxy's database is reached" : "the Galaxy's database is not reached");
            return isReached
                ? ExitCodes.Done
                : throw new CommandException($"the gateway at {run.Gateway.Endpoint} does not reach the Galaxy's database; its own log says why");
        });

    private static Command LastDeploy(CliConsole console) => GatewayCommand.Create(
        console, "last-deploy", "Says when the Galaxy was last deployed." + NeedsScope, [], async run =>
        {
            await using var client = new GalaxyRepositoryClient(run.Gateway);
            DateTimeOffset? deployed = await client.GetLastDeployTimeAsync(run.Cancellation);
            return run.Report(
                new LastDeployResult(deployed?.UtcDateTime),
                CliJson.Default.LastDeployResult,
                deployed is { } time ? $"deployed {Text(time)}" : "deployed at an unknown time");
        });

    private static Command List(CliConsole console)
    {
        Option<string> under = new Option<string>("--under")
        {
            Description = "Only this object and what is below it, by its tagname. Default: the whole Galaxy.",
            HelpName = "TAGNAME",
        }.NotEmpty("give a tagname, or leave the option out");
        Option<string> tagName = new Option<string>("--tag-name")
        {
            Description = "Only objects whose whole tagname matches; * is any number of characters, ? is one. Default: all.",
            HelpName = "GLOB",
        }.NotEmpty("give a pattern such as Pump_*, or leave the option out");
        Option<bool> attributes = new("--attributes") { Description = "With the attributes of each object. Default: without." };
        return GatewayCommand.Create(
            console, "list", "Prints the deployed objects, one a line, as the gateway gives them." + NeedsScope, [under, tagName, attributes], async run =>
            {
                var filter = new MxHierarchyFilter
                {
                    RootTagName = run.Parsed.GetValue(under),
                    TagNameGlob = run.Parsed.GetValue(tagName),
                    IncludeAttributes = run.Parsed.GetValue(attributes),
                };
                await using var client = new GalaxyRepositoryClient(run.Gateway);
                await using IAsyncEnumerator<MxGalaxyObject> objects = client.EnumerateHierarchyAsync(filter, run.Cancellation).GetAsyncEnumerator();
                int count = 0;
                try
                {
                    while (await Patience.WaitAsync(run.Console, () => $"objects, {count} so far", null, objects.MoveNextAsync().AsTask()))
                    {
                        count++;
                        var result = ObjectResult.Of(objects.Current, filter.IncludeAttributes);
                        run.Report(result, CliJson.Default.ObjectResult, Words(result));
                    }
                }
                catch (MxProtocolException e) when (filter.RootTagName is { } root && e.InnerException is GrpcException { Code: GrpcStatusCode.NotFound })
                {
                    // The library's advice is for who makes a filter.
                    throw new CommandException($"the Galaxy at {run.Gateway.Endpoint} has no object {root}; check {under.Name}", e);
                }

                if (count == 0)
                    run.Console.WriteNote(filter.TagNameGlob is { } glob ? $"no deployed object matches {tagName.Name} {glob}" : "no object is deployed");
                return ExitCodes.Done;
            });
    }

    private static Command WatchDeploys(CliConsole console)
    {
        Option<DateTimeOffset?> lastSeen = new("--last-seen")
        {
            Description = "The deploy that is known already, as last-deploy prints it: where it is current, the first event is the next deploy. "
                + "Default: the first event is the state of now.",
            HelpName = "TIME",
            CustomParser = result =>
            {
                if (ValueText.TryParseTime(result.Tokens[0].Value, out DateTimeOffset time))
                    return time;
                result.AddError("--last-seen takes a time such as 2026-11-02T06:15:00Z");
                return null;
            },
        };
        Option<int?> count = SessionOptions.MaxEventCount("until Ctrl+C or --time-limit");
        Option<int?> limit = SessionOptions.TimeLimit("How long to wait for the events", "as long as it takes");
        return GatewayCommand.Create(
            console,
            "watch-deploys",
            "Prints the Galaxy's deploys as they happen, one a line; the state of now first." + NeedsScope,
            [count, lastSeen, limit],
            async run =>
            {
                int? most = run.Parsed.GetValue(count);
                TimeSpan? end = run.Parsed.GetValue(limit) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
                using var time = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation, run.Console.ReaderGone);
                if (end is { } allowed)
                    time.CancelAfter(allowed);
                await using var client = new GalaxyRepositoryClient(run.Gateway);
                await using IAsyncEnumerator<MxDeployEvent> events =
                    client.WatchDeployEventsAsync(run.Parsed.GetValue(lastSeen), time.Token).GetAsyncEnumerator();
                int seen = 0;
                try
                {
                    while ((most is null || seen < most)
                        && await Patience.WaitAsync(run.Console, () => $"deploys, {seen} events so far", end, events.MoveNextAsync().AsTask()))
                    {
                        seen++;
                        var result = DeployResult.Of(events.Current);
                        run.Report(result, CliJson.Default.DeployResult, Words(result));
                    }
                }
                catch (OperationCanceledException e) when (!run.Cancellation.IsCancellationRequested)
                {
                    run.Console.DemandReader();
                    return most is null
                        ? ExitCodes.Done
                        : throw new CommandException($"{seen} of {most} deploy events came within {Patience.Text(end!.Value)}", e);
                }

                return ExitCodes.Done;
            });
    }

    private static string Words(ObjectResult o) =>
        $"{o.TagName} ({o.Template ?? "no template"})"
        + string.Concat((o.Attributes ?? []).Select(a => $"\n  {a.Reference} {a.Type}{(a.IsArray ? "[]" : "")}"));

    private static string Words(DeployResult deploy) =>
        $"{deploy.Sequence} deployed {(deploy.Deployed is { } time ? Text(time) : "at an unknown time")}; "
        + $"{deploy.Objects} objects with {deploy.Attributes} attributes"
        + (deploy.Missed > 0 ? $"; {deploy.Missed} deploys before it were missed" : "");

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
