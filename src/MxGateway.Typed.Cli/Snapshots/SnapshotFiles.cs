using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary>Reads snapshot files, and says what is wrong with them as compilers do: <c>file(line,column): message</c>.</summary>
internal static class SnapshotFiles
{
    private const int MaxProblemsShown = 20;

    /// <summary>Reads a snapshot.</summary>
    /// <param name="path">The file.</param>
    /// <param name="advice">What to do where it cannot be used.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CommandException">There is no such file, it cannot be read, or it is no sound snapshot.</exception>
    public static GalaxySnapshot Read(string path, string advice, CancellationToken cancellationToken) => Parse(path, Files.ReadAll(path, "the snapshot"), advice, cancellationToken);

    /// <summary>Reads a snapshot's bytes.</summary>
    /// <param name="path">Where they are from.</param>
    /// <param name="utf8">The bytes.</param>
    /// <param name="advice">What to do where they cannot be used.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CommandException">They are no sound snapshot.</exception>
    public static GalaxySnapshot Parse(string path, ReadOnlyMemory<byte> utf8, string advice, CancellationToken cancellationToken)
    {
        if (utf8.IsEmpty)
            throw new CommandException($"the snapshot {path} cannot be used; {advice}\n{path}(1,1): the file is empty");
        SnapshotReadResult read = SnapshotReader.Read(utf8, cancellationToken);
        if (read is { Snapshot: { } snapshot, Problems.Count: 0 })
            return snapshot;

        IEnumerable<string> problems = read.Problems.Take(MaxProblemsShown).Select(problem => $"{path}{problem.Position}: {problem.Message}");
        if (read.Problems.Count > MaxProblemsShown)
            problems = problems.Append($"{path}: and {read.Problems.Count - MaxProblemsShown} problems more");
        throw new CommandException(string.Join("\n", [$"the snapshot {path} cannot be used; {advice}", .. problems]));
    }
}
