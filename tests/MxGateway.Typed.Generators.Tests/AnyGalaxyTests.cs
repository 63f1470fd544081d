using FsCheck;
using FsCheck.Fluent;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Tests;

public class AnyGalaxyTests
{
    [Fact]
    public void Whatever_the_names_are_the_types_compile_and_reach_each_object_and_attribute_once()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261102, 615), Prop.ForAll(HostileGalaxies.Any, galaxy => EachIsReachedOnce(galaxy)));
    }

    private static bool EachIsReachedOnce(RepositoryObject[] galaxy)
    {
        GeneratorOutcome outcome = GeneratorHost.Run(GalaxyText.Item(galaxy)).MustCompile("MXGT1009"); // parents may run in circles
        using var plant = new LoadedPlant(outcome);
        MxNode[] nodes = [.. plant.Walk().Select(member => member.Node)];

        string[] objects = [.. nodes.OfType<MxObject>().Select(o => o.TagName).Order(StringComparer.Ordinal)];
        Assert.Equal(galaxy.Select(o => o.TagName).Order(StringComparer.Ordinal), objects);
        Assert.All(galaxy, o => Assert.Equal(o.TagName, plant.Root[o.TagName].TagName));

        string[] tags = [.. nodes.OfType<MxTag>().Where(tag => LoadedPlant.FaultOf(tag) is null).Select(tag => $"{tag.Reference} {TypeOf(tag)}").Order(StringComparer.Ordinal)];
        string[] expected = [.. galaxy.SelectMany(o => o.Attributes).Select(attribute => $"{attribute.FullTagReference} {ExpectedType(attribute)}").Order(StringComparer.Ordinal)];
        Assert.Equal(expected, tags);
        Assert.All(nodes.Select(node => node.GetType()).Distinct(), EachAttributeHasAValue);
        Assert.All(galaxy, o => EachAttributeIsKnown(o, LoadedPlant.TagsOf(plant.Root[o.TagName])));
        return true;
    }

    // An object knows its attributes, and no others, whatever class its variable is of.
    private static void EachAttributeIsKnown(RepositoryObject o, IReadOnlyList<MxTag> tags) =>
        Assert.Equal(
            o.Attributes.Select(attribute => $"{attribute.FullTagReference} {ExpectedType(attribute)}").Order(StringComparer.Ordinal),
            tags.Select(tag => $"{tag.Reference} {TypeOf(tag)}").Order(StringComparer.Ordinal));

    // A record has what its class has, under the same names: a sample for an attribute, its record for what has members.
    private static void EachAttributeHasAValue(Type type)
    {
        (string Name, Type)[] expected =
        [
            .. LoadedPlant.Attributes(type).Select(member => (member.Name, LoadedPlant.ValuesOf(member.Type) ?? SampleOf(member.Type))).OrderBy(member => member.Name, StringComparer.Ordinal),
        ];
        Type? record = type.Assembly == typeof(MxTag).Assembly ? null : LoadedPlant.ValuesOf(type);

        Assert.Equal(expected.Length > 0, record is not null);
        if (record is not null)
            Assert.Equal(expected, LoadedPlant.Values(record).OrderBy(member => member.Name, StringComparer.Ordinal));
    }

    private static Type SampleOf(Type tag)
    {
        while (!tag.IsGenericType || tag.GetGenericTypeDefinition() != typeof(MxTag<>))
            tag = tag.BaseType!;
        return typeof(MxSample<>).MakeGenericType(tag.GetGenericArguments());
    }

    // The library's own class that the attribute's class is or derives from.
    private static string TypeOf(MxTag tag)
    {
        Type type = tag.GetType();
        while (type.Assembly != typeof(MxTag).Assembly)
            type = type.BaseType!;
        string arguments = string.Join(", ", type.GetGenericArguments().Select(argument => argument.IsGenericType ? "bytes" : argument.Name));
        return $"{type.Name.Split('`')[0]}<{arguments}>";
    }

    // Written down anew from what the Galaxy's numbers mean, to be compared with the generator's own tables.
    private static string ExpectedType(RepositoryAttribute attribute)
    {
        string value = attribute.MxDataType switch
        {
            1 => "Boolean",
            2 => "Int32",
            3 => "Single",
            4 => "Double",
            5 or 8 or 15 or 16 => "String",
            6 => "DateTimeOffset",
            7 => "TimeSpan",
            9 => "MxStatusCategory",
            10 => "MxDataType",
            11 => "MxSecurityClassification",
            12 => "MxQuality",
            13 => "MxQualifiedEnum",
            14 => "bytes",
            _ => "MxVariant",
        };
        bool isWriteable = new[] { 4, 6, 7, 8, 9, 10 }.Contains(attribute.MxAttributeCategory) && value is not ("bytes" or "MxVariant");
        string access = !isWriteable ? "ReadOnly" : attribute.SecurityClassification switch { 0 or 1 or 4 or 5 => "", 2 => "Secured", 3 => "Verified", _ => "ReadOnly" };
        return attribute.IsArray ? $"Mx{access}ArrayAttribute<{value}>"
            : value == "String" ? $"Mx{access}StringAttribute<>"
            : $"Mx{access}Attribute<{value}>";
    }
}
