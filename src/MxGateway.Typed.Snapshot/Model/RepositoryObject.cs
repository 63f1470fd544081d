namespace MxGateway.Typed.Snapshot;

/// <summary>An object as the repository's DiscoverHierarchy gives it, field by field.</summary>
public sealed class RepositoryObject
{
    /// <summary>gobject_id.</summary>
    public int GobjectId { get; init; }

    /// <summary>tag_name, unique in the Galaxy.</summary>
    public string TagName { get; init; } = "";

    /// <summary>contained_name; empty where the object is not contained.</summary>
    public string ContainedName { get; init; } = "";

    /// <summary>browse_name: the contained name, else the tag name.</summary>
    public string BrowseName { get; init; } = "";

    /// <summary>parent_gobject_id: the container, else the area; 0 for none.</summary>
    public int ParentGobjectId { get; init; }

    /// <summary>is_area.</summary>
    public bool IsArea { get; init; }

    /// <summary>category_id.</summary>
    public int CategoryId { get; init; }

    /// <summary>hosted_by_gobject_id.</summary>
    public int HostedByGobjectId { get; init; }

    /// <summary>template_chain: from the object's own template up to the base template, each with its <c>$</c>.</summary>
    public IReadOnlyList<string> TemplateChain { get; init; } = [];

    /// <summary>attributes; their order says nothing.</summary>
    public IReadOnlyList<RepositoryAttribute> Attributes { get; init; } = [];
}

/// <summary>An attribute as the repository gives it, field by field.</summary>
public sealed class RepositoryAttribute
{
    /// <summary>attribute_name.</summary>
    public string AttributeName { get; init; } = "";

    /// <summary>full_tag_reference: what MXAccess takes.</summary>
    public string FullTagReference { get; init; } = "";

    /// <summary>mx_data_type: the Galaxy's own number.</summary>
    public int MxDataType { get; init; }

    /// <summary>data_type_name.</summary>
    public string DataTypeName { get; init; } = "";

    /// <summary>is_array.</summary>
    public bool IsArray { get; init; }

    /// <summary>array_dimension.</summary>
    public int ArrayDimension { get; init; }

    /// <summary>array_dimension_present.</summary>
    public bool ArrayDimensionPresent { get; init; }

    /// <summary>mx_attribute_category.</summary>
    public int MxAttributeCategory { get; init; }

    /// <summary>security_classification.</summary>
    public int SecurityClassification { get; init; }

    /// <summary>is_historized.</summary>
    public bool IsHistorized { get; init; }

    /// <summary>is_alarm.</summary>
    public bool IsAlarm { get; init; }
}
