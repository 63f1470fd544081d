namespace MxGateway.Typed.Snapshot;

/// <summary>
/// A Galaxy as it was when it was exported: what the templates say once, and a row per object with what is its own.
/// <see cref="SnapshotExpander"/> gives back the repository's objects; nothing is lost but their order.
/// </summary>
public sealed class GalaxySnapshot
{
    /// <summary>The format that this version writes, and the newest that it reads.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Major.Minor of the tool that wrote the snapshot.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Where the tool's version stands in the file; unknown for a snapshot that was not read from one.</summary>
    public SnapshotPosition ToolPosition { get; init; }

    /// <summary>When the Galaxy was last deployed, in UTC; null where the repository does not say.</summary>
    public DateTimeOffset? DeployTime { get; init; }

    /// <summary>The filter that the objects were asked for with.</summary>
    public SnapshotFilter Filter { get; init; } = SnapshotFilter.None;

    /// <summary>
    /// SHA-256, in lower-case hex, of the objects in canonical form: the same Galaxy gives the same hash, whatever the page order and whatever names and placements are kept.
    /// </summary>
    public required string ContentHash { get; init; }

    /// <summary>The templates, sorted by name (ordinal).</summary>
    public IReadOnlyList<SnapshotTemplate> Templates { get; init; } = [];

    /// <summary>The objects, sorted by tagname (ordinal).</summary>
    public IReadOnlyList<SnapshotObject> Objects { get; init; } = [];

    /// <summary>What went away with this export.</summary>
    public IReadOnlyList<SnapshotTombstone> Tombstones { get; init; } = [];
}
