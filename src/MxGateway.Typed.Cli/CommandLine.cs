using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary>The whole command line: what there is, and how a run ends.</summary>
internal static class CommandLine
{
    public const string ToolName = "mxgw-typed";

    /// <summary>All commands.</summary>
    public static RootCommand Create(CliConsole console)
    {
        var root = new RootCommand(
            "The tags of an AVEVA System Platform Galaxy as C# types: exports the snapshot that the types are made of, simulates a gateway from it, "
            + "and speaks with a gateway command by command.\n"
            + "Exit codes: 0 done; 1 failed or cancelled, with the reason on stderr; 2 wrong usage; 3 differences found; 4 a write was rejected; "
            + "5 whether a write took effect is not known.")
        {
            ExportCommand.Create(console),
            SimulateCommand.Create(console),
            SmokeCommand.Create(console),
            ReadCommand.Create(console),
            WriteCommand.Create(console),
        };
        foreach (Command command in SessionCommands.Create(console))
            root.Subcommands.Add(command);
        root.Subcommands.Add(StreamEventsCommand.Create(console));
        root.Subcommands.Add(GalaxyCommands.Create(console));
        root.Subcommands.Add(VersionCommand.Create(console));
        return root;
    }

    /// <summary>Runs one command line. Never throws: what went wrong is on stderr, as one message.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="console">Where the command writes.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliConsole console, CancellationToken cancellationToken)
    {
        // An argument that starts with @ is a value like any other: a key may.
        ParseResult parsed = Create(console).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        string[] withoutValue = [.. WithoutValue(args, parsed.CommandResult.Command)];
        if (withoutValue.Length > 0)
            return WrongUsage(parsed, console, withoutValue);
        if (parsed.Action is ParseErrorAction)
            return WrongUsage(parsed, console, WhatIsWrong(parsed));

        // Signals and exceptions are ours, so that the exit codes are.
        var configuration = new InvocationConfiguration { Output = console.Output, Error = console.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (WrongUsageException e)
        {
            return WrongUsage(parsed, console, [e.Message]);
        }
        catch (OutputException e) when (e.IsClosed)
        {
            // What a program does that SIGPIPE ends: nothing more, and nothing is said.
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Failed(console, "cancelled");
        }
        catch (Exception e) when (e is CommandException or OutputException or MxGatewayException or SnapshotException)
        {
            return Failed(console, ConnectionOptions.InOptions(e.Message, parsed));
        }
        catch (Exception e)
        {
            return Failed(console, $"{ToolName} failed in a way that it should not ({e.GetType().Name}): {e.Message}");
        }
    }

    private static int Failed(CliConsole console, string message)
    {
        console.WriteFailure(message);
        return ExitCodes.Failed;
    }

    private static int WrongUsage(ParseResult parsed, CliConsole console, IEnumerable<string> messages)
    {
        foreach (string message in messages)
            console.WriteFailure(message);
        console.Error.WriteLine($"See: {string.Join(' ', [ToolName, .. Path(parsed.CommandResult)])} --help");
        return ExitCodes.WrongUsage;
    }

    // What a shell makes of an empty variable without quotes: the next option would be the value, and each error after that would mislead.
    // A text that really begins so is joined to its option, as in --value=--text. What follows may be a secret, and is not repeated.
    private static IEnumerable<string> WithoutValue(IReadOnlyList<string> args, Command command) =>
        args.Zip(args.Skip(1))
            .Where(pair => pair.Second is ['-', '-', var letter, ..] && char.IsAsciiLetter(letter))
            .Select(pair => command.Options.FirstOrDefault(option => option.Name == pair.First))
            .Where(option => option is Option<string> or Option<string[]>)
            .Distinct()
            .Select(option => $"{option!.Name} has no value: another option follows it; if its value is a shell variable, that is empty");

    private static IEnumerable<string> WhatIsWrong(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0)
            return parsed.Errors.Select(error => error.Message.TrimEnd('.')).Distinct();
        string of = command is RootCommand ? "" : $" of {command.Name}";
        string known = $"there are {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}";
        return [parsed.UnmatchedTokens is [string first, ..] ? $"'{first}' is no command{of}; {known}" : $"there is no command{of}; {known}"];
    }

    // The commands on the way to one, such as galaxy list; not the root.
    private static IEnumerable<string> Path(CommandResult result) =>
        result.Command is RootCommand ? [] : [.. result.Parent is CommandResult parent ? Path(parent) : [], result.Command.Name];
}
