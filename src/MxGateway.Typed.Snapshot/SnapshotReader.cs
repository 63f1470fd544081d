namespace MxGateway.Typed.Snapshot;

/// <summary>Reads a snapshot file.</summary>
public static class SnapshotReader
{
    /// <summary>Reads a snapshot and says everything that is wrong with it, each at its place. Never throws for what the file contains.</summary>
    /// <param name="utf8">The file's bytes; a byte order mark is skipped.</param>
    /// <param name="cancellationToken">Looked at every 256 rows.</param>
    public static SnapshotReadResult Read(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken = default) => throw new NotImplementedException(utf8.Length.ToString());
}

/// <summary>What came of reading a file.</summary>
/// <param name="Snapshot">The snapshot with all rows that could be read; null where nothing could.</param>
/// <param name="Problems">What is wrong, in the file's order; empty for a sound file.</param>
public sealed record SnapshotReadResult(GalaxySnapshot? Snapshot, IReadOnlyList<SnapshotProblem> Problems);

/// <summary>Something wrong with a snapshot file.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Position">Where.</param>
/// <param name="Message">What is wrong and what to do, without the file's name and place.</param>
public sealed record SnapshotProblem(SnapshotProblemKind Kind, SnapshotPosition Position, string Message);

/// <summary>The kinds of <see cref="SnapshotProblem"/>.</summary>
public enum SnapshotProblemKind
{
    /// <summary>The file is no JSON.</summary>
    MalformedJson,

    /// <summary>The file is of a format that this version does not read; the message says which tool is needed.</summary>
    UnknownFormatVersion,

    /// <summary>A row lacks a field, or a field has a value of the wrong kind.</summary>
    InvalidRow,

    /// <summary>Two rows name the same object, template or attribute.</summary>
    Duplicate,
}
