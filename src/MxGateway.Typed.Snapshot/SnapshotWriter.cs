namespace MxGateway.Typed.Snapshot;

/// <summary>Writes a snapshot: deterministic, sorted, a row a line.</summary>
public static class SnapshotWriter
{
    /// <summary>Writes the snapshot as UTF-8 without a byte order mark, lines ended by LF.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="stream">Where it goes; left open.</param>
    public static void Write(GalaxySnapshot snapshot, Stream stream) => throw new NotImplementedException(snapshot.ToolVersion + stream);
}
