namespace MxGateway.Typed.Snapshot;

/// <summary>What an attribute is, without its name and without what belongs to one object only (its reference).</summary>
internal readonly record struct AttributeDefinition(
    int DataType,
    string DataTypeName,
    bool IsArray,
    int ArrayDimension,
    bool ArrayDimensionPresent,
    int Category,
    int Security,
    bool IsHistorized,
    bool IsAlarm) : IComparable<AttributeDefinition>
{
    public static AttributeDefinition Of(RepositoryAttribute attribute) => new(
        attribute.MxDataType,
        attribute.DataTypeName,
        attribute.IsArray,
        attribute.ArrayDimension,
        attribute.ArrayDimensionPresent,
        attribute.MxAttributeCategory,
        attribute.SecurityClassification,
        attribute.IsHistorized,
        attribute.IsAlarm);

    public static AttributeDefinition Of(SnapshotAttribute attribute) => new(
        attribute.DataType,
        attribute.DataTypeName,
        attribute.IsArray,
        attribute.ArrayDimension,
        attribute.ArrayDimensionPresent,
        attribute.Category,
        attribute.Security,
        attribute.IsHistorized,
        attribute.IsAlarm);

    /// <summary>The reference of an attribute, unless the repository says otherwise.</summary>
    public static string DefaultReference(string tagName, string attributeName, bool isArray) => tagName + "." + attributeName + (isArray ? "[]" : "");

    public SnapshotAttribute ToAttribute(string name, string? reference = null, KeptNames names = default) => new()
    {
        Name = name,
        DataType = DataType,
        DataTypeName = DataTypeName,
        IsArray = IsArray,
        ArrayDimension = ArrayDimension,
        ArrayDimensionPresent = ArrayDimensionPresent,
        Category = Category,
        Security = Security,
        IsHistorized = IsHistorized,
        IsAlarm = IsAlarm,
        Reference = reference,
        KeptName = names.Name,
        KeptClass = names.Class,
    };

    // Any total order will do: it only settles ties.
    public int CompareTo(AttributeDefinition other)
    {
        int order = DataType.CompareTo(other.DataType);
        order = order != 0 ? order : string.CompareOrdinal(DataTypeName, other.DataTypeName);
        order = order != 0 ? order : IsArray.CompareTo(other.IsArray);
        order = order != 0 ? order : ArrayDimension.CompareTo(other.ArrayDimension);
        order = order != 0 ? order : ArrayDimensionPresent.CompareTo(other.ArrayDimensionPresent);
        order = order != 0 ? order : Category.CompareTo(other.Category);
        order = order != 0 ? order : Security.CompareTo(other.Security);
        order = order != 0 ? order : IsHistorized.CompareTo(other.IsHistorized);
        return order != 0 ? order : IsAlarm.CompareTo(other.IsAlarm);
    }
}
