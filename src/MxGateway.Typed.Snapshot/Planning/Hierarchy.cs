namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>
/// Which object hangs below which, by rows of the snapshot. Always a forest that holds every object: an object whose parent is not in the snapshot is at the root,
/// and so are objects whose parents run in a circle.
/// </summary>
internal sealed class Hierarchy
{
    private const int MostLevels = 32;

    private static readonly int[] s_none = [];

    private readonly IReadOnlyList<SnapshotObject> _objects;
    private readonly int[] _parents;
    private readonly List<int>?[] _children;
    private readonly List<int> _orphans = [];
    private readonly List<IReadOnlyList<int>> _circles = [];

    public Hierarchy(IReadOnlyList<SnapshotObject> objects, Looks looks)
    {
        _objects = objects;
        _parents = new int[objects.Count];
        _children = new List<int>?[objects.Count];

        var rows = new Dictionary<int, int>();
        for (int row = objects.Count - 1; row >= 0; row--)
            rows[objects[row].Id] = row;
        for (int row = 0; row < objects.Count; row++)
        {
            looks.Row();
            bool isKnown = rows.TryGetValue(objects[row].ParentId, out int parent) && objects[row].ParentId != 0;
            _parents[row] = isKnown ? parent : -1;
            if (!isKnown && objects[row].ParentId != 0)
                _orphans.Add(row);
        }

        int[] depths = Settle(looks);
        for (int row = 0; row < objects.Count; row++)
            if (_parents[row] >= 0)
                (_children[_parents[row]] ??= []).Add(row);
        Roots = [.. Enumerable.Range(0, objects.Count).Where(row => _parents[row] < 0)];
        BottomUp = [.. Enumerable.Range(0, objects.Count).OrderByDescending(row => depths[row])]; // stable: of one depth in the snapshot's order
    }

    /// <summary>The objects at the root, in the snapshot's order.</summary>
    public IReadOnlyList<int> Roots { get; }

    /// <summary>All objects, each after its children.</summary>
    public IReadOnlyList<int> BottomUp { get; }

    /// <summary>The object above an object; -1 for one at the root.</summary>
    public int Parent(int row) => _parents[row];

    /// <summary>The objects whose parent is not in the snapshot, in the snapshot's order.</summary>
    public IReadOnlyList<int> Orphans => _orphans;

    /// <summary>
    /// The circles that parents ran in, each from its first object in the snapshot's order on to the parent, the parent's parent and so on.
    /// All of a circle's objects are at the root.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> Circles => _circles;

    /// <summary>The objects below an object, in the snapshot's order.</summary>
    public IReadOnlyList<int> Children(int row) => (IReadOnlyList<int>?)_children[row] ?? s_none;

    /// <summary>The names from the outermost container down, such as <c>Skid_1.Pump</c>.</summary>
    public string HierarchicalName(int row)
    {
        string name = "";
        for (int level = 0; level < MostLevels; level++)
        {
            bool isContained = _objects[row].ContainedName.Length > 0 && _parents[row] >= 0;
            string own = isContained ? _objects[row].ContainedName : _objects[row].TagName;
            name = name.Length == 0 ? own : $"{own}.{name}";
            if (!isContained)
                break;
            row = _parents[row];
        }

        return name;
    }

    /// <summary>The tagname of the area that the object is in; null for none.</summary>
    public string? Area(int row)
    {
        row = _parents[row];
        for (int level = 0; level < MostLevels && row >= 0; level++, row = _parents[row])
            if (_objects[row].IsArea)
                return _objects[row].TagName;
        return null;
    }

    // Gives every object its depth, and cuts the parents of those that stand in a circle.
    private int[] Settle(Looks looks)
    {
        var depths = new int[_parents.Length]; // from 1; 0 for not known yet, -1 for on the way up
        var path = new List<int>();
        for (int start = 0; start < _parents.Length; start++)
        {
            looks.Row();
            path.Clear();
            int row = start;
            for (; row >= 0 && depths[row] == 0; row = _parents[row])
            {
                depths[row] = -1;
                path.Add(row);
            }

            if (row >= 0 && depths[row] == -1)
                Cut(path.GetRange(path.IndexOf(row), path.Count - path.IndexOf(row)));
            for (int i = path.Count - 1; i >= 0; i--)
                depths[path[i]] = _parents[path[i]] >= 0 ? depths[_parents[path[i]]] + 1 : 1;
        }

        return depths;
    }

    private void Cut(List<int> circle)
    {
        int first = circle.IndexOf(circle.Min());
        _circles.Add([.. circle.Skip(first), .. circle.Take(first)]);
        foreach (int row in circle)
            _parents[row] = -1;
    }
}
