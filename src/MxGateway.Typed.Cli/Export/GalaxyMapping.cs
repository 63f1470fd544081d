using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary>The repository's messages as the snapshot library takes them, field by field.</summary>
internal static class GalaxyMapping
{
    public static RepositoryObject ToRepositoryObject(this GalaxyObject message) => new()
    {
        GobjectId = message.GobjectId,
        TagName = message.TagName,
        ContainedName = message.ContainedName,
        BrowseName = message.BrowseName,
        ParentGobjectId = message.ParentGobjectId,
        IsArea = message.IsArea,
        CategoryId = message.CategoryId,
        HostedByGobjectId = message.HostedByGobjectId,
        TemplateChain = [.. message.TemplateChain],
        Attributes = [.. message.Attributes.Select(ToRepositoryAttribute)],
    };

    private static RepositoryAttribute ToRepositoryAttribute(GalaxyAttribute message) => new()
    {
        AttributeName = message.AttributeName,
        FullTagReference = message.FullTagReference,
        MxDataType = message.MxDataType,
        DataTypeName = message.DataTypeName,
        IsArray = message.IsArray,
        ArrayDimension = message.ArrayDimension,
        ArrayDimensionPresent = message.ArrayDimensionPresent,
        MxAttributeCategory = message.MxAttributeCategory,
        SecurityClassification = message.SecurityClassification,
        IsHistorized = message.IsHistorized,
        IsAlarm = message.IsAlarm,
    };
}
