namespace MxGateway.Typed.Snapshot;

/// <summary>A file's rows as they stand, before they are held against each other.</summary>
internal sealed class ParsedRows
{
    /// <summary>The format, where it is one that this version does not read; the file's rows are then left alone.</summary>
    public ParsedFormat? ForeignFormat { get; set; }

    public string? ToolVersion { get; set; }

    public DateTimeOffset? DeployTime { get; set; }

    public SnapshotFilter Filter { get; set; } = SnapshotFilter.None;

    public string? ContentHash { get; set; }

    public List<ParsedTemplate> Templates { get; } = [];

    public List<ParsedObject> Objects { get; } = [];

    public List<SnapshotTombstone> Tombstones { get; } = [];

    /// <summary>Tagnames of rows that were given up: it is known what is wrong with these, so nothing more is said about whatever refers to them.</summary>
    public HashSet<string> BrokenTags { get; } = new(StringComparer.Ordinal);

    /// <summary>Likewise the names of templates.</summary>
    public HashSet<string> BrokenTemplates { get; } = new(StringComparer.Ordinal);
}

/// <summary>A format version and where it stands.</summary>
internal sealed record ParsedFormat(int Version, SnapshotPosition Position);

/// <summary>A template's row.</summary>
internal sealed class ParsedTemplate
{
    public string Name { get; set; } = "";

    public string? Base { get; set; }

    public string? KeptName { get; set; }

    public List<SnapshotAttribute> Attributes { get; set; } = [];

    public List<SnapshotChild> Children { get; set; } = [];

    public List<SnapshotGroup> Groups { get; set; } = [];

    public SnapshotPosition Position { get; set; }
}

/// <summary>An object's row.</summary>
internal sealed class ParsedObject
{
    public string TagName { get; set; } = "";

    public int Id { get; set; }

    public string ContainedName { get; set; } = "";

    public string? BrowseName { get; set; }

    public ParsedReference Parent { get; set; }

    public ParsedReference Host { get; set; }

    public bool IsArea { get; set; }

    public int CategoryId { get; set; }

    public string? Template { get; set; }

    public List<string>? Chain { get; set; }

    public string? KeptName { get; set; }

    public string? KeptClass { get; set; }

    public List<string> Without { get; set; } = [];

    public List<SnapshotAttribute> Attributes { get; set; } = [];

    public List<SnapshotGroup> Groups { get; set; } = [];

    public SnapshotPosition Position { get; set; }
}

/// <summary>Another object, by its tagname or, where it is not in the snapshot, by its gobject id.</summary>
internal readonly record struct ParsedReference(string? TagName, int Id, SnapshotPosition Position);
