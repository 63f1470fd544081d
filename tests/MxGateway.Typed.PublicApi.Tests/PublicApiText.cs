using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace MxGateway.Typed.PublicApi.Tests;

/// <summary>
/// What an assembly promises, as text that a person can review: its public types with their public and protected members, sorted, in C#'s words.
/// Every difference of this text is a difference for users; nothing else changes it.
/// </summary>
internal static class PublicApiText
{
    /// <summary>The API of an assembly, without the types of some namespaces (such as generated messages).</summary>
    public static string Of(Assembly assembly, params string[] withoutNamespaces) =>
        Of(assembly.GetExportedTypes().Where(type => !withoutNamespaces.Any(name => type.Namespace == name || type.Namespace!.StartsWith(name + ".", StringComparison.Ordinal))));

    /// <summary>The API of some types.</summary>
    public static string Of(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string?, Type> group in types.Where(IsVisible).GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? "" : "\n").Append("namespace ").Append(group.Key).Append('\n');
            foreach (Type type in group.OrderBy(ApiNames.OfDefinition, StringComparer.Ordinal))
                Write(text, type);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Type type)
    {
        text.Append('\n').Append(ApiNames.OfAttributes(type.GetCustomAttributesData(), "\n"));
        if (IsDelegate(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            text.Append($"public delegate {ApiMembers.Returned(invoke)} {ApiNames.OfDefinition(type)}({ApiMembers.Parameters(invoke)}){Constraints(type)};\n");
            return;
        }

        text.Append($"{Access(type)}{Kind(type)} {ApiNames.OfDefinition(type)}{Bases(type)}{Constraints(type)}\n");
        foreach (string line in type.IsEnum ? EnumValues(type) : ApiMembers.Of(type))
            text.Append("    ").Append(line).Append('\n');
    }

    private static IEnumerable<string> EnumValues(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).OrderBy(value => Convert.ToDecimal(value.GetRawConstantValue()))
            .Select(value => $"{ApiNames.OfAttributes(value.GetCustomAttributesData(), " ")}{value.Name} = {value.GetRawConstantValue()},");

    private static string Kind(Type type)
    {
        bool isRecord = type.GetMethod("<Clone>$") is not null || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null);
        string record = isRecord ? "record " : "";
        return type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => (HasMark(type, "IsReadOnlyAttribute") ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + record + "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => (type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + record + "class",
        };
    }

    /// <summary>The base class and the interfaces that are not there by way of another.</summary>
    private static string Bases(Type type)
    {
        if (type.IsEnum)
            return type.GetEnumUnderlyingType() == typeof(int) ? "" : " : " + ApiNames.Of(type.GetEnumUnderlyingType(), Nullability.None());
        Type[] interfaces = [.. type.GetInterfaces().Where(IsVisible)];
        IEnumerable<Type> implied = interfaces.SelectMany(candidate => candidate.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        IEnumerable<Type> bases = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [parent] : [];
        string[] names =
        [
            .. bases.Select(parent => ApiNames.Of(parent, Nullability.None())),
            .. interfaces.Except(implied).Select(item => ApiNames.Of(item, Nullability.None())).Order(StringComparer.Ordinal),
        ];
        return names.Length == 0 ? "" : " : " + string.Join(", ", names);
    }

    private static string Constraints(Type type) => ApiMembers.Constraints(type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0));

    private static string Access(Type type) => type.IsPublic || type.IsNestedPublic ? "public " : "protected ";

    /// <summary>Nested protected types are visible too; types that the compiler made are not written by anyone.</summary>
    private static bool IsVisible(Type type) =>
        !type.Name.Contains('<', StringComparison.Ordinal)
        && (type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)));

    private static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);

    private static bool HasMark(Type type, string attribute) => type.GetCustomAttributesData().Any(data => data.AttributeType.FullName == $"System.Runtime.CompilerServices.{attribute}");
}
