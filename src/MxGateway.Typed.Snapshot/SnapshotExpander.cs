namespace MxGateway.Typed.Snapshot;

/// <summary>Gives back the repository's objects that a snapshot was made of.</summary>
public static class SnapshotExpander
{
    /// <summary>The objects, sorted by tagname, each with its attributes sorted by name. One object at a time is made, as it is asked for.</summary>
    /// <param name="snapshot">The snapshot.</param>
    public static IEnumerable<RepositoryObject> Expand(GalaxySnapshot snapshot)
    {
        var tree = TemplateTree.Of(snapshot.Templates);
        var templates = snapshot.Templates.ToDictionary(template => template.Name, StringComparer.Ordinal);
        var given = new Dictionary<string, IReadOnlyList<SnapshotAttribute>>(StringComparer.Ordinal);
        foreach (SnapshotObject @object in snapshot.Objects)
        {
            yield return new RepositoryObject
            {
                GobjectId = @object.Id,
                TagName = @object.TagName,
                ContainedName = @object.ContainedName,
                BrowseName = @object.BrowseName,
                ParentGobjectId = @object.ParentId,
                IsArea = @object.IsArea,
                CategoryId = @object.CategoryId,
                HostedByGobjectId = @object.HostId,
                TemplateChain = @object.Chain ?? (@object.Template is null ? [] : tree.Chain(@object.Template)),
                Attributes = Attributes(@object, @object.Template is null ? [] : Given(@object.Template)),
            };
        }

        IReadOnlyList<SnapshotAttribute> Given(string template)
        {
            if (given.TryGetValue(template, out IReadOnlyList<SnapshotAttribute>? known))
                return known;
            IEnumerable<SnapshotAttribute> all = tree.Chain(template).Where(templates.ContainsKey).SelectMany(name => templates[name].Attributes);
            return given[template] = [.. all];
        }
    }

    private static RepositoryAttribute[] Attributes(SnapshotObject @object, IReadOnlyList<SnapshotAttribute> given)
    {
        HashSet<string> notGiven = new(@object.Without, StringComparer.Ordinal);
        notGiven.UnionWith(@object.Attributes.Select(own => own.Name));
        return [.. given.Where(attribute => !notGiven.Contains(attribute.Name)).Concat(@object.Attributes)
            .OrderBy(attribute => attribute.Name, StringComparer.Ordinal)
            .Select(attribute => Attribute(@object.TagName, attribute))];
    }

    private static RepositoryAttribute Attribute(string tagName, SnapshotAttribute attribute) => new()
    {
        AttributeName = attribute.Name,
        FullTagReference = attribute.Reference ?? AttributeDefinition.DefaultReference(tagName, attribute.Name, attribute.IsArray),
        MxDataType = attribute.DataType,
        DataTypeName = attribute.DataTypeName,
        IsArray = attribute.IsArray,
        ArrayDimension = attribute.ArrayDimension,
        ArrayDimensionPresent = attribute.ArrayDimensionPresent,
        MxAttributeCategory = attribute.Category,
        SecurityClassification = attribute.Security,
        IsHistorized = attribute.IsHistorized,
        IsAlarm = attribute.IsAlarm,
    };
}
