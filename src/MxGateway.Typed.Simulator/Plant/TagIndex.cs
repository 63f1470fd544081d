using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>
/// Finds the attribute that a reference names: <c>Tagname.Attribute</c>, or the hierarchical name <c>Container.Contained.Attribute</c>. Case does not matter.
/// An array may be named without its <c>[]</c>: the gateway adds it. Elements (<c>Attr[3]</c>) and bits (<c>Attr.05</c>) are not known here: they are wrong references.
/// </summary>
internal sealed class TagIndex
{
    private readonly GalaxyModel _galaxy;
    private readonly GatewayRules _rules;
    private readonly Dictionary<string, PlantTag> _tags;

    public TagIndex(GalaxyModel galaxy, GatewayRules rules)
    {
        _galaxy = galaxy;
        _rules = rules;
        _tags = new Dictionary<string, PlantTag>(galaxy.AttributeCount, StringComparer.OrdinalIgnoreCase);
        foreach ((RepositoryObject o, RepositoryAttribute attribute) in Attributes(galaxy))
            _tags.TryAdd(attribute.FullTagReference, new PlantTag(o.TagName, attribute));
    }

    private TagIndex(TagIndex before, GalaxyModel galaxy, List<(PlantTag Tag, RepositoryAttribute Definition)> kept)
    {
        _galaxy = galaxy;
        _rules = before._rules;
        _tags = new Dictionary<string, PlantTag>(galaxy.AttributeCount, before._tags.Comparer);
        foreach ((RepositoryObject o, RepositoryAttribute attribute) in Attributes(galaxy))
        {
            PlantTag? known = before._tags.GetValueOrDefault(attribute.FullTagReference);
            if (_tags.TryAdd(attribute.FullTagReference, known ?? new PlantTag(o.TagName, attribute)) && known is not null)
                kept.Add((known, attribute));
        }
    }

    /// <summary>The index of another deploy: attributes that stay are the same tags, with their values and listeners.</summary>
    /// <param name="galaxy">What is deployed now.</param>
    /// <param name="changes">What becomes of the tags of this index.</param>
    public TagIndex Redeploy(GalaxyModel galaxy, out RedeployedTags changes)
    {
        List<(PlantTag Tag, RepositoryAttribute Definition)> kept = [];
        var index = new TagIndex(this, galaxy, kept);
        changes = new RedeployedTags([.. _tags.Where(tag => !index._tags.ContainsKey(tag.Key)).Select(tag => tag.Value)], kept);
        return index;
    }

    /// <summary>The tag of a reference; null for a wrong reference.</summary>
    public PlantTag? Find(string reference) => FindAbsolute(reference) ?? FindHierarchical(reference);

    private PlantTag? FindAbsolute(string reference) => _tags.GetValueOrDefault(reference) ?? _tags.GetValueOrDefault(reference + "[]");

    private PlantTag? FindHierarchical(string reference)
    {
        string[] names = reference.Split('.');
        if (names.Length < 2 || _galaxy.ByTagName(names[0]) is not { } o)
            return null;

        // As far as names of contained objects lead; what is left is the attribute.
        int attribute = 1;
        while (attribute < names.Length - 1 && _galaxy.Contained(o, names[attribute]) is { } child)
        {
            o = child;
            attribute++;
        }

        return FindAbsolute($"{o.TagName}.{string.Join('.', names[attribute..])}");
    }

    private static IEnumerable<(RepositoryObject Object, RepositoryAttribute Attribute)> Attributes(GalaxyModel galaxy) => galaxy.Objects.SelectMany(o => o.Attributes.Select(attribute => (o, attribute)));
}
