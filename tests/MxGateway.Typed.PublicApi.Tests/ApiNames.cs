using System.Globalization;
using System.Reflection;

namespace MxGateway.Typed.PublicApi.Tests;

/// <summary>Types, values and attributes as C# writes them, without namespaces.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint",
        [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    /// <summary>Attributes that callers, or their compilers, act on; also all of System.Diagnostics.CodeAnalysis.</summary>
    private static readonly string[] s_attributesThatMatter =
    [
        "ObsoleteAttribute", "FlagsAttribute", "AttributeUsageAttribute", "EditorBrowsableAttribute", "TupleElementNamesAttribute", "CollectionBuilderAttribute",
        "InterpolatedStringHandlerAttribute", "InterpolatedStringHandlerArgumentAttribute", "CallerFilePathAttribute", "CallerLineNumberAttribute",
        "CallerMemberNameAttribute", "CallerArgumentExpressionAttribute", "OverloadResolutionPriorityAttribute", "UnsupportedOSPlatformAttribute", "SupportedOSPlatformAttribute",
    ];

    /// <summary>A type with its annotations.</summary>
    public static string Of(Type type, Nullability nullability)
    {
        if (type.IsByRef || type.IsPointer)
            return Of(type.GetElementType()!, nullability) + (type.IsPointer ? "*" : "");
        if (type.IsArray)
        {
            string mark = nullability.Next() ? "?" : "";
            return $"{Of(type.GetElementType()!, nullability)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying, nullability) + "?";
        string annotation = (!type.IsValueType || type.IsGenericType || type.IsGenericParameter) && nullability.Next() ? "?" : "";
        if (s_keywords.TryGetValue(type, out string? keyword))
            return keyword + annotation;
        if (type.IsGenericParameter)
            return type.Name + annotation;
        string[] arguments = [.. type.GetGenericArguments().Select(argument => Of(argument, nullability))];
        return (type.FullName is { } name && name.StartsWith("System.ValueTuple`", StringComparison.Ordinal) ? $"({string.Join(", ", arguments)})" : Named(type, arguments)) + annotation;
    }

    /// <summary>A type's own name, with the types that it is nested in and its type parameters.</summary>
    public static string OfDefinition(Type type) => Named(type, [.. type.GetGenericArguments().Select(parameter => Variance(parameter) + parameter.Name)]);

    /// <summary>A constant or a parameter's default.</summary>
    public static string OfValue(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null or DBNull => type.IsValueType ? "default" : "null",
            _ when type.IsEnum => $"{OfDefinition(type)}.{Enum.ToObject(type, value)}".Replace(", ", $" | {OfDefinition(type)}.", StringComparison.Ordinal),
            string text => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings("\\n") + "\"",
            char letter => $"'{letter}'",
            bool yes => yes ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    /// <summary>The attributes that matter, each in brackets and followed by the separator; empty where there is none.</summary>
    public static string OfAttributes(IEnumerable<CustomAttributeData> attributes, string separator) =>
        string.Concat(attributes.Where(Matters).Select(attribute => $"[{Written(attribute)}]{separator}").Order(StringComparer.Ordinal));

    private static bool Matters(CustomAttributeData attribute)
    {
        // The compiler marks types that older compilers must not use with an Obsolete attribute of its own.
        if (attribute.AttributeType == typeof(ObsoleteAttribute) && attribute.ConstructorArguments is [{ Value: string message }, ..] && message.Contains("not supported in this version", StringComparison.Ordinal))
            return false;
        return attribute.AttributeType.Namespace == "System.Diagnostics.CodeAnalysis" || s_attributesThatMatter.Contains(attribute.AttributeType.Name);
    }

    private static string Written(CustomAttributeData attribute)
    {
        string name = attribute.AttributeType.Name[..^"Attribute".Length];
        string[] arguments =
        [
            .. attribute.ConstructorArguments.Select(Written),
            .. attribute.NamedArguments.Select(argument => $"{argument.MemberName} = {Written(argument.TypedValue)}"),
        ];
        return arguments.Length == 0 ? name : $"{name}({string.Join(", ", arguments)})";
    }

    private static string Written(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        IEnumerable<CustomAttributeTypedArgument> several => $"[{string.Join(", ", several.Select(Written))}]",
        Type type => $"typeof({Of(type, Nullability.None())})",
        _ => OfValue(argument.Value, argument.ArgumentType),
    };

    private static string Variance(Type parameter) =>
        !parameter.IsGenericParameter ? "" : (parameter.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => "",
        };

    private static string Named(Type type, string[] arguments)
    {
        // A nested type's arguments begin with those of the types around it.
        int outer = type.DeclaringType is { } around ? around.GetGenericArguments().Length : 0;
        string prefix = type.DeclaringType is null ? "" : Named(type.DeclaringType, arguments[..outer]) + ".";
        string name = type.Name.Split('`')[0];
        return prefix + (arguments.Length > outer ? $"{name}<{string.Join(", ", arguments[outer..])}>" : name);
    }
}
