using FsCheck;
using FsCheck.Fluent;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Small random galaxies of names that no plant should have and some do.</summary>
internal static class HostileGalaxies
{
    /// <summary>The names of all types that emitted code could mistake for the plant's, or the plant's for these.</summary>
    public static readonly string[] TypesOfTheRuntime = [.. typeof(MxNode).Assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal)];

    private static readonly string[] s_names =
    [
        "Pump", "pump", "PUMP", "Motor", "PV", "pv", "HiHi", "Limit", "Speed", "Value", "Reference", "ToString", "GetHashCode", "Equals", "TagName", "Child", "Attribute", "SlotCount", "Differs", "Latest",
        "Item", "All", "Object", "Connection", "ConnectAsync", "PropertyChanged", "Finalize", "MemberwiseClone", "get_Pump", "set_Pump", "Objects", "MxObject", "MxAttribute", "Task", "System", "global",
        "class", "string", "namespace", "record", "field", "var", "dynamic", "required", "file", "scoped", "extension", "partial", "where", "yield", "await", "nameof", "value", "nint", "__arglist", "_", "__",
        "1st", "a#", "a$", "a_", "A#B", "#", "$", "a b", "a-b", "", " ", "\"", "\"\"\"", "\\", "\\u0041", "{", "}", "{0}", "*/", "/*", "//", "</summary>", "<c>", "&", "&lt;", "\n", "\r\n", "\u2028", "\u0085", "\0", "|", "\\p", ",",
        "Ü", "ü", "温度", "ª", "\u0301", "e\u0301", "a\u200d", "a\u200cb", "\u202e", "😀", "PumpValues", "pumpvalues", "PVValues", "Values", "Clone", "EqualityContract", "PrintMembers", "Deconstruct", "op_Equality", "Sample", "WorstQuality", "TimeSkew", "ReadAllAsync", "node", "reading",
        "Pump_2", "a__2", "s_table", "PlantGalaxy", "Plant", "Acme", "PVGroup", "PVAttribute", "HiHiGroup", "PumpPV", "MxGateway", "Mx", new string('L', 128), "x.y",
    ];

    private static readonly Gen<string> s_name = Gen.Frequency((8, Gen.Elements(s_names)), (2, Gen.Elements(TypesOfTheRuntime)), (1, from a in Gen.Elements(s_names) from b in Gen.Elements(s_names) select a + b));

    private static readonly Gen<string> s_attributeName =
        from parts in Gen.Choose(1, 4).SelectMany(count => Gen.Frequency((3, Gen.Elements("PV", "HiHi", "Limit", "Speed")), (2, s_name)).ListOf(count))
        select string.Join(".", parts);

    private static readonly Gen<RepositoryAttribute> s_attribute =
        from name in s_attributeName
        from type in Gen.Choose(-1, 17)
        from category in Gen.Choose(-1, 19)
        from security in Gen.Choose(0, 7)
        from isArray in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from reference in Gen.Frequency((9, Gen.Constant<string?>(null)), (1, s_name.Select(name => (string?)$"elsewhere.{name}")))
        from flag in Gen.Elements(false, true)
        select GalaxyText.Attribute(name, type, category, security, isArray, reference, historized: flag, alarm: !flag);

    /// <summary>Galaxies with templates in chains, containment, areas, orphans, circles, and objects that differ from their templates in every way.</summary>
    public static Arbitrary<RepositoryObject[]> Any { get; } = (
        from templateNames in s_name.ListOf(5)
        from definitions in s_attribute.ArrayOf().Resize(6).ListOf(5)
        from count in Gen.Choose(0, 9)
        from objects in AnyObject([.. templateNames.Select(name => "$" + name)], [.. definitions]).ListOf(count)
        select Unique(objects)).ToArbitrary();

    private static Gen<RepositoryObject> AnyObject(string[] templates, RepositoryAttribute[][] definitions) =>
        from tagName in s_name
        from contained in Gen.Frequency((1, Gen.Constant("")), (1, Gen.Elements("Motor", "Pump")), (1, s_name))
        from parent in Gen.Choose(0, 11)
        from isArea in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from depth in Gen.Choose(0, 4)
        from differs in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from own in s_attribute.ArrayOf().Resize(differs ? 4 : 0)
        from lost in Gen.Choose(0, differs ? 3 : 0)
        let chain = templates.Skip(templates.Length - depth).ToArray()
        let given = definitions.Skip(templates.Length - depth).SelectMany(attributes => attributes).Skip(lost)
        select GalaxyText.Object(0, tagName, [.. chain.Distinct()], parent, contained, isArea, [.. own.Concat(given).DistinctBy(attribute => attribute.AttributeName)]);

    private static RepositoryObject[] Unique(IEnumerable<RepositoryObject> objects) =>
    [
        .. objects.DistinctBy(o => o.TagName).Select((o, index) => GalaxyText.Object(index + 1, o.TagName, [.. o.TemplateChain], o.ParentGobjectId, o.ContainedName, o.IsArea, [.. o.Attributes])),
    ];
}
