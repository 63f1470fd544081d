using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Selecting;

/// <summary>
/// The <c>Filter</c> of a <c>GalaxySnapshot</c> item, such as <c>area:Mixing; template:$Pump; tag:Tank_*</c>:
/// an object must meet each kind of term that there is, and of each kind any one.
/// </summary>
internal sealed class ObjectFilter
{
    // Held against every object of the Galaxy: what a filter may ask for has a limit. No name in a Galaxy is longer than 128 characters.
    private const int MostTerms = 256;
    private const int LongestTerm = 256;
    private const int MostNamesSaid = 8;

    private readonly FilterTerms _areas = new(), _templates = new(), _tags = new();
    private readonly List<string> _terms = [];

    private ObjectFilter()
    {
    }

    /// <summary>The filter that a text is; null where it has no terms, or where something is wrong with it.</summary>
    /// <param name="text">Terms separated by semicolons.</param>
    /// <param name="mistakes">Takes what is wrong with it.</param>
    public static ObjectFilter? Parse(string text, ICollection<string> mistakes)
    {
        string[] terms = [.. text.Split(';').Select(term => term.Trim()).Where(term => term.Length > 0)];
        if (terms.Length > MostTerms)
        {
            mistakes.Add(
                $"the filter has {terms.Length} terms, and {MostTerms} are the limit; say with * and ? what several terms say, or select by area or template");
        }

        var filter = new ObjectFilter();
        foreach (string term in terms.Take(MostTerms))
            if (filter.Add(term) is { } mistake)
                mistakes.Add(mistake);
        return mistakes.Count > 0 || terms.Length == 0 ? null : filter;
    }

    /// <summary>The terms, each as <c>kind:pattern</c>.</summary>
    public override string ToString() => string.Join("; ", _terms);

    /// <summary>Which objects are selected, by row.</summary>
    public bool[] Select(PlantPlanner plan, Looks looks)
    {
        IReadOnlyList<SnapshotObject> objects = plan.Snapshot.Objects;
        var templates = new Dictionary<string, bool>(StringComparer.Ordinal);
        bool[] isInArea = new bool[objects.Count];
        bool[] selected = new bool[objects.Count];
        foreach (int row in plan.Hierarchy.BottomUp.Reverse())
        {
            looks.Row();
            isInArea[row] |= _areas.Count == 0 || (objects[row].IsArea && _areas.Matches(objects[row].TagName, looks));
            foreach (int child in plan.Hierarchy.Children(row))
                isInArea[child] = isInArea[row];
            selected[row] = isInArea[row]
                && (_tags.Count == 0 || _tags.Matches(objects[row].TagName, looks))
                && (_templates.Count == 0 || Chain(plan, row).Any(IsOfTemplates));
        }

        return selected;

        bool IsOfTemplates(string template)
        {
            if (!templates.TryGetValue(template, out bool matches))
                templates[template] = matches = _templates.Matches(WithoutDollar(template), looks);
            return matches;
        }
    }

    /// <summary>Of each term that no object meets, what may be wrong with it.</summary>
    public IEnumerable<string> Unmet(PlantPlanner plan, Looks looks)
    {
        IReadOnlyList<SnapshotObject> objects = plan.Snapshot.Objects;
        string[] areas = [.. objects.Where(@object => @object.IsArea).Select(@object => @object.TagName)];
        string[] templates = [.. Enumerable.Range(0, objects.Count).SelectMany(ChainOf).Distinct()];
        string[] tags = [.. objects.Select(@object => @object.TagName)];
        return _areas.Unmet(areas, looks).Select(term => $"no area is area:{term}; {Said("areas", areas)}")
            .Concat(_templates.Unmet([.. templates.Select(WithoutDollar)], looks)
                .Select(term => $"no object's template chain has template:{term}; {Said("templates", templates)}"))
            .Concat(_tags.Unmet(tags, looks).Select(term => $"no object's tagname is tag:{term}"));

        IEnumerable<string> ChainOf(int row)
        {
            looks.Row();
            return Chain(plan, row);
        }
    }

    private string? Add(string term)
    {
        const string Allowed =
            "a term is area:NAME, template:NAME or tag:NAME, where * stands for any text and ? for one character, and terms are separated by ;";
        if (term.Length > LongestTerm)
        {
            return $"the filter's term '{term.Substring(0, 32)}...' has {term.Length} characters, and {LongestTerm} are the limit; "
                + "no name in a Galaxy is as long";
        }

        int colon = term.IndexOf(':');
        if (colon < 0)
            return $"the filter's term '{term}' has no colon; {Allowed}";

        string kind = term.Substring(0, colon).Trim().ToLowerInvariant();
        string pattern = term.Substring(colon + 1).Trim();
        FilterTerms? terms = kind switch { "area" => _areas, "template" => _templates, "tag" => _tags, _ => null };
        if (terms is null)
            return $"the filter's term '{term}' begins with '{kind}'; {Allowed}";
        if (pattern.Length == 0 || (terms == _templates && pattern == "$"))
            return $"the filter's term '{term}' has no name behind the colon; {Allowed}";

        terms.Add(terms == _templates ? WithoutDollar(pattern) : pattern);
        _terms.Add($"{kind}:{pattern}");
        return null;
    }

    private static IEnumerable<string> Chain(PlantPlanner plan, int row)
    {
        if (plan.Snapshot.Objects[row].Chain is { } chain)
            return chain;
        ClassPlan @class = plan.ClassOf(row);
        return @class.Bases().Prepend(@class).Select(@base => @base.Template?.Name).OfType<string>();
    }

    private static string WithoutDollar(string template) => template.Length > 0 && template[0] == '$' ? template.Substring(1) : template;

    private static string Said(string what, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            return $"the snapshot has no {what}";
        string first = string.Join(", ", names.OrderBy(name => name, StringComparer.Ordinal).Take(MostNamesSaid));
        return names.Count > MostNamesSaid ? $"the first {what} of {names.Count} are {first}" : $"the {what} are {first}";
    }
}
