using System.Reflection;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>The generator's lists of names, against the runtime that they are about.</summary>
public class ReservedNamesTests
{
    // Emitted into every class that has attributes.
    private const string ReadAll = "ReadAllAsync";

    [Fact]
    public void Members_of_objects_and_of_their_records_are_all_reserved() =>
        AssertSame(Members(typeof(MxObject)).Concat(Members(typeof(MxValues))).Append(ReadAll), ReservedNames.OfObjects);

    [Fact]
    public void Members_of_groups_and_of_their_records_are_all_reserved() =>
        AssertSame(Members(typeof(MxAttributeGroup)).Concat(Members(typeof(MxValues))).Append(ReadAll), ReservedNames.OfNodes);

    [Fact]
    public void Members_of_attributes_and_of_their_records_are_all_reserved_and_PropertyChanged_with_them()
    {
        IEnumerable<string> members = typeof(MxTag).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(MxTag))).SelectMany(Members);

        AssertSame(members.Concat(Members(typeof(MxAttributeValues<>))).Append(ReadAll).Append("PropertyChanged"), ReservedNames.OfAttributes);
    }

    [Fact]
    public void Types_of_the_runtime_are_all_reserved() => Assert.Empty(HostileGalaxies.TypesOfTheRuntime.Except(ReservedNames.Types));

    [Fact]
    public void Members_of_plants_are_all_reserved_and_the_table_with_them() =>
        AssertSame(Members(typeof(MxGalaxy)).Append("s_table"), ReservedNames.OfPlants);

    private static void AssertSame(IEnumerable<string> members, string[] reserved) => Assert.Equal(members.Distinct().Order(StringComparer.Ordinal), reserved.Order(StringComparer.Ordinal));

    private static IEnumerable<string> Members(Type type) => type
        .GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy)
        .Where(member => member is not ConstructorInfo && IsVisible(member) && !member.Name.Contains('.', StringComparison.Ordinal))
        .Select(member => member.Name == "<Clone>$" ? "Clone" : member.Name); // what C# calls a record's copy, and what it forbids to write

    // What a class in another assembly inherits: public and protected members, accessors under their property's name.
    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodInfo method => (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => accessor.IsPublic || accessor.IsFamily || accessor.IsFamilyOrAssembly),
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        EventInfo @event => @event.AddMethod is { IsPrivate: false, IsAssembly: false },
        _ => false,
    };
}
