namespace MxGateway.Typed.Snapshot;

/// <summary>What was found wrong so far. A file that is wrong all over is not told line by line.</summary>
internal sealed class ProblemList
{
    /// <summary>How many problems are told of one file.</summary>
    public const int Limit = 1000;

    private readonly List<SnapshotProblem> _problems = [];

    public void Add(SnapshotProblemKind kind, SnapshotPosition position, string message)
    {
        if (_problems.Count < Limit)
            _problems.Add(new SnapshotProblem(kind, position, message));
    }

    /// <summary>The problems in the file's order.</summary>
    public IReadOnlyList<SnapshotProblem> InOrder() => [.. _problems.OrderBy(problem => problem.Position.Line).ThenBy(problem => problem.Position.Column)];
}
