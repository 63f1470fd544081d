namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>The Galaxy's data types in C#, and with the access the type of an attribute's property.</summary>
internal static class ValueTypes
{
    private const string Text = "string";
    private const string Variant = "Mx::MxVariant";

    // By the Galaxy's numbers, from 0.
    private static readonly string[] s_types =
    [
        Variant, // NoData
        "bool", // Boolean
        "int", // Integer
        "float", // Float
        "double", // Double
        Text, // String
        "global::System.DateTimeOffset", // Time
        "global::System.TimeSpan", // ElapsedTime
        Text, // ReferenceType
        "Mx::MxStatusCategory", // StatusType
        "Mx::MxDataType", // DataTypeEnum
        "Mx::MxSecurityClassification", // SecurityClassificationEnum
        "Mx::MxQuality", // DataQualityType
        "Mx::MxQualifiedEnum", // QualifiedEnum
        "global::System.ReadOnlyMemory<byte>", // QualifiedStruct
        Text, // InternationalizedString
        Text, // BigString
    ];

    private static readonly string[] s_access = ["ReadOnly", "", "Secured", "Verified"];

    // Scalars, then arrays; by data type (the last for what is unknown) and access. A property's type is one of these strings, never a new one.
    private static readonly string[] s_attributeTypes = [.. MakeAttributeTypes()];

    private static readonly Dictionary<string, string> s_valuesByAttributeType =
        s_attributeTypes.Distinct().ToDictionary(type => type, ValueType, StringComparer.Ordinal);

    /// <summary>The Galaxy's name of a data type; for an unknown one what the snapshot says.</summary>
    public static string NameOf(SnapshotAttribute attribute) => IsKnown(attribute.DataType)
        ? GalaxyNames.DataTypes.NameOf(attribute.DataType)!
        : attribute.DataTypeName.Length > 0 ? $"{attribute.DataTypeName} (data type {attribute.DataType})" : $"data type {attribute.DataType}";

    /// <summary>
    /// The type of the attribute's property where it has no members: <c>Mx::MxAttribute&lt;float&gt;</c>,
    /// where <c>Mx</c> is the alias that emitted files give the runtime's namespace.
    /// </summary>
    public static string AttributeType(SnapshotAttribute attribute)
    {
        int type = IsKnown(attribute.DataType) ? attribute.DataType : 0;
        return s_attributeTypes[(((attribute.IsArray ? s_types.Length : 0) + type) * s_access.Length) + (int)AccessTable.Of(attribute)];
    }

    /// <summary>The type of the values of an attribute whose property's type is given: <c>float</c> of <c>Mx::MxAttribute&lt;float&gt;</c>.</summary>
    public static string ValuesOf(string attributeType) => s_valuesByAttributeType[attributeType];

    /// <summary>Whether this version knows the Galaxy's data type; another one is a read-only variant.</summary>
    public static bool IsKnown(int dataType) => dataType >= 0 && dataType < s_types.Length;

    private static string ValueType(string attributeType)
    {
        int start = attributeType.IndexOf('<') + 1;
        if (start == 0)
            return Text;
        string type = attributeType.Substring(start, attributeType.Length - start - 1);
        return attributeType.Contains("ArrayAttribute<") ? $"global::System.Collections.Generic.IReadOnlyList<{type}>" : type;
    }

    private static IEnumerable<string> MakeAttributeTypes()
    {
        foreach (bool isArray in new[] { false, true })
            foreach (string type in s_types)
                foreach (string access in s_access)
                    yield return isArray ? $"Mx::Mx{access}ArrayAttribute<{type}>"
                        : type == Text ? $"Mx::Mx{access}StringAttribute"
                        : $"Mx::Mx{access}Attribute<{type}>";
    }
}
