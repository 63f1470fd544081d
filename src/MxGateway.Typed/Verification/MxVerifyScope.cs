namespace MxGateway.Typed;

/// <summary>What of a plant is compared with the live Galaxy.</summary>
public sealed class MxVerifyScope
{
    private readonly Func<MxGalaxy, IReadOnlyDictionary<int, IReadOnlyList<MxTag>?>> _of;

    private MxVerifyScope(Func<MxGalaxy, IReadOnlyDictionary<int, IReadOnlyList<MxTag>?>> of) => _of = of;

    /// <summary>
    /// All that the program has touched of this plant so far: each object that it went to or through, and each attribute whose member it has used, whatever
    /// for: to read, write or advise.
    /// </summary>
    public static MxVerifyScope Touched { get; } = new(static plant =>
        plant.TouchedObjects.ToDictionary(o => o.Row, o => (IReadOnlyList<MxTag>?)TouchedTags(o)));

    /// <summary>
    /// Every object of the plant with all its attributes. The report then has the members that are not as they should be only, and counts the others.
    /// </summary>
    public static MxVerifyScope WholePlant { get; } = new(static plant => Enumerable
        .Range(0, plant.Table.Count)
        .Where(row => !plant.Table.Class(row).IsPassage)
        .ToDictionary(row => row, _ => (IReadOnlyList<MxTag>?)null));

    /// <summary>
    /// Some objects, with all their attributes as their own classes have them, and some attributes or groups of them, with those below. Contained objects are
    /// not included. An element of an array stands for its array.
    /// </summary>
    /// <param name="nodes">Objects, attributes and groups of one plant.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static MxVerifyScope Of(params IEnumerable<MxNode> nodes)
    {
        MxNode[] all = [.. nodes];
        if (all.Length == 0 || all.Contains(null))
            throw new ArgumentException("name the objects, attributes or groups to verify; none of them may be null", nameof(nodes));
        return new MxVerifyScope(plant => all.All(node => node.NodeGalaxy == plant)
            ? all.GroupBy(node => node.Owner.Row).ToDictionary(of => of.Key, of => (IReadOnlyList<MxTag>?)Distinct(of.SelectMany(MxReading.TagsOf)))
            : throw new ArgumentException($"{all.First(node => node.NodeGalaxy != plant)} is of another plant; verify that one for it", nameof(nodes)));
    }

    /// <summary>The rows of the objects, and which of their attributes; null for all of an object's.</summary>
    internal IReadOnlyDictionary<int, IReadOnlyList<MxTag>?> Of(MxGalaxy plant) => _of(plant);

    // What cannot be used as its type says fails by name when it is used, and is no word of the snapshot about the Galaxy.
    private static MxTag[] TouchedTags(MxNode node) => Distinct(Touch(node).OfType<MxTag>().Where(tag => tag.Fault is null));

    private static IEnumerable<MxNode> Touch(MxNode node) => node.TouchedMembers.SelectMany(Touch).Prepend(node);

    // The Galaxy has an array as one attribute, whichever of its elements is named.
    private static MxTag[] Distinct(IEnumerable<MxTag> tags) => [.. tags.Select(tag => tag.Whole).DistinctBy(tag => tag.ReferencePrefix)];
}
