namespace MxGateway.Typed.Snapshot;

/// <summary>
/// Decides what stands on which template. A member (an attribute, a contained child) stands on the most basic template under which every object has one of that name;
/// its definition is the one that most of them have. What stood on a template before stays there while at least one object under it has it, so that a Galaxy that
/// grows or shrinks moves nothing.
/// </summary>
/// <param name="tree">The templates.</param>
/// <param name="tie">Which of two definitions comes first, where equally many objects have them.</param>
internal sealed class Placement<T>(TemplateTree tree, Comparison<T> tie)
{
    private readonly Dictionary<string, int> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Tally<T>>> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, T>> _before = new(StringComparer.Ordinal);

    public void AddObject(string template) => _objects[template] = ObjectsUnder(template) + 1;

    public void AddMember(string template, string name, T definition) => Members(template, name).Add(definition);

    /// <summary>Says that the member stood on the template in the previous snapshot.</summary>
    public void AddBefore(string template, string name, T definition)
    {
        if (!_before.TryGetValue(template, out Dictionary<string, T>? members))
            _before[template] = members = new Dictionary<string, T>(StringComparer.Ordinal);
        members[name] = definition;
    }

    /// <summary>What stands on each template, by name. To be called once, when all is added.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, T>> Place()
    {
        SumUp();
        Dictionary<string, HashSet<string>> keptBelow = KeptBelow();
        var placed = new Dictionary<string, Dictionary<string, T>>(StringComparer.Ordinal);
        foreach (string template in tree.TopDown)
        {
            var here = new Dictionary<string, T>(StringComparer.Ordinal);
            placed[template] = here;
            if (!_members.TryGetValue(template, out Dictionary<string, Tally<T>>? members))
                continue;
            foreach (KeyValuePair<string, Tally<T>> member in members)
            {
                bool everyObjectHasIt = member.Value.Count == ObjectsUnder(template) && !keptBelow[template].Contains(member.Key);
                if ((everyObjectHasIt || StoodOn(template, member.Key)) && !IsPlacedAbove(placed, template, member.Key))
                    here[member.Key] = Definition(template, member.Key, member.Value);
            }
        }

        return placed;
    }

    private T Definition(string template, string name, Tally<T> tally) =>
        StoodOn(template, name) && tally.IsMost(_before[template][name]) ? _before[template][name] : tally.Most(tie);

    private bool IsPlacedAbove(Dictionary<string, Dictionary<string, T>> placed, string template, string name)
    {
        for (string? above = tree.BaseOf(template); above is not null; above = tree.BaseOf(above))
            if (placed[above].ContainsKey(name))
                return true;
        return false;
    }

    // Adds up what derived templates have; from here on a template's numbers are those of all objects under it.
    private void SumUp()
    {
        foreach (string template in tree.TopDown.Reverse())
        {
            if (tree.BaseOf(template) is not { } @base)
                continue;
            _objects[@base] = ObjectsUnder(@base) + ObjectsUnder(template);
            if (_members.TryGetValue(template, out Dictionary<string, Tally<T>>? members))
                foreach (KeyValuePair<string, Tally<T>> member in members)
                    Members(@base, member.Key).Add(member.Value);
        }
    }

    // What stays where it was further down must not rise to a base just because every object there has it now.
    private Dictionary<string, HashSet<string>> KeptBelow()
    {
        var below = tree.TopDown.ToDictionary(template => template, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (string template in tree.TopDown.Reverse())
        {
            if (tree.BaseOf(template) is not { } @base)
                continue;
            below[@base].UnionWith(below[template]);
            if (_before.TryGetValue(template, out Dictionary<string, T>? members))
                below[@base].UnionWith(members.Keys.Where(name => StoodOn(template, name)));
        }

        return below;
    }

    private bool StoodOn(string template, string name) =>
        _before.TryGetValue(template, out Dictionary<string, T>? before) && before.ContainsKey(name)
        && _members.TryGetValue(template, out Dictionary<string, Tally<T>>? now) && now.ContainsKey(name);

    private int ObjectsUnder(string template) => _objects.TryGetValue(template, out int count) ? count : 0;

    private Tally<T> Members(string template, string name)
    {
        if (!_members.TryGetValue(template, out Dictionary<string, Tally<T>>? members))
            _members[template] = members = new Dictionary<string, Tally<T>>(StringComparer.Ordinal);
        if (!members.TryGetValue(name, out Tally<T>? tally))
            members[name] = tally = new Tally<T>();
        return tally;
    }
}
