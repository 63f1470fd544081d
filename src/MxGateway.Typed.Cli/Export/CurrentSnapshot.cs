using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary>Whether a snapshot is what an export would write, told without reading the Galaxy's hierarchy.</summary>
internal static class CurrentSnapshot
{
    /// <summary>
    /// The snapshot's objects, where it is of the Galaxy's last deploy, of all of it, made by this version of the tool, and its content is what its hash
    /// stands for; null otherwise. The names and placements that it keeps are not of the hash: changed by hand, they stay as they are, as in any export.
    /// </summary>
    /// <param name="snapshot">The snapshot; one without a deploy time is never current.</param>
    /// <param name="client">The repository that the Galaxy's last deploy is asked from.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<RepositoryObject>?> ObjectsIfCurrentAsync(
        this GalaxySnapshot snapshot, GalaxyRepositoryClient client, CancellationToken cancellationToken)
    {
        if (snapshot.DeployTime is null || snapshot.ToolVersion != ToolVersion.MajorMinor || !IsOfAll(snapshot.Filter)
            || snapshot.DeployTime != await client.GetLastDeployTimeAsync(cancellationToken))
            return null;
        RepositoryObject[] objects = [.. SnapshotExpander.Expand(snapshot)];
        return snapshot.ContentHash == SnapshotHash.Of(objects) ? objects : null;
    }

    // An export has no filter.
    private static bool IsOfAll(SnapshotFilter filter) => filter is
    {
        RootTagName: null,
        MaxDepth: null,
        CategoryIds.Count: 0,
        TemplateChainContains.Count: 0,
        TagNameGlob: null,
        AlarmBearingOnly: false,
        HistorizedOnly: false,
    };
}
