using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>The tool, run in this process or as one of its own.</summary>
internal static class Tool
{
    private static readonly string s_dll = typeof(CommandLine).Assembly.Location;

    /// <summary>Runs a command line in this process, where nobody looks at stderr.</summary>
    public static Task<ProcessResult> RunAsync(params IEnumerable<string> arguments) => RunAsync(arguments, new Dictionary<string, string?>());

    /// <summary>Runs a command line in this process with environment variables of its own.</summary>
    public static async Task<ProcessResult> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken = default)
    {
        // A command that should have failed and runs on instead fails the test, and does not stop all others.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = await CommandLine.RunAsync([.. arguments], new CliConsole(output, error, null, name => environment.GetValueOrDefault(name)), limit.Token);
        return new ProcessResult(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs the built program to its end.</summary>
    public static Task<ProcessResult> ExecuteAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        ProcessRun.RunAsync("dotnet", ["exec", s_dll, .. arguments], Options(environment));

    /// <summary>Runs the built program in a shell.</summary>
    /// <param name="line">The command and its options, then what the shell does with the output, from the first | or > on.</param>
    /// <param name="connection">Options that follow those of the command.</param>
    /// <param name="environment">Its environment variables.</param>
    /// <returns>The exit code is the program's, and not that of what reads its output.</returns>
    public static Task<ProcessResult> ShellAsync(string line, IEnumerable<string> connection, IReadOnlyDictionary<string, string?> environment)
    {
        int rest = line.IndexOfAny(['|', '>']);
        string command = $"dotnet exec '{s_dll}' {line[..rest]} {string.Join(' ', connection)} {line[rest..]}";
        return ProcessRun.RunAsync("bash", ["-c", $"{command}; exit ${{PIPESTATUS[0]}}"], Options(environment));
    }

    /// <summary>Runs a script of a shell, in which the built program has its name.</summary>
    public static Task<ProcessResult> ScriptAsync(string script) =>
        ProcessRun.RunAsync("bash", ["-c", $"mxgw-typed() {{ exec dotnet exec '{s_dll}' \"$@\"; }}\n{script}"], Options(null));

    /// <summary>Starts the built program.</summary>
    public static ProcessRun Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        ProcessRun.Start("dotnet", ["exec", s_dll, .. arguments], Options(environment));

    // The key variable of the person who runs the tests is none of theirs.
    private static ProcessRunOptions Options(IReadOnlyDictionary<string, string?>? environment) =>
        new() { Environment = environment ?? new Dictionary<string, string?> { [ConnectionOptions.DefaultKeyVariable] = null } };
}
