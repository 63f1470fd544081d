namespace MxGateway.Typed.Snapshot;

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

    /// <summary>A row lacks a field, or a field has a value of the wrong kind or one that is not allowed there.</summary>
    InvalidRow,

    /// <summary>Two rows name the same object, template, attribute, child or group, or a row has a field twice.</summary>
    Duplicate,
}
