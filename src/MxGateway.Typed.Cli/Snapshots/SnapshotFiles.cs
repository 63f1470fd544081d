using System.Text.RegularExpressions;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary>Reads snapshot files, and says what is wrong with them as compilers do: <c>file(line,column): message</c>.</summary>
internal static partial class SnapshotFiles
{
    private const int MaxProblemsShown = 20;

    /// <summary>Reads a snapshot.</summary>
    /// <param name="path">The file.</param>
    /// <param name="advice">What to do where it cannot be used.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CommandException">There is no such file, it cannot be read, or it is no sound snapshot.</exception>
    public static GalaxySnapshot Read(string path, string advice, CancellationToken cancellationToken) =>
        Parse(path, Files.ReadAll(path, "the snapshot"), advice, message => message, cancellationToken);

    /// <summary>Reads the snapshot that an export is about to replace.</summary>
    /// <param name="path">Where it is from.</param>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="advice">What to do where it cannot be used.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CommandException">It is no sound snapshot.</exception>
    public static GalaxySnapshot ParseForExport(string path, ReadOnlyMemory<byte> utf8, string advice, CancellationToken cancellationToken) =>
        Parse(path, utf8, advice, message => AdviceToExport().Replace(message, ""), cancellationToken);

    private static GalaxySnapshot Parse(string path, ReadOnlyMemory<byte> utf8, string advice, Func<string, string> word, CancellationToken cancellationToken)
    {
        if (utf8.IsEmpty)
            throw new CommandException($"the snapshot {path} cannot be used; {advice}\n{path}(1,1): the file is empty");
        SnapshotReadResult read = SnapshotReader.Read(utf8, cancellationToken);
        if (read is { Snapshot: { } snapshot, Problems.Count: 0 })
            return snapshot;

        IEnumerable<string> problems = read.Problems.Take(MaxProblemsShown).Select(problem => $"{path}{problem.Position}: {word(problem.Message)}");
        if (read.Problems.Count > MaxProblemsShown)
            problems = problems.Append($"{path}: and {read.Problems.Count - MaxProblemsShown} problems more");
        throw new CommandException(string.Join("\n", [$"the snapshot {path} cannot be used; {advice}", .. problems]));
    }

    // To export is what the reader of the message has just done.
    [GeneratedRegex(@"([.;]|, or) export the snapshot anew\.?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AdviceToExport();
}
