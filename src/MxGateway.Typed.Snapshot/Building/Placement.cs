namespace MxGateway.Typed.Snapshot;

/// <summary>
/// Decides what stands on which template. A member (an attribute, a contained child) stands on the most basic template under which every object has one of that name;
/// its definition is the one that most of them have.
/// Against the snapshot before, objects that come or go decide nothing: what stood on a template stays there, as it was,
/// while at least one object under it has it, and what was objects' own stays their own.
/// Only news of an object that was there already, that it has a member which it had not, or has it otherwise,
/// lets a member rise or take the definition that most have.
/// </summary>
/// <param name="tree">The templates.</param>
/// <param name="tie">Which of two definitions comes first, where equally many objects have them.</param>
internal sealed class Placement<T>(TemplateTree tree, Comparison<T> tie)
{
    private readonly Dictionary<string, int> _objects = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Tally<T>>> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, T>> _before = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _news = new(StringComparer.Ordinal);

    /// <param name="template">The object's template.</param>
    /// <param name="wasThere">Whether the snapshot before has it, and of the same template.</param>
    public void AddObject(string template, bool wasThere)
    {
        _objects[template] = ObjectsUnder(template) + 1;
        if (wasThere)
            _known.UnionWith(tree.Chain(template));
    }

    /// <param name="template">The object's template.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="definition">What it is.</param>
    /// <param name="isNews">Whether the object was there before, and had it not, or otherwise.</param>
    public void AddMember(string template, string name, T definition, bool isNews)
    {
        Members(template, name).Add(definition);
        if (!isNews)
            return;
        foreach (string above in tree.Chain(template))
        {
            if (!_news.TryGetValue(above, out HashSet<string>? names))
                _news[above] = names = new HashSet<string>(StringComparer.Ordinal);
            names.Add(name);
        }
    }

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
                bool mayRise = everyObjectHasIt && (!_known.Contains(template) || IsNews(template, member.Key));
                if ((mayRise || StoodOn(template, member.Key)) && !IsPlacedAbove(placed, template, member.Key))
                    here[member.Key] = Definition(template, member.Key, member.Value);
            }
        }

        return placed;
    }

    private T Definition(string template, string name, Tally<T> tally)
    {
        if (!StoodOn(template, name))
            return tally.Most(tie);
        T before = _before[template][name];
        return tally.IsMost(before) || (tally.Has(before) && !IsNews(template, name)) ? before : tally.Most(tie);
    }

    private bool IsNews(string template, string name) => _news.TryGetValue(template, out HashSet<string>? names) && names.Contains(name);

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
