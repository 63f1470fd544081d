using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Selecting;

/// <summary>
/// What of a plan is emitted: the objects that are selected, those above them, which lead there, and the classes that all these need.
/// Names, slots and classes are the plan's own:
/// what is not selected is left out, and nothing is renamed, moved or typed otherwise for it.
/// </summary>
internal sealed class Selection
{
    private readonly PlantPlanner _plan;
    private readonly bool[]? _selected;
    private readonly int[] _rows;
    private readonly Dictionary<ClassPlan, int> _numbers = [];
    private readonly Dictionary<ClassPlan, int> _instances = [];
    private readonly Dictionary<ClassPlan, HashSet<int>> _childSlots = [];
    private readonly HashSet<ClassPlan> _classes = [];
    private readonly HashSet<Shape> _shapes = [];

    /// <param name="plan">The plan.</param>
    /// <param name="filter">What is to be selected; null for all there is.</param>
    /// <param name="looks">The looks at a token that gives up.</param>
    public Selection(PlantPlanner plan, ObjectFilter? filter, Looks looks)
    {
        _plan = plan;
        _selected = filter?.Select(plan, looks);
        Filter = filter?.ToString();
        _rows = new int[plan.Snapshot.Objects.Count];
        NumberRows(looks);
        CountObjects(looks);
        foreach (ClassPlan @class in _selected is null ? Planned : KeptRows.Select(plan.ClassOf))
            Need(@class, looks);
        foreach (ClassPlan @class in _classes)
            foreach ((TagNode node, _, _) in @class.DeclaredTags)
                Need(node.Shape);

        var used = new HashSet<ClassPlan>(KeptRows.Select(plan.ClassOf));
        NumberedClasses = [.. Planned.Where(used.Contains)];
        for (int i = 0; i < NumberedClasses.Count; i++)
            _numbers[NumberedClasses[i]] = i;
    }

    /// <summary>The filter's terms; null for none.</summary>
    public string? Filter { get; }

    /// <summary>The rows that are in the table, as the plan counts them.</summary>
    public IEnumerable<int> KeptRows => Enumerable.Range(0, _rows.Length).Where(row => _rows[row] >= 0);

    /// <summary>How many objects are selected.</summary>
    public int Count => _selected?.Count(isSelected => isSelected) ?? _rows.Length;

    /// <summary>The classes to emit, in the plan's order.</summary>
    public IEnumerable<ClassPlan> Classes => Planned.Where(_classes.Contains);

    /// <summary>The shapes to emit, in the plan's order.</summary>
    public IEnumerable<Shape> Shapes => _plan.Shapes.Shapes.Where(_shapes.Contains);

    /// <summary>The classes that objects of the table have, by their numbers.</summary>
    public IReadOnlyList<ClassPlan> NumberedClasses { get; }

    private IEnumerable<ClassPlan> Planned => _plan.Templates.Concat(_plan.OwnClasses);

    /// <summary>The row in the table; -1 for an object that is not there.</summary>
    public int RowOf(int row) => row < 0 ? -1 : _rows[row];

    /// <summary>Whether an object is selected itself; one that only leads to others is not.</summary>
    public bool IsSelected(int row) => _selected is null || _selected[row];

    public int NumberOf(ClassPlan @class) => _numbers[@class];

    /// <summary>How many selected objects have the class or one that derives from it.</summary>
    public int InstancesOf(ClassPlan @class) => _instances.TryGetValue(@class, out int count) ? count : 0;

    /// <summary>Whether a class keeps a child that it declares: some object of it has that child in the table.</summary>
    public bool Has(ClassPlan @class, ChildPlan child) =>
        _selected is null || (_childSlots.TryGetValue(@class, out HashSet<int>? slots) && slots.Contains(child.Slot));

    private void NumberRows(Looks looks)
    {
        foreach (int row in _plan.Hierarchy.BottomUp)
        {
            looks.Row();
            _rows[row] = IsSelected(row) || _plan.Hierarchy.Children(row).Any(child => _rows[child] >= 0) ? 0 : -1;
        }

        int next = 0;
        for (int row = 0; row < _rows.Length; row++)
            if (_rows[row] >= 0)
                _rows[row] = next++;
    }

    private void CountObjects(Looks looks)
    {
        if (_selected is null)
            return;
        foreach (int row in KeptRows)
        {
            looks.Row();
            IReadOnlyList<int> children = _plan.ChildRows(row);
            for (ClassPlan? @class = _plan.ClassOf(row); @class is not null; @class = @class.Base)
            {
                if (IsSelected(row))
                    _instances[@class] = InstancesOf(@class) + 1;
                if (!_childSlots.TryGetValue(@class, out HashSet<int>? slots))
                    _childSlots[@class] = slots = [];
                for (int slot = 0; slot < children.Count; slot++)
                    if (RowOf(children[slot]) >= 0)
                        slots.Add(slot);
            }
        }
    }

    // A class needs its bases and the classes of its children.
    private void Need(ClassPlan first, Looks looks)
    {
        looks.Row();
        var open = new Stack<ClassPlan>([first]);
        while (open.Count > 0)
        {
            ClassPlan @class = open.Pop();
            if (!_classes.Add(@class))
                continue;
            if (@class.Base is not null)
                open.Push(@class.Base);
            foreach (ChildPlan child in @class.DeclaredChildren)
                if (child.Class is not null && Has(@class, child))
                    open.Push(child.Class);
        }
    }

    private void Need(Shape? shape)
    {
        if (shape is null || !_shapes.Add(shape))
            return;
        foreach (ShapeMember member in shape.Members)
            Need(member.Shape);
    }
}
