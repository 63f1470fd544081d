using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>A Galaxy without some of its tags.</summary>
internal static class PartialGalaxy
{
    /// <summary>What is left of objects without some: a glob of a tagname takes the object away, one of a reference the attribute.</summary>
    public static GalaxySnapshot Without(IReadOnlyList<RepositoryObject> objects, IReadOnlyList<string> globs)
    {
        Predicate<string> isGone = TagGlobs.Of(globs);
        List<RepositoryObject> left = [.. objects.Where(o => !isGone(o.TagName)).Select(o => Without(o, isGone))];
        if (left.Count == objects.Count && left.Zip(objects).All(pair => pair.First.Attributes.Count == pair.Second.Attributes.Count))
            throw new SimulatorFaultException($"nothing of the Galaxy is named like {string.Join(", ", globs)}");

        string version = typeof(GatewaySimulator).Assembly.GetName().Version!.ToString(2);
        return SnapshotBuilder.Build(left, version, deployTime: null, SnapshotFilter.None);
    }

    private static RepositoryObject Without(RepositoryObject o, Predicate<string> isGone) => new()
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
        Attributes = [.. o.Attributes.Where(attribute => !isGone(attribute.FullTagReference))],
    };
}
