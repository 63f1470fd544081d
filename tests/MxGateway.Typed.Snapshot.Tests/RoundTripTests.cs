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

    private static RepositoryObject Shuffled(RepositoryObject o, System.Random random)
    {
        RepositoryAttribute[] attributes = [.. o.Attributes];
        random.Shuffle(attributes);
        return new RepositoryObject
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
}
