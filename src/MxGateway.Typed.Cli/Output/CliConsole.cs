using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace MxGateway.Typed.Cli;

/// <summary>What a command sees of the process: results go to stdout, everything else to stderr.</summary>
/// <param name="output">stdout.</param>
/// <param name="error">stderr.</param>
/// <param name="terminal">stderr as a terminal that can draw; null where nobody looks at it.</param>
/// <param name="environment">The environment variables.</param>
/// <param name="watchReader">Makes a token that is cancelled when nobody reads stdout any more; null where that cannot be told.</param>
internal sealed partial class CliConsole(
    TextWriter output, TextWriter error, IAnsiConsole? terminal, Func<string, string?> environment, Func<CancellationToken>? watchReader = null)
{
    private readonly Lazy<CancellationToken> _readerGone = new(watchReader ?? (() => CancellationToken.None));

    public TextWriter Output => output;

    public TextWriter Error => error;

    public IAnsiConsole? Terminal => terminal;

    /// <summary>Cancelled when nobody reads stdout any more: a command that prints what comes, as it comes, has nobody to wait for then.</summary>
    public CancellationToken ReaderGone => _readerGone.Value;

    /// <summary>Ends the command where nobody reads stdout any more.</summary>
    /// <exception cref="OutputException">So it is.</exception>
    public void DemandReader()
    {
        if (ReaderGone.IsCancellationRequested)
            throw new OutputException("nobody reads it", isClosed: true);
    }

    /// <summary>The console of this process.</summary>
    public static CliConsole OfProcess()
    {
        IAnsiConsole error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        bool isWatched = !Console.IsErrorRedirected && error.Profile.Capabilities.Interactive;
        IAnsiConsole? terminal = isWatched ? error : null;
        return Console.IsOutputRedirected
            ? new CliConsole(
                StandardOutput.CreateWriter(), Console.Error, terminal, System.Environment.GetEnvironmentVariable, StandardOutput.WatchReader)
            : new CliConsole(Console.Out, Console.Error, terminal, System.Environment.GetEnvironmentVariable);
    }

    /// <summary>The value of an environment variable; null where it is not set.</summary>
    public string? Environment(string name) => environment(name);

    /// <summary>Writes a result for machines: one JSON object on one line of stdout.</summary>
    public void WriteJson<T>(T result, JsonTypeInfo<T> type)
    {
        output.WriteLine(JsonSerializer.Serialize(result, type));
        output.Flush();
    }

    /// <summary>Writes why the command ends. A key that strayed into the words, such as one typed at the wrong place, is blotted out.</summary>
    public void WriteFailure(string message) => error.WriteLine($"error: {Key().Replace(message, "mxgw_***")}");

    /// <summary>Writes what a person should know while the command goes on.</summary>
    public void WriteWarning(string message) => error.WriteLine($"warning: {Key().Replace(message, "mxgw_***")}");

    /// <summary>Writes how far a command is.</summary>
    public void WriteNote(string message) => error.WriteLine(Key().Replace(message, "mxgw_***"));

    // The form itself, mxgw_<id>_<secret>, stands in advice and is no key. Marks at a word's end are the sentence's.
    [GeneratedRegex(@"mxgw_(?!<id>)[\x21-\x26\x28-\x7e]+?(?=[.,:;)""]*(?:[^\x21-\x26\x28-\x7e]|$))", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
