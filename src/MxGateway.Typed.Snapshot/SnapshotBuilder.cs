namespace MxGateway.Typed.Snapshot;

/// <summary>Makes a snapshot of the repository's objects.</summary>
public static class SnapshotBuilder
{
    /// <summary>Factors what the templates say out of the objects, gives names in C#, keeps placements and names given before, sorts, and hashes.</summary>
    /// <param name="objects">The repository's objects, in any order.</param>
    /// <param name="toolVersion">Major.Minor of the tool.</param>
    /// <param name="deployTime">When the Galaxy was last deployed; null where the repository does not say.</param>
    /// <param name="filter">What the objects were asked for with.</param>
    /// <param name="previous">The snapshot that this one replaces; null for none.</param>
    /// <exception cref="SnapshotException">Two objects have the same tagname or id, or an object has two attributes of one name; both are named.</exception>
    public static GalaxySnapshot Build(IEnumerable<RepositoryObject> objects, string toolVersion, DateTimeOffset? deployTime, SnapshotFilter filter, GalaxySnapshot? previous = null)
    {
        var source = new SnapshotSource(objects);
        var before = new PreviousSnapshot(previous);
        TemplateTree tree = TemplateTree.Of(source.Objects, before.Template);
        var factoring = new SnapshotFactoring(source, tree, before);
        var snapshot = new GalaxySnapshot
        {
            ToolVersion = toolVersion,
            DeployTime = deployTime?.ToUniversalTime(),
            Filter = filter,
            ContentHash = SnapshotHash.Of(source.Objects),
            Templates = factoring.Templates(),
            Objects = factoring.Objects(),
        };
        return SnapshotNaming.Name(snapshot, previous);
    }
}

/// <summary>A snapshot that cannot be made of what the repository says.</summary>
/// <param name="message">What is wrong, and with which object.</param>
public sealed class SnapshotException(string message) : Exception(message);
