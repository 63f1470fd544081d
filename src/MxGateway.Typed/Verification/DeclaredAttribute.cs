using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed;

/// <summary>What is said of an attribute, by the class of a member or by the Galaxy, as far as a user's code depends on it.</summary>
/// <param name="ValueType">The type of its values, or of an array's elements.</param>
/// <param name="IsArray">Whether it is an array.</param>
/// <param name="Access">What it takes to write it.</param>
internal readonly record struct DeclaredAttribute(Type ValueType, bool IsArray, AttributeAccess Access)
{
    // By the Galaxy's numbers, from 0; all others are variants. docs/generated-code.md has this table, and a test compares them.
    private static readonly Type[] s_types =
    [
        typeof(MxVariant), typeof(bool), typeof(int), typeof(float), typeof(double), typeof(string), typeof(DateTimeOffset), typeof(TimeSpan),
        typeof(string), typeof(MxStatusCategory), typeof(MxDataType), typeof(MxSecurityClassification), typeof(MxQuality), typeof(MxQualifiedEnum),
        typeof(ReadOnlyMemory<byte>), typeof(string), typeof(string),
    ];

    // The classes that a member's class is or derives from.
    private static readonly Dictionary<Type, (AttributeAccess Access, bool IsArray)> s_classes = new()
    {
        [typeof(MxReadOnlyAttribute<>)] = (AttributeAccess.ReadOnly, false),
        [typeof(MxAttribute<>)] = (AttributeAccess.Plain, false),
        [typeof(MxSecuredAttribute<>)] = (AttributeAccess.Secured, false),
        [typeof(MxVerifiedAttribute<>)] = (AttributeAccess.Verified, false),
        [typeof(MxReadOnlyStringAttribute)] = (AttributeAccess.ReadOnly, false),
        [typeof(MxStringAttribute)] = (AttributeAccess.Plain, false),
        [typeof(MxSecuredStringAttribute)] = (AttributeAccess.Secured, false),
        [typeof(MxVerifiedStringAttribute)] = (AttributeAccess.Verified, false),
        [typeof(MxReadOnlyArrayAttribute<>)] = (AttributeAccess.ReadOnly, true),
        [typeof(MxArrayAttribute<>)] = (AttributeAccess.Plain, true),
        [typeof(MxSecuredArrayAttribute<>)] = (AttributeAccess.Secured, true),
        [typeof(MxVerifiedArrayAttribute<>)] = (AttributeAccess.Verified, true),
    };

    public static DeclaredAttribute Of(MxTag tag)
    {
        for (Type? type = tag.GetType(); type is not null; type = type.BaseType)
            if (s_classes.TryGetValue(type.IsGenericType ? type.GetGenericTypeDefinition() : type, out (AttributeAccess Access, bool IsArray) found))
                return new(type.IsGenericType ? type.GetGenericArguments()[0] : typeof(string), found.IsArray, found.Access);
        throw new InvalidOperationException($"{tag.GetType()}, the class of {tag.Reference}, is no class of an attribute");
    }

    public static DeclaredAttribute Of(MxGalaxyAttribute attribute) => new(
        (int)attribute.DataType >= 0 && (int)attribute.DataType < s_types.Length ? s_types[(int)attribute.DataType] : typeof(MxVariant),
        attribute.IsArray,
        AccessTable.Of((int)attribute.DataType, attribute.Category, (int)attribute.SecurityClassification));

    public MxMismatch Differs(DeclaredAttribute other) =>
        (ValueType == other.ValueType ? MxMismatch.None : MxMismatch.Type)
        | (IsArray == other.IsArray ? MxMismatch.None : MxMismatch.Array)
        | (Access == other.Access ? MxMismatch.None : MxMismatch.Access);

    /// <summary>Such as <c>Float array, read-only</c>.</summary>
    public override string ToString() => Words(TypeName(ValueType));

    /// <summary>As <see cref="ToString()"/>, with the Galaxy's own name of the type.</summary>
    public string Words(string typeName)
    {
        string access = Access switch
        {
            AttributeAccess.Plain => "writeable",
            AttributeAccess.Secured => "written with an operator's signature",
            AttributeAccess.Verified => "written with an operator's and a verifier's signature",
            _ => "read-only",
        };
        return $"{typeName}{(IsArray ? " array" : "")}, {access}";
    }

    private static string TypeName(Type type) =>
        type == typeof(MxVariant) ? "of a type that is not known" : ((MxDataType)System.Array.IndexOf(s_types, type)).ToString();
}
