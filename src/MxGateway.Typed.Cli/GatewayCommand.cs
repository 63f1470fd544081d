using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Cli;

/// <summary>What the commands that make a few calls of a gateway have in common: the connection options, <c>--json</c>, and one run with both.</summary>
internal static class GatewayCommand
{
    /// <summary>Makes a command.</summary>
    /// <param name="console">Where it writes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, for the help.</param>
    /// <param name="options">Its own options.</param>
    /// <param name="run">What it does; the exit code.</param>
    public static Command Create(CliConsole console, string name, string description, IReadOnlyList<Option> options, Func<GatewayRun, Task<int>> run)
    {
        var connection = new ConnectionOptions();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(name, description);
        connection.AddTo(command);
        foreach (Option option in options)
            command.Options.Add(option);
        command.Options.Add(json);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(new GatewayRun(console, parsed, connection.Read(parsed, console), parsed.GetValue(json), cancellationToken), run));
        return command;
    }

    private static async Task<int> RunAsync(GatewayRun run, Func<GatewayRun, Task<int>> command)
    {
        try
        {
            return await command(run);
        }
        catch (MxConnectionException e) when (IsUnknownSession(e) && run.NamedSession is not null)
        {
            // The library's advice is for who keeps a connection; here the session was named.
            throw new CommandException(
                $"the gateway at {run.Gateway.Endpoint} does not know the session {run.NamedSession}: "
                + $"it was closed, or nobody used it, or the gateway restarted; check {SessionOptions.SessionIdName}, or open another one with open-session",
                e);
        }
    }

    private static bool IsUnknownSession(MxConnectionException e) =>
        e.InnerException is GrpcException { Code: GrpcStatusCode.NotFound } || e.RawReply?.ProtocolStatus?.Code == ProtocolStatusCode.SessionNotFound;
}

/// <summary>One run of such a command.</summary>
/// <param name="Console">Where it writes.</param>
/// <param name="Parsed">Its options.</param>
/// <param name="Gateway">Where the gateway is.</param>
/// <param name="Json">Whether it writes for machines.</param>
/// <param name="Cancellation">Ctrl+C.</param>
internal sealed record GatewayRun(CliConsole Console, ParseResult Parsed, MxGatewayOptions Gateway, bool Json, CancellationToken Cancellation)
{
    /// <summary>The session that was given by its id; null where none was, or none can be.</summary>
    public string? NamedSession =>
        Parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == SessionOptions.SessionIdName) is Option<string> id
            ? Parsed.GetValue(id)
            : null;

    /// <summary>Writes a result: as JSON, or in words.</summary>
    /// <returns><see cref="ExitCodes.Done"/>.</returns>
    public int Report<T>(T result, JsonTypeInfo<T> type, string words)
    {
        if (Json)
        {
            Console.WriteJson(result, type);
            return ExitCodes.Done;
        }

        Console.Output.WriteLine(words);
        Console.Output.Flush();
        return ExitCodes.Done;
    }
}
