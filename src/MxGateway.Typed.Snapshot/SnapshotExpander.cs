namespace MxGateway.Typed.Snapshot;

/// <summary>Gives back the repository's objects that a snapshot was made of.</summary>
public static class SnapshotExpander
{
    /// <summary>The objects, sorted by tagname, each with its attributes sorted by name.</summary>
    /// <param name="snapshot">The snapshot.</param>
    public static IEnumerable<RepositoryObject> Expand(GalaxySnapshot snapshot) => throw new NotImplementedException(snapshot.ToolVersion);
}
