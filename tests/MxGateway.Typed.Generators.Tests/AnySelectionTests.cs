using FsCheck;
using FsCheck.Fluent;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Tests;

public class AnySelectionTests
{
    [Fact]
    public void Whatever_a_filter_selects_is_reached_by_the_same_members_with_the_same_types_and_nothing_else_is_there_but_what_leads_there()
    {
        Arbitrary<(RepositoryObject[] Galaxy, (string Kind, string Pattern)[] Filter)> any = (
            from galaxy in HostileGalaxies.Any.Generator
            from filter in AnyTerm(galaxy).NonEmptyListOf().Resize(4)
            select (galaxy, filter.ToArray())).ToArbitrary();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261104, 617),
            Prop.ForAll(any, pair => IsTheSamePlantWithLess(pair.Galaxy, pair.Filter)));
    }

    private static Gen<(string Kind, string Pattern)> AnyTerm(RepositoryObject[] galaxy)
    {
        string[] names = [.. galaxy.Select(o => o.TagName).Concat(galaxy.SelectMany(o => o.TemplateChain)).Where(CanBeSaid).DefaultIfEmpty("Pump")];
        return from kind in Gen.Elements("area", "template", "template", "tag", "tag", "tag")
               from name in Gen.Elements(names)
               from shape in Gen.Choose(0, 4)
               from at in Gen.Choose(0, 20)
               select (kind, shape switch
               {
                   0 => "*",
                   1 => name[..Math.Min(at, name.Length)] + "*",
                   2 => "*" + name[Math.Min(at, name.Length - 1)..],
                   3 when at < name.Length => $"{name[..at]}?{name[(at + 1)..]}",
                   _ => name.ToUpperInvariant(),
               });
    }

    // In a filter, ; ends a term, white space at its ends is not part of it, and a lone $ is no template; a Galaxy has no such names.
    private static bool CanBeSaid(string name) => name.Trim().Length > 0 && name.Trim() == name && !name.Contains(';', StringComparison.Ordinal);

    private static bool IsTheSamePlantWithLess(RepositoryObject[] galaxy, (string Kind, string Pattern)[] filter)
    {
        if (filter.Any(term => !CanBeSaid(term.Pattern) || term.Pattern == "$"))
            return true;
        SnapshotItem item = GalaxyText.Item(galaxy);
        using var whole = new LoadedPlant(GeneratorHost.Run(item).MustCompile("MXGT1009"));
        string text = string.Join(" ;", filter.Select(term => $"{term.Kind}: {term.Pattern}"));
        using var part = new LoadedPlant(GeneratorHost.Run(item with { Filter = text }).MustCompile("MXGT1009", "MXGT1012"));

        // Which objects lead to which is taken from the members of the whole plant.
        var byName = galaxy.ToDictionary(o => o.TagName, StringComparer.Ordinal);
        (string Path, string TagName)[] objects =
            [.. whole.Walk().Where(member => member.Node is MxObject).Select(member => (member.Path, ((MxObject)member.Node).TagName))];
        HashSet<string> selected = [.. objects.Where(o => IsSelected(o.Path)).Select(o => o.TagName)];
        HashSet<string> kept =
            [.. objects.Where(o => objects.Any(below => selected.Contains(below.TagName) && IsAtOrBelow(below.Path, o.Path))).Select(o => o.TagName)];

        Assert.Equal(selected.Order(StringComparer.Ordinal), part.Root.All<MxObject>().Select(o => o.TagName).Order(StringComparer.Ordinal));
        Assert.Equal(Members(whole, kept), Members(part, kept));
        Assert.All(galaxy, o =>
        {
            if (kept.Contains(o.TagName))
                Assert.Equal(o.TagName, part.Root[o.TagName].TagName);
            else
                Assert.DoesNotContain(part.Walk(), member => member.Node is MxObject found && found.TagName == o.TagName);
        });
        return true;

        bool IsSelected(string path)
        {
            RepositoryObject o = byName[objects.Single(member => member.Path == path).TagName];
            string[] areas = [.. objects.Where(member => IsAtOrBelow(path, member.Path) && byName[member.TagName].IsArea).Select(member => member.TagName)];
            return Meets("area", areas) && Meets("tag", [o.TagName]) && Meets("template", o.TemplateChain);
        }

        bool Meets(string kind, IEnumerable<string> names) =>
            filter.All(term => term.Kind != kind)
            || names.Any(name => filter.Any(term => term.Kind == kind
                && (kind == "template" ? Glob(Bare(term.Pattern), Bare(name)) : Glob(term.Pattern, name))));
    }

    private static string Bare(string template) => template.StartsWith('$') ? template[1..] : template;

    private static bool IsAtOrBelow(string path, string above) => path == above || path.StartsWith(above + ".", StringComparison.Ordinal);

    // What a glob means, in as few words as there are; its cost does not matter here.
    private static bool Glob(string glob, string name) =>
        glob.Length == 0 ? name.Length == 0
        : glob[0] == '*' ? Glob(glob[1..], name) || (name.Length > 0 && Glob(glob, name[1..]))
        : name.Length > 0 && (glob[0] == '?' || char.ToUpperInvariant(glob[0]) == char.ToUpperInvariant(name[0])) && Glob(glob[1..], name[1..]);

    // Objects and attributes with their paths and types, and what is wrong with each, for the objects that are kept.
    private static string[] Members(LoadedPlant plant, HashSet<string> kept)
    {
        var members = new List<string>();
        string[] left = [];
        foreach ((string path, MxNode node) in plant.Walk())
        {
            if (left.Any(above => IsAtOrBelow(path, above)))
                continue;
            if (node is MxObject o && !kept.Contains(o.TagName))
                left = [.. left, path];
            else
                members.Add($"{path} {node} {node.GetType()} {LoadedPlant.FaultOf(node)}");
        }

        members.Sort(StringComparer.Ordinal);
        return [.. members];
    }
}
