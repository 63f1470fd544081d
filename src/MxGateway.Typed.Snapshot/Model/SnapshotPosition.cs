namespace MxGateway.Typed.Snapshot;

/// <summary>A place in a snapshot file.</summary>
/// <param name="Line">The line, from 1; 0 where it is unknown.</param>
/// <param name="Column">The column, from 1, in UTF-16 characters; 0 where it is unknown.</param>
public readonly record struct SnapshotPosition(int Line, int Column)
{
    /// <summary><c>(line,column)</c>, as compilers write it.</summary>
    public override string ToString() => Line == 0 ? "" : $"({Line},{Column})";
}
