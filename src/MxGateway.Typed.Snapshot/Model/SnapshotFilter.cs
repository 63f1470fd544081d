namespace MxGateway.Typed.Snapshot;

/// <summary>The filter of an export, as the repository's DiscoverHierarchy takes it. All parts are combined with AND.</summary>
public sealed class SnapshotFilter
{
    /// <summary>No filter: the whole deployed Galaxy.</summary>
    public static SnapshotFilter None { get; } = new();

    /// <summary>The tagname of the object to start from; null for the top.</summary>
    public string? RootTagName { get; init; }

    /// <summary>How deep to go below the root; null for no limit.</summary>
    public int? MaxDepth { get; init; }

    /// <summary>Category numbers, any of them; empty for all.</summary>
    public IReadOnlyList<int> CategoryIds { get; init; } = [];

    /// <summary>Parts of template names, any of them anywhere in the chain; empty for all.</summary>
    public IReadOnlyList<string> TemplateChainContains { get; init; } = [];

    /// <summary>A glob (<c>*</c> and <c>?</c>) over tagnames; null for all.</summary>
    public string? TagNameGlob { get; init; }

    /// <summary>Only objects with an alarmed attribute.</summary>
    public bool AlarmBearingOnly { get; init; }

    /// <summary>Only objects with a historized attribute.</summary>
    public bool HistorizedOnly { get; init; }
}
