using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary>Whether a snapshot is what an export would write, told without reading the Galaxy's hierarchy.</summary>
internal static class CurrentSnapshot
{
    /// <summary>Whether the snapshot is of the Galaxy's last deploy, of all of it, made by this version of the tool, and was not changed by hand.</summary>
    /// <param name="snapshot">The snapshot; one without a deploy time is never current.</param>
    /// <param name="client">The repository that the Galaxy's last deploy is asked from.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<bool> IsCurrentAsync(this GalaxySnapshot snapshot, GalaxyRepositoryClient client, CancellationToken cancellationToken) =>
        snapshot.DeployTime is not null
        && snapshot.ToolVersion == ToolVersion.MajorMinor
        && IsOfAll(snapshot.Filter)
        && snapshot.DeployTime == await client.GetLastDeployTimeAsync(cancellationToken)
        && snapshot.ContentHash == SnapshotHash.Of(SnapshotExpander.Expand(snapshot));

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
