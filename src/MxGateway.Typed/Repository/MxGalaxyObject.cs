using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed;

/// <summary>A deployed object, as the Galaxy's repository has it.</summary>
public sealed record MxGalaxyObject
{
    /// <summary>The object's number in the Galaxy.</summary>
    public required int GobjectId { get; init; }

    /// <summary>The tagname, unique in the Galaxy.</summary>
    public required string TagName { get; init; }

    /// <summary>The name below the object that contains it, such as <c>Motor</c>; empty where none contains it.</summary>
    public string ContainedName { get; init; } = "";

    /// <summary>What a browser shows: the contained name, else the tagname.</summary>
    public string BrowseName { get; init; } = "";

    /// <summary>The object that contains it, else its area; null where it stands at the top. It may be the number of an object that is not deployed.</summary>
    public int? ParentGobjectId { get; init; }

    /// <summary>Whether it is an area.</summary>
    public bool IsArea { get; init; }

    /// <summary>The Galaxy's category: 10 is an application object, 13 an area.</summary>
    public int CategoryId { get; init; }

    /// <summary>The object that runs it (an engine, a platform); null where the repository names none.</summary>
    public int? HostedByGobjectId { get; init; }

    /// <summary>Its template and those that this derives from, up to the base template, each with its <c>$</c>.</summary>
    public IReadOnlyList<string> TemplateChain { get; init; } = [];

    /// <summary>Its attributes; none where the filter leaves them out.</summary>
    public IReadOnlyList<MxGalaxyAttribute> Attributes { get; init; } = [];

    /// <summary>The tagname.</summary>
    public override string ToString() => TagName;

    internal static MxGalaxyObject Of(GalaxyObject message) => new()
    {
        GobjectId = message.GobjectId,
        TagName = message.TagName,
        ContainedName = message.ContainedName,
        BrowseName = message.BrowseName,
        ParentGobjectId = message.ParentGobjectId == 0 ? null : message.ParentGobjectId,
        IsArea = message.IsArea,
        CategoryId = message.CategoryId,
        HostedByGobjectId = message.HostedByGobjectId == 0 ? null : message.HostedByGobjectId,
        TemplateChain = [.. message.TemplateChain],
        Attributes = [.. message.Attributes.Select(MxGalaxyAttribute.Of)],
    };
}

/// <summary>An object among its siblings, and whether there is more below it.</summary>
/// <param name="Object">The object.</param>
/// <param name="HasChildren">Whether it has children itself that the same filter lets through.</param>
public sealed record MxGalaxyChild(MxGalaxyObject Object, bool HasChildren);
