using FsCheck;
using FsCheck.Fluent;

namespace MxGateway.Typed.Snapshot.Tests;

public class RoundTripTests
{
    [Fact]
    public void Expanding_a_snapshot_gives_back_the_objects() => Check(galaxy =>
        Assert.Equal(Snapshots.Describe(galaxy.Objects), Snapshots.Describe(SnapshotExpander.Expand(Snapshots.Build(galaxy.Objects)))));

    [Fact]
    public void Expanding_a_file_gives_back_the_objects() => Check(galaxy =>
        Assert.Equal(Snapshots.Describe(galaxy.Objects), Snapshots.Describe(SnapshotExpander.Expand(Snapshots.Read(Snapshots.Write(Snapshots.Build(galaxy.Objects)))))));

    [Fact]
    public void Writing_what_was_read_gives_the_same_bytes() => Check(galaxy =>
    {
        string text = Snapshots.Write(Snapshots.Build(galaxy.Objects));
        Assert.Equal(text, Snapshots.Write(Snapshots.Read(text)));
    });

    [Fact]
    public void The_bytes_do_not_depend_on_the_order_of_objects_and_attributes() => Check(galaxy =>
    {
        var random = new System.Random(7);
        RepositoryObject[] shuffled = [.. galaxy.Objects.Select(o => Shuffled(o, random))];
        random.Shuffle(shuffled);
        Assert.Equal(Snapshots.Write(Snapshots.Build(galaxy.Objects)), Snapshots.Write(Snapshots.Build(shuffled)));
    });

    [Fact]
    public void A_snapshot_that_keeps_what_another_galaxy_had_is_still_lossless() => Check((before, now) =>
    {
        GalaxySnapshot snapshot = Snapshots.Build(now.Objects, previous: Snapshots.Build(before.Objects));
        Assert.Equal(Snapshots.Describe(now.Objects), Snapshots.Describe(SnapshotExpander.Expand(snapshot)));
        string text = Snapshots.Write(snapshot);
        Assert.Equal(text, Snapshots.Write(Snapshots.Read(text)));
    });

    [Fact]
    public void A_snapshot_that_keeps_placements_of_a_galaxy_that_shrank_is_still_lossless() => Check(galaxy =>
    {
        int run = galaxy.Objects.Sum(o => o.Attributes.Count);
        RepositoryObject[] now = [.. galaxy.Objects.Where((_, i) => i % 5 != run % 5).Select((o, i) => With(o, [.. o.Attributes.Where((_, at) => (at + i) % 3 != run % 3)]))];
        GalaxySnapshot snapshot = Snapshots.Build(now, previous: Snapshots.Build(galaxy.Objects));
        Assert.Equal(Snapshots.Describe(now), Snapshots.Describe(SnapshotExpander.Expand(snapshot)));
        string text = Snapshots.Write(snapshot);
        Assert.Equal(text, Snapshots.Write(Snapshots.Read(text)));
    });

    [Fact]
    public void Objects_that_come_and_go_move_no_placement() => Check(galaxy =>
    {
        GalaxySnapshot before = Snapshots.Build(galaxy.Objects.Skip(1));
        GalaxySnapshot now = Snapshots.Build(galaxy.Objects.SkipLast(1), previous: before);
        foreach (SnapshotTemplate template in before.Templates)
        {
            // Where a template derives from another now, its members are inherited from elsewhere, and may have to move.
            if (!Bases(before, template.Name).SequenceEqual(Bases(now, template.Name)))
                continue;
            IEnumerable<string> stillThere = now.Objects.Where(o => o.Template is not null && Bases(now, o.Template).Contains(template.Name))
                .SelectMany(o => galaxy.Objects.Single(source => source.TagName == o.TagName).Attributes).Select(a => a.AttributeName);
            Assert.Empty(template.Attributes.Select(a => a.Name).Intersect(stillThere)
                .Except((now.Templates.FirstOrDefault(t => t.Name == template.Name)?.Attributes ?? []).Select(a => a.Name)));
        }
    });

    [Fact]
    public void The_random_galaxies_reach_every_part_of_the_format()
    {
        var snapshots = new List<GalaxySnapshot>();
        Check(galaxy => snapshots.Add(Snapshots.Build(galaxy.Objects)));
        Often(s => s.Templates.Any(t => t.Base is not null && t.Attributes.Count > 0));
        Often(s => s.Templates.Any(t => t.Children.Count > 0));
        Often(s => s.Objects.Any(o => o.Chain is not null));
        Often(s => s.Objects.Any(o => o.Template is not null && o.Attributes.Count > 0));
        Often(s => s.Objects.Any(o => o.Attributes.Any(a => a.Reference is not null)));
        Often(s => s.Objects.Any(o => o.ParentId != 0 && s.Objects.All(p => p.Id != o.ParentId)));

        int lacking = 0;
        Check((before, now) => lacking += Snapshots.Build(now.Objects, Snapshots.Build(before.Objects)).Objects.Any(o => o.Without.Count > 0) ? 1 : 0);
        Assert.InRange(lacking, 25, 500);

        void Often(Func<GalaxySnapshot, bool> has) => Assert.InRange(snapshots.Count(has), 25, 500);
    }

    [Fact]
    public void Building_on_a_snapshot_of_the_same_objects_changes_nothing() => Check(galaxy =>
    {
        GalaxySnapshot first = Snapshots.Build(galaxy.Objects);
        Assert.Equal(Snapshots.Write(first), Snapshots.Write(Snapshots.Build(galaxy.Objects, previous: first)));
    });

    [Fact]
    public void The_content_hash_is_that_of_the_expanded_objects() => Check(galaxy =>
    {
        GalaxySnapshot snapshot = Snapshots.Build(galaxy.Objects);
        Assert.Equal(snapshot.ContentHash, SnapshotHash.Of(SnapshotExpander.Expand(snapshot)));
    });

    internal static void Check(Action<Galaxy> property) => Prop.ForAll(Galaxies.Any(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261102, 1));

    internal static void Check(Action<Galaxy, Galaxy> property) =>
        Prop.ForAll(Galaxies.Any(), Galaxies.Any(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261102, 1));

    private static IEnumerable<string> Bases(GalaxySnapshot snapshot, string template)
    {
        for (string? name = template; name is not null; name = snapshot.Templates.FirstOrDefault(t => t.Name == name)?.Base)
            yield return name;
    }

    private static RepositoryObject Shuffled(RepositoryObject o, System.Random random)
    {
        RepositoryAttribute[] attributes = [.. o.Attributes];
        random.Shuffle(attributes);
        return With(o, attributes);
    }

    private static RepositoryObject With(RepositoryObject o, RepositoryAttribute[] attributes) => new()
    {
        GobjectId = o.GobjectId,
        TagName = o.TagName,
        ContainedName = o.ContainedName,
        BrowseName = o.BrowseName,
        ParentGobjectId = o.ParentGobjectId,
        IsArea = o.IsArea,
        CategoryId = o.CategoryId,
        HostedByGobjectId = o.HostedByGobjectId,
        TemplateChain = o.TemplateChain,
        Attributes = attributes,
    };
}
