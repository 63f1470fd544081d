using System.Globalization;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>
/// Finds what a reference names: <c>Tagname.Attribute</c>, or the hierarchical name <c>Container.Contained.Attribute</c>; of an attribute, an element
/// (<c>Attr[3]</c>) or a bit (<c>Attr.05</c>). Case does not matter. An array may be named without its <c>[]</c>: the gateway adds it.
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
        StringComparer names = rules.Hold(GatewayRule.NamesIgnoreCase) ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        _tags = new Dictionary<string, PlantTag>(galaxy.AttributeCount, names);
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

    /// <summary>What a reference names; null for a wrong reference.</summary>
    public TagReference? Find(string reference) => FindAbsolute(reference) ?? (_rules.Hold(GatewayRule.HierarchicalNames) ? FindHierarchical(reference) : null);

    /// <summary>
    /// What a reference names for an object: a relative one (<c>Me.PV</c>, <c>MyContainer.Inlet.PV</c>) begins there; to any other the object does not
    /// matter.
    /// </summary>
    public TagReference? Find(string reference, string context)
    {
        string[] names = reference.Split('.');
        if (!RelativeNames.IsRelative(names[0]) || !_rules.Hold(GatewayRule.AddItem2Context))
            return Find(reference);
        return FindObject(context) is { } o && RelativeNames.Follow(_galaxy, o, names, out int rest) is { } target ? FindIn(target, names.AsSpan(rest)) : null;
    }

    private TagReference? FindAbsolute(string reference)
    {
        PlantTag? tag = _tags.GetValueOrDefault(reference) ?? (_rules.Hold(GatewayRule.BareArrayReference) ? _tags.GetValueOrDefault(reference + "[]") : null);
        return tag is not null ? new TagReference(tag) : FindElement(reference) ?? FindBit(reference);
    }

    private TagReference? FindElement(string reference)
    {
        int bracket = reference.LastIndexOf('[');
        if (bracket < 0 || reference[^1] != ']' || !IsNumber(reference.AsSpan(bracket + 1)[..^1], out int number))
            return null;

        // MXAccess: elements count from 1. Whether the array has so many is seen when it is read: a write may resize it.
        int first = _rules.Hold(GatewayRule.ElementsFromOne) ? 1 : 0;
        PlantTag? array = _tags.GetValueOrDefault(reference[..bracket] + "[]");
        return array is { Definition.IsArray: true } && number >= first ? new TagReference(array, TagPart.Element, number - first + 1) : null;
    }

    private TagReference? FindBit(string reference)
    {
        if (reference.Length < 4 || reference[^3] != '.' || !IsNumber(reference.AsSpan()[^2..], out int bit) || bit > 31)
            return null;
        PlantTag? tag = _rules.Hold(GatewayRule.BitReferences) ? _tags.GetValueOrDefault(reference[..^3]) : null;
        return tag is { Type.Wire: MxDataType.Integer, Definition.IsArray: false } ? new TagReference(tag, TagPart.Bit, bit) : null;
    }

    private TagReference? FindHierarchical(string reference)
    {
        string[] names = reference.Split('.');
        return _galaxy.ByTagName(names[0]) is { } o ? FindIn(o, names[1..]) : null;
    }

    /// <summary>As far as names of contained objects lead; what is left is the attribute.</summary>
    private TagReference? FindIn(RepositoryObject o, ReadOnlySpan<string> names)
    {
        for (; names.Length > 1 && _galaxy.Contained(o, names[0]) is { } child; names = names[1..])
            o = child;
        return names.Length > 0 ? FindAbsolute($"{o.TagName}.{string.Join('.', names)}") : null;
    }

    /// <summary>The object of a tagname or a hierarchical name.</summary>
    private RepositoryObject? FindObject(string name)
    {
        string[] names = name.Split('.');
        RepositoryObject? o = _galaxy.ByTagName(names[0]);
        foreach (string contained in names.Skip(1))
            o = o is null ? null : _galaxy.Contained(o, contained);
        return o;
    }

    private static bool IsNumber(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static IEnumerable<(RepositoryObject Object, RepositoryAttribute Attribute)> Attributes(GalaxyModel galaxy) =>
        galaxy.Objects.SelectMany(o => o.Attributes.Select(attribute => (o, attribute)));
}
