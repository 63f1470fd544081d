using System.Reflection;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>The generator's lists of names, against the runtime that they are about.</summary>
public class ReservedNamesTests
{
    [Fact]
    public void Members_of_objects_are_all_reserved() => Assert.Equal(Members(typeof(MxObject)), ReservedNames.OfObjects.Order(StringComparer.Ordinal));

    [Fact]
    public void Members_of_groups_are_all_reserved() => Assert.Equal(Members(typeof(MxAttributeGroup)), ReservedNames.OfNodes.Order(StringComparer.Ordinal));

    [Fact]
    public void Members_of_attributes_are_all_reserved_and_PropertyChanged_with_them()
    {
        IEnumerable<string> members = typeof(MxTag).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(MxTag))).SelectMany(Members).Append("PropertyChanged");

        Assert.Equal(members.Distinct().Order(StringComparer.Ordinal), ReservedNames.OfAttributes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Members_of_plants_are_all_reserved_and_the_table_with_them() =>
        Assert.Equal(Members(typeof(MxGalaxy)).Append("s_table").Order(StringComparer.Ordinal), ReservedNames.OfPlants.Order(StringComparer.Ordinal));

    private static IEnumerable<string> Members(Type type) => type
        .GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy)
        .Where(member => member is not ConstructorInfo && IsVisible(member) && !member.Name.Contains('.', StringComparison.Ordinal))
        .Select(member => member.Name)
        .Distinct()
        .Order(StringComparer.Ordinal);

    // What a class in another assembly inherits: public and protected members, accessors under their property's name.
    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodInfo method => !method.IsSpecialName && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => accessor.IsPublic || accessor.IsFamily || accessor.IsFamilyOrAssembly),
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        EventInfo @event => @event.AddMethod is { IsPrivate: false, IsAssembly: false },
        _ => false,
    };
}
