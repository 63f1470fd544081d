namespace MxGateway.Typed.Snapshot;

/// <summary>An object (an instance) of the Galaxy.</summary>
public sealed class SnapshotObject
{
    /// <summary>The repository's number of the object (gobject id).</summary>
    public required int Id { get; init; }

    /// <summary>The tagname, unique in the Galaxy.</summary>
    public required string TagName { get; init; }

    /// <summary>The name in the container; empty where the object is not contained.</summary>
    public string ContainedName { get; init; } = "";

    /// <summary>The contained name, else the tagname.</summary>
    public required string BrowseName { get; init; }

    /// <summary>The gobject id of the container, else of the area; 0 for none. It may name an object that is not in the snapshot.</summary>
    public int ParentId { get; init; }

    /// <summary>Where the parent's name or id stands in the file.</summary>
    public SnapshotPosition ParentPosition { get; init; }

    /// <summary>The gobject id of the engine or platform that hosts the object; 0 for none.</summary>
    public int HostId { get; init; }

    /// <summary>Whether the object is an area.</summary>
    public bool IsArea { get; init; }

    /// <summary>The category's number: 10 is an application object, 13 an area.</summary>
    public int CategoryId { get; init; }

    /// <summary>The object's own template; null where it has none.</summary>
    public string? Template { get; init; }

    /// <summary>The whole template chain where it is not what the templates' bases say; null otherwise.</summary>
    public IReadOnlyList<string>? Chain { get; init; }

    /// <summary>Attributes that the templates do not give, or that are not as the templates say. Sorted by name (ordinal).</summary>
    public IReadOnlyList<SnapshotAttribute> Attributes { get; init; } = [];

    /// <summary>Names of attributes that the templates give and this object does not have. Sorted (ordinal).</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>The member's name in C#, where it was given once and is kept; null: by rule.</summary>
    public string? KeptName { get; init; }

    /// <summary>
    /// The name of the object's own class in C#, where it has one because it differs from its template
    /// and was given once another name than the tagname; null: by rule.
    /// </summary>
    public string? KeptClass { get; init; }

    /// <summary>Kept names of groups of attributes, sorted by name (ordinal).</summary>
    public IReadOnlyList<SnapshotGroup> Groups { get; init; } = [];

    /// <summary>Where the row stands in the file.</summary>
    public SnapshotPosition Position { get; init; }
}
