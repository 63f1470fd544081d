using System.Reflection;

namespace MxGateway.Typed.PublicApi.Tests;

/// <summary>
/// Which of the references in a type are annotated with <c>?</c>, asked in the order in which the compiler notes them: a type, then its arguments.
/// The framework's NullabilityInfoContext is not enough: it says of an unconstrained <c>T</c> what it says of <c>T?</c>.
/// </summary>
internal sealed class Nullability
{
    private const byte Annotated = 2;
    private readonly byte[] _flags;
    private int _next;

    private Nullability(params byte[] flags) => _flags = flags;

    /// <summary>Of a place where the compiler notes nothing that could be read here, such as a base type.</summary>
    public static Nullability None() => new(0);

    public static Nullability Of(ParameterInfo parameter) => Of(parameter.GetCustomAttributesData(), parameter.Member);

    public static Nullability Of(MemberInfo member) => Of(member.GetCustomAttributesData(), member);

    /// <summary>Of a type parameter itself: annotated says that it has no <c>notnull</c> or that its <c>class</c> is <c>class?</c>.</summary>
    public static byte OfTypeParameter(Type parameter) =>
        Of(parameter.GetCustomAttributesData(), (MemberInfo?)parameter.DeclaringMethod ?? parameter.DeclaringType!)._flags[0];

    /// <summary>Whether the next type, which is a reference or a type parameter, is annotated. Generic value types but <c>Nullable</c> have a place too.</summary>
    public bool Next() => (_flags.Length == 1 ? _flags[0] : _flags[_next++]) == Annotated;

    private static Nullability Of(IList<CustomAttributeData> attributes, MemberInfo member)
    {
        if (Argument(attributes, "NullableAttribute") is { } own)
            return own.Value is IEnumerable<CustomAttributeTypedArgument> several ? new Nullability([.. several.Select(flag => (byte)flag.Value!)]) : new Nullability((byte)own.Value!);
        for (MemberInfo? scope = member; scope is not null; scope = scope.DeclaringType)
            if (Argument(scope.GetCustomAttributesData(), "NullableContextAttribute") is { } context)
                return new Nullability((byte)context.Value!);
        return None();
    }

    private static CustomAttributeTypedArgument? Argument(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.FullName == "System.Runtime.CompilerServices." + name)?.ConstructorArguments[0];
}
