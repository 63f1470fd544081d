using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>The repository's messages, as the Python gateway takes them.</summary>
public static class Hierarchy
{
    /// <summary>All objects of a snapshot.</summary>
    public static DiscoverHierarchyReply Of(GalaxySnapshot snapshot) => Of(SnapshotExpander.Expand(snapshot));

    /// <summary>The objects, field by field.</summary>
    public static DiscoverHierarchyReply Of(IEnumerable<RepositoryObject> objects)
    {
        var reply = new DiscoverHierarchyReply();
        reply.Objects.AddRange(objects.Select(Message));
        reply.TotalObjectCount = reply.Objects.Count;
        return reply;
    }

    private static GalaxyObject Message(RepositoryObject source)
    {
        var message = new GalaxyObject
        {
            GobjectId = source.GobjectId,
            TagName = source.TagName,
            ContainedName = source.ContainedName,
            BrowseName = source.BrowseName,
            ParentGobjectId = source.ParentGobjectId,
            IsArea = source.IsArea,
            CategoryId = source.CategoryId,
            HostedByGobjectId = source.HostedByGobjectId,
        };
        message.TemplateChain.AddRange(source.TemplateChain);
        message.Attributes.AddRange(source.Attributes.Select(attribute => new GalaxyAttribute
        {
            AttributeName = attribute.AttributeName,
            FullTagReference = attribute.FullTagReference,
            MxDataType = attribute.MxDataType,
            DataTypeName = attribute.DataTypeName,
            IsArray = attribute.IsArray,
            ArrayDimension = attribute.ArrayDimension,
            ArrayDimensionPresent = attribute.ArrayDimensionPresent,
            MxAttributeCategory = attribute.MxAttributeCategory,
            SecurityClassification = attribute.SecurityClassification,
            IsHistorized = attribute.IsHistorized,
            IsAlarm = attribute.IsAlarm,
        }));
        return message;
    }
}
