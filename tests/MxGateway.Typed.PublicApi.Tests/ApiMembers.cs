using System.Reflection;
using System.Runtime.CompilerServices;

namespace MxGateway.Typed.PublicApi.Tests;

/// <summary>The members of a type that code outside its assembly can see, one line each.</summary>
internal static class ApiMembers
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Constants and fields, constructors, properties, events, methods; each kind by name.</summary>
    public static IEnumerable<string> Of(Type type) =>
        Sorted(type.GetFields(Declared).Where(field => IsVisible(field.Attributes, type) && !field.IsSpecialName), Field)
            .Concat(Sorted(type.GetConstructors(Declared).Where(constructor => IsVisible(constructor, type) && !constructor.IsStatic), Constructor))
            .Concat(Sorted(type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(accessor => IsVisible(accessor, type))), Property))
            .Concat(Sorted(type.GetEvents(Declared).Where(@event => IsVisible(@event.AddMethod!, type)), Event))
            .Concat(Sorted(type.GetMethods(Declared).Where(method => IsVisible(method, type) && IsWritten(method)), Method));

    /// <summary>A method's or delegate's parameters.</summary>
    public static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select((parameter, index) => (index == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + Parameter(parameter)));

    /// <summary>The type that a method or delegate returns.</summary>
    public static string Returned(MethodInfo method) =>
        ApiNames.OfAttributes(method.ReturnParameter.GetCustomAttributesData(), " ").Replace("[", "[return: ", StringComparison.Ordinal)
        + (method.ReturnType.IsByRef ? IsMarked(method.ReturnParameter, "IsReadOnlyAttribute") ? "ref readonly " : "ref " : "")
        + ApiNames.Of(method.ReturnType, Nullability.Of(method.ReturnParameter));

    /// <summary>The <c>where</c> clauses of type parameters, each after a blank.</summary>
    public static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(Constraint));

    private static IEnumerable<string> Sorted<T>(IEnumerable<T> members, Func<T, string> line)
        where T : MemberInfo =>
        members.Select(member => (member.Name, Line: ApiNames.OfAttributes(member.GetCustomAttributesData(), " ") + line(member)))
            .OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Line, StringComparer.Ordinal)
            .Select(member => member.Line);

    private static string Field(FieldInfo field)
    {
        string type = ApiNames.Of(field.FieldType, Nullability.Of(field));
        string access = field.IsPublic ? "public " : "protected ";
        if (field.IsLiteral)
            return $"{access}const {type} {field.Name} = {ApiNames.OfValue(field.GetRawConstantValue(), field.FieldType)};";
        return $"{access}{(IsMarked(field, "RequiredMemberAttribute") ? "required " : "")}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name};";
    }

    private static string Constructor(ConstructorInfo constructor) => $"{Access(constructor)}{constructor.DeclaringType!.Name.Split('`')[0]}({Parameters(constructor)});";

    private static string Property(PropertyInfo property)
    {
        Type owner = property.DeclaringType!;
        MethodInfo[] accessors = [.. property.GetAccessors(true).Where(accessor => IsVisible(accessor, owner))];
        MethodInfo widest = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
        // An accessor's parameters, not the property's: the annotations are noted there.
        ParameterInfo[] index = accessors[0].GetParameters()[..property.GetIndexParameters().Length];
        string name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        // The getter of a settable automatic property is read-only by itself; that says nothing about the property.
        string modifiers = accessors.All(IsReadOnly) ? Modifiers(widest) : Modifiers(widest).Replace("readonly ", "", StringComparison.Ordinal);
        string required = IsMarked(property, "RequiredMemberAttribute") ? "required " : "";
        string reference = property.PropertyType.IsByRef ? IsMarked(property, "IsReadOnlyAttribute") ? "ref readonly " : "ref " : "";
        IEnumerable<string> written = accessors.Select(accessor =>
            (Access(accessor) == Access(widest) ? "" : Access(accessor)) + (accessor == property.GetMethod ? "get;" : IsInit(accessor) ? "init;" : "set;"));
        return $"{Access(widest)}{required}{modifiers}{reference}{ApiNames.Of(property.PropertyType, Nullability.Of(property))} {name} {{ {string.Join(' ', written)} }}";
    }

    private static string Event(EventInfo @event) =>
        $"{Access(@event.AddMethod!)}{Modifiers(@event.AddMethod!)}event {ApiNames.Of(@event.EventHandlerType!, Nullability.Of(@event))} {@event.Name};";

    private static string Method(MethodInfo method)
    {
        Type[] typeParameters = method.GetGenericArguments();
        string generic = typeParameters.Length == 0 ? "" : $"<{string.Join(", ", typeParameters.Select(parameter => parameter.Name))}>";
        return $"{Access(method)}{Modifiers(method)}{Returned(method)} {method.Name}{generic}({Parameters(method)}){Constraints(typeParameters)};";
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string attributes = ApiNames.OfAttributes(parameter.GetCustomAttributesData(), " ");
        bool isParams = IsMarked(parameter, "ParamArrayAttribute", "System") || IsMarked(parameter, "ParamCollectionAttribute");
        string scoped = IsMarked(parameter, "ScopedRefAttribute") && !parameter.IsOut && !isParams ? "scoped " : "";
        string mode = parameter switch
        {
            { IsOut: true, ParameterType.IsByRef: true } => "out ",
            { ParameterType.IsByRef: true } when IsMarked(parameter, "RequiresLocationAttribute") => "ref readonly ",
            { IsIn: true, ParameterType.IsByRef: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ => isParams ? "params " : "",
        };
        string value = parameter.HasDefaultValue ? " = " + ApiNames.OfValue(parameter.RawDefaultValue, parameter.ParameterType) : "";
        return $"{attributes}{scoped}{mode}{ApiNames.Of(parameter.ParameterType, Nullability.Of(parameter))} {parameter.Name}{value}";
    }

    private static string Constraint(Type parameter)
    {
        GenericParameterAttributes flags = parameter.GenericParameterAttributes;
        var parts = new List<string>();
        byte nullable = Nullability.OfTypeParameter(parameter);
        bool isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        Type[] types = [.. parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType))];
        if (isStruct)
            parts.Add(IsMarked(parameter, "IsUnmanagedAttribute") ? "unmanaged" : "struct");
        else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            parts.Add(nullable == 2 ? "class?" : "class");
        else if (nullable == 1 && types.Length == 0)
            parts.Add("notnull");
        parts.AddRange(types.Select(type => ApiNames.Of(type, Nullability.None())).Order(StringComparer.Ordinal));
        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
            parts.Add("new()");
        if (flags.HasFlag(GenericParameterAttributes.AllowByRefLike))
            parts.Add("allows ref struct");
        return parts.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", parts)}";
    }

    private static string Access(MethodBase method) =>
        method.DeclaringType!.IsInterface ? "" : method.IsPublic ? "public " : method.IsFamilyOrAssembly ? "protected internal " : "protected ";

    private static string Modifiers(MethodInfo method)
    {
        bool overrides = method.GetBaseDefinition() != method;
        string kind = method switch
        {
            { IsStatic: true, IsAbstract: true } => "static abstract ",
            { IsStatic: true } => "static ",
            { DeclaringType.IsInterface: true } => method.IsAbstract ? "" : "virtual ",
            { IsAbstract: true } => overrides ? "abstract override " : "abstract ",
            { IsVirtual: true } when overrides => method.IsFinal ? "sealed override " : "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        return kind + (IsReadOnly(method) ? "readonly " : "");
    }

    /// <summary>A method of a struct that says that it changes nothing, where the struct does not say so of all.</summary>
    private static bool IsReadOnly(MethodInfo method) =>
        IsMarked(method, "IsReadOnlyAttribute") && method.DeclaringType!.IsValueType && !IsMarked(method.DeclaringType, "IsReadOnlyAttribute");

    private static bool IsVisible(MethodBase method, Type owner) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !owner.IsSealed);

    private static bool IsVisible(FieldAttributes field, Type owner) => (field & FieldAttributes.FieldAccessMask) switch
    {
        FieldAttributes.Public => true,
        FieldAttributes.Family or FieldAttributes.FamORAssem => !owner.IsSealed,
        _ => false,
    };

    /// <summary>Not an accessor, and not one that the compiler adds to every record: those follow from the word record and the constructor.</summary>
    private static bool IsWritten(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.Name.Contains('<', StringComparison.Ordinal);

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsMarked(ParameterInfo parameter, string attribute, string @namespace = "System.Runtime.CompilerServices") =>
        parameter.GetCustomAttributesData().Any(data => data.AttributeType.FullName == $"{@namespace}.{attribute}");

    private static bool IsMarked(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Any(data => data.AttributeType.FullName == $"System.Runtime.CompilerServices.{attribute}");
}
