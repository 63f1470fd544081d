using FsCheck;
using FsCheck.Fluent;

namespace MxGateway.Typed.Snapshot.Tests;

/// <summary>Random galaxies: few enough names that templates, objects and attributes meet, and names that nobody would give.</summary>
public static class Galaxies
{
    private static readonly string[] s_hostile =
    [
        "", " ", "\"", "\\", "\n", "\r\n", "\t", "\0", "\u0085", "\u2028", "\uFEFF", "\uD800", "\uDC00x", "x\uD83D", "\uDC00\uD800", "\U0001F600", "ä", "Ä", "名前", "\u202Eevil",
        "*/", "</summary>", "{", "}", "[]", "a[]", "class", "@class", "ToString", "Value", "pump", "Pump", "PUMP", "Pump#2", "$", "$Pump", "9Lives", "a.b", "a.b.c", ".", "..", "null",
        "\\u0041", "\\ud800", "a\u0301", "\u00E1", new string('x', 128),
    ];

    private static readonly Gen<string> s_name = Gen.Frequency(
        (3, Gen.Elements(s_hostile)),
        (5, Gen.Elements("A", "B", "C", "D", "PV", "SP", "PV.HiHi", "PV.HiHi.Limit", "Cmd")),
        (1, ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")));

    private static readonly Gen<int> s_number = Gen.Frequency((6, Gen.Choose(-1, 17)), (1, Gen.Elements(int.MinValue, int.MaxValue, 1000)));

    private static readonly Gen<bool> s_flag = Gen.Elements(true, false);

    public static Arbitrary<string> Names() => s_name.ToArbitrary();

    public static Arbitrary<Galaxy> Any() => Arb.From(Galaxy, Shrink);

    private static Gen<Galaxy> Galaxy =>
        from templates in Gen.ListOf(s_name.Select(name => "$" + name), 6)
        from chains in Gen.ListOf(Chain(templates), 5)
        from size in Gen.Choose(0, 14)
        from tagNames in Gen.ListOf(s_name, size)
        from objects in Gen.CollectToList([.. tagNames.Distinct(StringComparer.Ordinal).Select((tagName, i) => (tagName, id: i == 3 ? 0 : i + 1))], it => Object(it.tagName, it.id, size, chains))
        select new Galaxy([.. objects]);

    // Mostly chains that agree with one another, some that do not, circles included.
    private static Gen<IReadOnlyList<string>> Chain(IEnumerable<string> templates) => Gen.OneOf(
        from start in Gen.Choose(0, 6) select (IReadOnlyList<string>)[.. templates.Skip(start)],
        from start in Gen.Choose(0, 6) from count in Gen.Choose(0, 2) select (IReadOnlyList<string>)[.. templates.Skip(start).Take(count)],
        from any in Gen.ListOf(Gen.Elements<string>([.. templates, "", "$Odd"])) select (IReadOnlyList<string>)[.. any.Take(4)]);

    private static Gen<RepositoryObject> Object(string tagName, int id, int size, IEnumerable<IReadOnlyList<string>> chains) =>
        from contained in Gen.Frequency((1, Gen.Constant("")), (2, s_name))
        from browse in Gen.Frequency((4, Gen.Constant(contained.Length > 0 ? contained : tagName)), (1, s_name))
        from parent in Gen.Frequency((5, Gen.Choose(0, size)), (1, s_number))
        from host in Gen.Frequency((5, Gen.Choose(0, size)), (1, s_number))
        from isArea in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from category in s_number
        from chain in Gen.Elements(chains)
        from names in Gen.ListOf(s_name)
        from attributes in Gen.CollectToList([.. names.Distinct(StringComparer.Ordinal).Take(7)], name => Attribute(tagName, name))
        select new RepositoryObject
        {
            GobjectId = id,
            TagName = tagName,
            ContainedName = contained,
            BrowseName = browse,
            ParentGobjectId = parent,
            IsArea = isArea,
            CategoryId = category,
            HostedByGobjectId = host,
            TemplateChain = chain,
            Attributes = [.. attributes],
        };

    private static Gen<RepositoryAttribute> Attribute(string tagName, string name) =>
        from type in s_number
        from typeName in Gen.Frequency((4, Gen.Elements("Float", "Boolean")), (1, s_name))
        from usual in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        from isArray in s_flag
        from dimension in Gen.Elements(0, 0, 10, -1, int.MaxValue)
        from hasDimension in s_flag
        from category in s_number
        from security in s_number
        from flags in Gen.Choose(0, 3)
        from reference in Gen.Frequency((5, Gen.Constant(tagName + "." + name + (isArray && !usual ? "[]" : ""))), (1, s_name))
        select new RepositoryAttribute
        {
            AttributeName = name,
            FullTagReference = reference,
            MxDataType = usual ? 3 : type,
            DataTypeName = typeName,
            IsArray = !usual && isArray,
            ArrayDimension = usual ? 0 : dimension,
            ArrayDimensionPresent = !usual && hasDimension,
            MxAttributeCategory = usual ? 6 : category,
            SecurityClassification = usual ? 1 : security,
            IsHistorized = flags == 1,
            IsAlarm = flags == 2,
        };

    private static IEnumerable<Galaxy> Shrink(Galaxy galaxy)
    {
        for (int i = 0; i < galaxy.Objects.Count; i++)
            yield return new Galaxy([.. galaxy.Objects.Where((_, at) => at != i)]);
    }
}

/// <summary>The objects of a galaxy, and how they look in a failed test.</summary>
public sealed record Galaxy(IReadOnlyList<RepositoryObject> Objects)
{
    public override string ToString() => System.Text.Json.JsonSerializer.Serialize(Objects);
}
