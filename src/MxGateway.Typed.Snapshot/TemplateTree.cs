namespace MxGateway.Typed.Snapshot;

/// <summary>
/// Which template derives from which. Always a forest: where the bases given run in a circle, or deeper than <see cref="MaxDepth"/>, a base is cut off.
/// (A real Galaxy's chains are at most ten deep; the bound keeps a hostile file from costing more than its size.)
/// </summary>
internal sealed class TemplateTree
{
    public const int MaxDepth = 64;

    private readonly Dictionary<string, string?> _bases;
    private readonly Dictionary<string, int> _depths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _chains = new(StringComparer.Ordinal);
    private readonly List<string> _cut = [];

    /// <param name="bases">The base of each template. A base that has no entry of its own counts as none.</param>
    public TemplateTree(Dictionary<string, string?> bases)
    {
        _bases = bases;
        string[] names = [.. bases.Keys.OrderBy(name => name, StringComparer.Ordinal)];
        foreach (string name in names)
            if (_bases[name] is { } @base && !_bases.ContainsKey(@base))
                _bases[name] = null;
        foreach (string name in names)
            Settle(name);
        TopDown = [.. names.OrderBy(name => _depths[name])]; // stable: of one depth in ordinal order
    }

    /// <summary>The templates, each after its base.</summary>
    public IReadOnlyList<string> TopDown { get; }

    /// <summary>The templates whose base was cut off.</summary>
    public IReadOnlyList<string> Cut => _cut;

    public string? BaseOf(string name) => _bases.TryGetValue(name, out string? @base) ? @base : null;

    /// <summary>The template and its bases, the most basic last.</summary>
    public IReadOnlyList<string> Chain(string name)
    {
        if (_chains.TryGetValue(name, out IReadOnlyList<string>? known))
            return known;
        var chain = new List<string>();
        for (string? next = name; next is not null; next = BaseOf(next))
            chain.Add(next);
        return _chains[name] = chain;
    }

    /// <summary>The tree of a snapshot's templates.</summary>
    public static TemplateTree Of(IEnumerable<SnapshotTemplate> templates)
    {
        var bases = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (SnapshotTemplate template in templates)
            bases[template.Name] = template.Base;
        return new TemplateTree(bases);
    }

    /// <summary>
    /// The tree that most of the objects' chains say; a tie goes to the first in ordinal order, having none comes last.
    /// A base that the template had before stays while any chain says so.
    /// </summary>
    public static TemplateTree Of(IEnumerable<RepositoryObject> objects, Func<string, SnapshotTemplate?> before)
    {
        var votes = new Dictionary<string, Tally<string?>>(StringComparer.Ordinal);
        foreach (RepositoryObject @object in objects)
        {
            IReadOnlyList<string> chain = @object.TemplateChain;
            for (int i = 0; i < chain.Count; i++)
            {
                if (!votes.TryGetValue(chain[i], out Tally<string?>? tally))
                    votes[chain[i]] = tally = new Tally<string?>();
                tally.Add(i + 1 < chain.Count ? chain[i + 1] : null);
            }
        }

        var bases = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, Tally<string?>> vote in votes)
        {
            bases[vote.Key] = before(vote.Key) is { } old && vote.Value.Has(old.Base)
                ? old.Base
                : vote.Value.Most((a, b) => a is null || b is null ? (a is null ? 1 : 0) - (b is null ? 1 : 0) : string.CompareOrdinal(a, b));
        }

        return new TemplateTree(bases);
    }

    // Walks up to the first settled template, then comes down again and gives depths.
    private void Settle(string name)
    {
        var path = new List<string>();
        var onPath = new HashSet<string>(StringComparer.Ordinal);
        for (string? next = name; next is not null && !_depths.ContainsKey(next); next = _bases[next])
        {
            if (!onPath.Add(next))
            {
                List<string> circle = path.GetRange(path.IndexOf(next), path.Count - path.IndexOf(next));
                string first = circle.OrderBy(member => member, StringComparer.Ordinal).First();
                CutBase(first);
                Settle(first);
                Settle(name);
                return;
            }

            path.Add(next);
        }

        for (int i = path.Count - 1; i >= 0; i--)
        {
            int depth = _bases[path[i]] is { } @base ? _depths[@base] + 1 : 1;
            if (depth > MaxDepth)
            {
                CutBase(path[i]);
                depth = 1;
            }

            _depths[path[i]] = depth;
        }
    }

    private void CutBase(string name)
    {
        _bases[name] = null;
        _cut.Add(name);
    }
}
