using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed;

/// <summary>Which of the deployed objects are wanted. All that is set must be met; nothing is set by default.</summary>
public sealed record MxHierarchyFilter
{
    /// <summary>The most objects of a page.</summary>
    public const int MaxPageSize = 5_000;

    /// <summary>The root by its gobject id: only that object, and what is below it. One way at most may name the root.</summary>
    public int? RootGobjectId { get; init; }

    /// <summary>The root by its tagname, such as <c>Tank_001</c>; upper and lower case do not matter.</summary>
    public string? RootTagName { get; init; }

    /// <summary>The root by its path of areas and contained names, such as <c>Mixing/Tank_001/Agitator</c>.</summary>
    public string? RootContainedPath { get; init; }

    /// <summary>How many levels below the root, or below the top: 0 is the root alone; null has no limit.</summary>
    public int? MaxDepth { get; init; }

    /// <summary>Objects of any of these categories (10: an application object, 13: an area); empty for all.</summary>
    public IReadOnlyList<int> CategoryIds { get; init; } = [];

    /// <summary>
    /// Objects of templates with any of these texts in their names, or in the name of a template that theirs derives from: <c>Pump</c> finds <c>$VfdPump</c>
    /// and what derives from it. Upper and lower case do not matter; empty for all.
    /// </summary>
    public IReadOnlyList<string> TemplateChainContains { get; init; } = [];

    /// <summary>
    /// Objects whose whole tagname matches, such as <c>Pump_*</c>: <c>*</c> is any number of characters, <c>?</c> exactly one; case does not matter. Null for
    /// all.
    /// </summary>
    public string? TagNameGlob { get; init; }

    /// <summary>Whether the objects come with their attributes. Default: true.</summary>
    public bool IncludeAttributes { get; init; } = true;

    /// <summary>Only objects with an attribute that raises an alarm.</summary>
    public bool AlarmBearingOnly { get; init; }

    /// <summary>Only objects with an attribute that is historized.</summary>
    public bool HistorizedOnly { get; init; }

    /// <summary>
    /// Objects to ask for at a time, 1 to <see cref="MaxPageSize"/>; 0, the default, for the gateway's own, usually 500. The objects do not depend on it.
    /// </summary>
    public int PageSize { get; init; }

    internal static MxHierarchyFilter All { get; } = new();

    /// <exception cref="ArgumentException">The filter cannot work.</exception>
    internal DiscoverHierarchyRequest ToDiscoverRequest()
    {
        Validate();
        if (MaxDepth < 0)
            throw new ArgumentException($"{nameof(MaxDepth)} is {MaxDepth}; 0 is the root alone, and null has no limit");
        var request = new DiscoverHierarchyRequest
        {
            PageSize = PageSize,
            MaxDepth = MaxDepth,
            CategoryIds = { CategoryIds },
            TemplateChainContains = { TemplateChainContains },
            TagNameGlob = TagNameGlob ?? "",
            IncludeAttributes = IncludeAttributes,
            AlarmBearingOnly = AlarmBearingOnly,
            HistorizedOnly = HistorizedOnly,
        };
        if (RootGobjectId is { } id)
            request.RootGobjectId = id;
        else if (RootTagName is not null)
            request.RootTagName = RootTagName;
        else if (RootContainedPath is not null)
            request.RootContainedPath = RootContainedPath;
        return request;
    }

    /// <exception cref="ArgumentException">The filter cannot work.</exception>
    internal BrowseChildrenRequest ToBrowseRequest()
    {
        Validate();
        if (MaxDepth is not null)
            throw new ArgumentException($"{nameof(MaxDepth)} is set; children are one level, and a hierarchy has more");
        var request = new BrowseChildrenRequest
        {
            PageSize = PageSize,
            CategoryIds = { CategoryIds },
            TemplateChainContains = { TemplateChainContains },
            TagNameGlob = TagNameGlob ?? "",
            IncludeAttributes = IncludeAttributes,
            AlarmBearingOnly = AlarmBearingOnly,
            HistorizedOnly = HistorizedOnly,
        };
        if (RootGobjectId is { } id)
            request.ParentGobjectId = id;
        else if (RootTagName is not null)
            request.ParentTagName = RootTagName;
        else if (RootContainedPath is not null)
            request.ParentContainedPath = RootContainedPath;
        return request;
    }

    private void Validate()
    {
        if ((RootGobjectId is null ? 0 : 1) + (RootTagName is null ? 0 : 1) + (RootContainedPath is null ? 0 : 1) > 1)
        {
            throw new ArgumentException(
                $"the root is named more than once; set one of {nameof(RootGobjectId)}, {nameof(RootTagName)} and {nameof(RootContainedPath)}");
        }

        if (RootTagName?.Length == 0 || RootContainedPath?.Length == 0)
            throw new ArgumentException("the root's name is empty; without a root, everything is meant");
        if (PageSize is < 0 or > MaxPageSize)
            throw new ArgumentException($"{nameof(PageSize)} is {PageSize}; it is 1 to {MaxPageSize}, or 0 for the gateway's default");
        if (CategoryIds is null)
            throw new ArgumentException($"{nameof(CategoryIds)} is null; empty means all");
        if (TemplateChainContains is null || TemplateChainContains.Any(string.IsNullOrEmpty))
            throw new ArgumentException($"{nameof(TemplateChainContains)} is null, or has an empty text; empty means all");
    }
}
