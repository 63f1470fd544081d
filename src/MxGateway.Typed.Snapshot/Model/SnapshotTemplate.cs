namespace MxGateway.Typed.Snapshot;

/// <summary>A template: what is placed on it holds for all objects that derive from it, unless their row says otherwise.</summary>
public sealed class SnapshotTemplate
{
    /// <summary>The name with its leading <c>$</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The template that this one derives from; null at the top.</summary>
    public string? Base { get; init; }

    /// <summary>The type's name in C#, where it was given once and is kept; null: by rule.</summary>
    public string? KeptName { get; init; }

    /// <summary>The attributes placed here, sorted by name (ordinal). One that is placed on a base does not stand here again.</summary>
    public IReadOnlyList<SnapshotAttribute> Attributes { get; init; } = [];

    /// <summary>The contained children placed here, sorted by contained name (ordinal).</summary>
    public IReadOnlyList<SnapshotChild> Children { get; init; } = [];

    /// <summary>Kept names of groups of attributes, sorted by name (ordinal).</summary>
    public IReadOnlyList<SnapshotGroup> Groups { get; init; } = [];

    /// <summary>Where the row stands in the file; unknown for a snapshot that was not read from one.</summary>
    public SnapshotPosition Position { get; init; }
}

/// <summary>A contained child that every object of a template has.</summary>
/// <param name="ContainedName">The name in the container.</param>
/// <param name="Template">The child's template in most objects; null where it has none.</param>
/// <param name="KeptName">The member's name in C#, where it was given once and is kept; null: by rule.</param>
/// <param name="Position">Where the row stands in the file.</param>
public sealed record SnapshotChild(string ContainedName, string? Template, string? KeptName = null, SnapshotPosition Position = default);
