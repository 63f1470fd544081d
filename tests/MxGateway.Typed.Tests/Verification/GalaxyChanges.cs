using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Tests;

/// <summary>A Galaxy's objects and attributes, but for what is said to be another.</summary>
internal static class GalaxyChanges
{
    public static RepositoryObject With(this RepositoryObject o, IEnumerable<RepositoryAttribute> attributes, string? tagName = null) => new()
    {
        GobjectId = o.GobjectId, TagName = tagName ?? o.TagName, ContainedName = o.ContainedName, BrowseName = o.BrowseName, ParentGobjectId = o.ParentGobjectId,
        IsArea = o.IsArea, CategoryId = o.CategoryId, HostedByGobjectId = o.HostedByGobjectId, TemplateChain = o.TemplateChain, Attributes = [.. attributes],
    };

    /// <summary>The object where one attribute is another; without it where it is changed to null.</summary>
    public static RepositoryObject With(this RepositoryObject o, string name, Func<RepositoryAttribute, RepositoryAttribute?> change) =>
        o.With(o.Attributes.Select(attribute => attribute.AttributeName == name ? change(attribute) : attribute).OfType<RepositoryAttribute>());

    public static RepositoryAttribute With(
        this RepositoryAttribute a, string? name = null, string? reference = null, int? type = null, bool? isArray = null, int? category = null, int? security = null) => new()
        {
            AttributeName = name ?? a.AttributeName, FullTagReference = reference ?? a.FullTagReference, MxDataType = type ?? a.MxDataType,
            DataTypeName = type is null ? a.DataTypeName : ((MxDataType)type).ToString(), IsArray = isArray ?? a.IsArray, ArrayDimension = a.ArrayDimension,
            ArrayDimensionPresent = a.ArrayDimensionPresent, MxAttributeCategory = category ?? a.MxAttributeCategory,
            SecurityClassification = security ?? a.SecurityClassification, IsHistorized = a.IsHistorized, IsAlarm = a.IsAlarm,
        };
}
