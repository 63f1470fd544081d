using Microsoft.CodeAnalysis;
using MxGateway.Typed.Generators.Model;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>
/// What there is to say of one snapshot. A plant of fifty thousand objects may have as many odd names:
/// of each kind of problem the first are told, and then how many more there are.
/// The words are put together for what is told only.
/// </summary>
internal sealed class ProblemSet(SnapshotFile file)
{
    /// <summary>How many problems of a kind are told of one file.</summary>
    public const int MostOfAKind = 100;

    private readonly List<Problem> _told = [];
    private readonly Dictionary<DiagnosticDescriptor, Untold> _kinds = [];

    public void Add(DiagnosticDescriptor descriptor, SnapshotPosition position, Func<string> message)
    {
        if (!_kinds.TryGetValue(descriptor, out Untold? kind))
            _kinds[descriptor] = kind = new Untold();
        if (kind.Count++ < MostOfAKind)
            _told.Add(Problem.At(descriptor, file, position, message()));
        else if (kind.Count == MostOfAKind + 1)
            kind.First = position;
    }

    /// <summary>Adds what the reader says. It stops at some number of problems: beyond that it is not known how many there are.</summary>
    public void Add(IReadOnlyList<SnapshotProblem> problems)
    {
        foreach (SnapshotProblem problem in problems)
            Add(Descriptors.Of(problem.Kind), problem.Position, () => problem.Message);
        if (problems.Count < ProblemList.Limit)
            return;
        foreach (Untold kind in _kinds.Values)
            kind.IsLeast = true;
    }

    /// <summary>All of them, in the file's order.</summary>
    public EquatableArray<Problem> InOrder() => _told
        .Concat(_kinds.Where(kind => kind.Value.Count > MostOfAKind).Select(kind => Problem.At(kind.Key, file, kind.Value.First, kind.Value.Message)))
        .OrderBy(problem => problem.Span.Start)
        .ThenBy(problem => problem.Descriptor.Id, StringComparer.Ordinal)
        .ToEquatable();

    private sealed class Untold
    {
        public int Count;
        public bool IsLeast;
        public SnapshotPosition First;

        public string Message => $"{(IsLeast ? "at least " : "")}{Count - MostOfAKind} more of this kind from here on are not told one by one";
    }
}
