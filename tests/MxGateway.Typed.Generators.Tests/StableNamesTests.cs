using FsCheck;
using FsCheck.Fluent;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Names and places once given stay: code that was written against a plant compiles against the plant with an object more or less.</summary>
public class StableNamesTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure;

    [Fact]
    public void In_a_galaxy_of_5000_objects_one_more_or_one_less_renames_and_moves_nothing_else() =>
        Check.One(s_config.WithMaxTest(2).WithReplay(20261129, 5001), Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), seed =>
        {
            var galaxy = new LargeGalaxies(seed, 5000);
            GalaxySnapshot before = Build([.. galaxy.Objects]);
            Dictionary<string, MemberPath> paths = MemberPath.Of(before);
            Assert.True(paths.Count > 20_000, $"{paths.Count} paths are too few to say anything");
            foreach (int count in new[] { 1, 1, 100 })
            {
                RepositoryObject[] gone = [.. Enumerable.Range(0, count).Select(_ => galaxy.Any())], come = [.. Enumerable.Range(0, count).Select(_ => galaxy.Another())];
                MustKeep(before, paths, Build([.. galaxy.Objects.Except(gone)], before), $"{gone[0].TagName} went, with {count - 1} more");
                MustKeep(before, paths, Build([.. galaxy.Objects, .. come], before), $"{come[0].TagName} came, with {count - 1} more");
            }
        }));

    [Fact]
    public void In_any_galaxy_one_more_or_one_less_renames_and_moves_nothing_else() =>
        Check.One(s_config.WithMaxTest(300).WithReplay(20261129, 77), Prop.ForAll(HostileGalaxies.Any, galaxy =>
        {
            GalaxySnapshot all = Build(galaxy);
            foreach (RepositoryObject one in galaxy)
            {
                RepositoryObject[] others = [.. galaxy.Where(o => o != one)];
                GalaxySnapshot less = Build(others);
                MustKeep(all, MemberPath.Of(all), Build(others, all), $"{one.TagName} went");
                MustKeep(less, MemberPath.Of(less), Build(galaxy, less), $"{one.TagName} came");
            }
        }));

    [Fact]
    public void What_is_exported_again_unchanged_is_the_same_file() =>
        Check.One(s_config.WithMaxTest(300).WithReplay(20261129, 99), Prop.ForAll(HostileGalaxies.Any, galaxy =>
        {
            GalaxySnapshot first = Build(galaxy);
            Assert.Equal(GalaxyText.Of(first), GalaxyText.Of(Build(galaxy, first)));
        }));

    [Fact]
    public void The_paths_that_are_compared_here_are_those_of_the_compiled_plant()
    {
        RepositoryObject[] galaxy = [.. new LargeGalaxies(7, 120).Objects];
        GalaxySnapshot snapshot = Build(galaxy);
        using var plant = new LoadedPlant(GeneratorHost.Run(new SnapshotItem(GalaxyText.Of(snapshot))).MustCompile());

        Dictionary<string, MemberPath> paths = MemberPath.Of(snapshot);
        Assert.All(galaxy, o => Assert.Equal(o.TagName, plant.At(paths[o.TagName].Path.Replace("@", "")).ToString()));
        Assert.All(galaxy.SelectMany(o => o.Attributes.Select(a => (Tag: o.TagName, a.AttributeName, a.FullTagReference))), attribute =>
            Assert.Equal(attribute.FullTagReference, plant.At(paths[$"{attribute.Tag}|{attribute.AttributeName}"].Path.Split(" of ")[0].Replace("@", "")).ToString()));
    }

    // Only what hangs elsewhere in the Galaxy now (at the root, where its parent went away) may be reached by another path. An attribute that was an object's own because the object differed may
    // come to stand on the template, when no object is left that is as the template said; none goes the other way. Where objects do not agree which template derives from which, and the last one
    // that said so goes, attributes may stand on another template.
    private static void MustKeep(GalaxySnapshot before, Dictionary<string, MemberPath> paths, GalaxySnapshot after, string what)
    {
        Dictionary<string, MemberPath> now = MemberPath.Of(after);
        Dictionary<string, string?> bases = before.Templates.ToDictionary(template => template.Name, template => template.Base);
        bool areBasesKept = after.Templates.All(template => bases.GetValueOrDefault(template.Name, template.Base) == template.Base);
        foreach ((string name, MemberPath then) in paths)
            if (now.TryGetValue(name, out MemberPath? still) && still.Lineage == then.Lineage)
                Assert.True(then with { Template = areBasesKept ? then.Template ?? still.Template : still.Template } == still, $"{name} was {then} and is {still}; {what}");
        Assert.True(now.Keys.Count(paths.ContainsKey) > paths.Count / 2 || paths.Count < 1000, "there is little to compare");
    }

    private static GalaxySnapshot Build(RepositoryObject[] objects, GalaxySnapshot? previous = null) =>
        SnapshotBuilder.Build(objects, "0.1", new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero), SnapshotFilter.None, previous);
}
