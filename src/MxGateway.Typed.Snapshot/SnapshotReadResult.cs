namespace MxGateway.Typed.Snapshot;

/// <summary>What came of reading a file.</summary>
/// <param name="Snapshot">The snapshot with all rows that could be read; null where the file is no JSON object, or one of an unknown format.</param>
/// <param name="Problems">What is wrong, in the file's order; empty for a sound file.</param>
public sealed record SnapshotReadResult(GalaxySnapshot? Snapshot, IReadOnlyList<SnapshotProblem> Problems);
