using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>Decides which classes a snapshot becomes, what stands in which, and what everything is called.</summary>
internal sealed class PlantPlanner
{
    private readonly Dictionary<string, ClassPlan> _templates = new(StringComparer.Ordinal);
    private readonly ClassPlan[] _classes;
    private readonly int[][] _childRows;
    private readonly Looks _looks;
    private readonly TemplateTree _tree;
    private readonly TypeNames _typeNames;
    private readonly TypeNames _objectTypeNames;
    private readonly KeptMembers _keptNames;

    /// <param name="snapshot">The snapshot.</param>
    /// <param name="rootType">The name of the plant's class.</param>
    /// <param name="looks">The looks at a token that gives up.</param>
    /// <param name="inner">Namespaces below the plant's, without its name in front, by which no type may be called.</param>
    public PlantPlanner(GalaxySnapshot snapshot, string rootType, Looks looks, IReadOnlyCollection<string>? inner = null)
    {
        _looks = looks;
        Snapshot = snapshot;
        Hierarchy = new Hierarchy(snapshot.Objects, looks);
        _classes = new ClassPlan[snapshot.Objects.Count];
        _childRows = new int[snapshot.Objects.Count][];
        _tree = TemplateTree.Of(snapshot.Templates);
        _keptNames = new KeptMembers(snapshot, _tree, Hierarchy, looks);

        string[][] namespaces = [.. (inner ?? []).Select(space => space.Split('.'))];
        _typeNames = new TypeNames(ReservedNames.Types.Append(rootType).Concat(namespaces.Select(parts => parts[0])));
        _objectTypeNames = new TypeNames(ReservedNames.Types.Concat(
            namespaces.Where(parts => parts.Length > 1 && parts[0] == ReservedNames.ObjectsNamespace).Select(parts => parts[1])));
        PlanTemplates();
        PlanObjects();
        PlanRoots(rootType);
        NameObjects();
        PlanShapes();
    }

    public GalaxySnapshot Snapshot { get; }

    public Hierarchy Hierarchy { get; }

    /// <summary>The templates' classes, each after its base.</summary>
    public IEnumerable<ClassPlan> Templates => _tree.TopDown.Select(name => _templates[name]);

    /// <summary>The objects' own classes, in the snapshot's order.</summary>
    public IEnumerable<ClassPlan> OwnClasses => _classes.Where((plan, row) => plan.Row == row);

    public ShapeTable Shapes { get; } = new();

    /// <summary>The members of the plant's class; a slot is a row.</summary>
    public List<ChildPlan> Roots { get; } = [];

    public ClassPlan ClassOf(int row) => _classes[row];

    /// <summary>The class of a template; null where there is no such template.</summary>
    public ClassPlan? ClassOf(string template) => _templates.TryGetValue(template, out ClassPlan? @class) ? @class : null;

    /// <summary>The rows of an object's children by child slot; -1 for one that it lacks.</summary>
    public IReadOnlyList<int> ChildRows(int row) => _childRows[row];

    private void PlanTemplates()
    {
        var templates = new Dictionary<string, SnapshotTemplate>(StringComparer.Ordinal);
        foreach (SnapshotTemplate template in Snapshot.Templates)
            templates[template.Name] = template;

        Dictionary<string, string> names = NameTemplates(templates);
        Dictionary<string, List<string>> derived = NamesBelow(names);
        foreach (string name in _tree.TopDown)
        {
            _looks.Row();
            _templates[name] = PlanTemplate(templates[name], names[name], derived[name]);
        }
    }

    // A template's name is a type's: one that was kept comes first; a new one yields to members, and to attributes' classes, that were given their names before.
    private Dictionary<string, string> NameTemplates(Dictionary<string, SnapshotTemplate> templates)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SnapshotTemplate template in Snapshot.Templates)
            if (Names.Kept(template.KeptName) is { } kept && _typeNames.TryTake(kept))
                names[template.Name] = TypeNames.Declared(kept);

        HashSet<string> keptClasses = KeptClasses(Snapshot.Templates.SelectMany(template => template.Attributes), Snapshot.Templates.SelectMany(template => template.Groups));
        foreach (string name in TypeNames.InOrder(_tree.TopDown.Where(name => !names.ContainsKey(name)), name => name.TrimStart('$')).ToList())
        {
            _looks.Row();
            HashSet<string> kept = [.. _tree.Chain(name).SelectMany(_keptNames.Of)];
            names[name] = _typeNames.Take(
                CSharpNames.Identifier(name), candidate => TypeNames.Pair(candidate).Any(type => kept.Contains(type) || keptClasses.Contains(type)));
        }

        return names;
    }

    private HashSet<string> KeptClasses(IEnumerable<SnapshotAttribute> attributes, IEnumerable<SnapshotGroup> groups)
    {
        var classes = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string? kept in attributes.Select(attribute => attribute.KeptClass).Concat(groups.Select(group => group.KeptClass)))
        {
            _looks.Row();
            if (kept is not null)
                classes.UnionWith(TypeNames.Pair(KeptClass.Of(kept).Name));
        }

        return classes;
    }

    // The names of each template's class and of those that derive from it, and of their records:
    // a member must not have any of them, as each may have to declare the member again.
    private Dictionary<string, List<string>> NamesBelow(Dictionary<string, string> names)
    {
        Dictionary<string, List<string>> below =
            names.Keys.ToDictionary(name => name, name => new List<string>(TypeNames.Pair(names[name])), StringComparer.Ordinal);
        foreach (string name in _tree.TopDown.Reverse())
            if (_tree.BaseOf(name) is { } @base)
                below[@base].AddRange(below[name]);
        return below;
    }

    private ClassPlan PlanTemplate(SnapshotTemplate template, string typeName, IEnumerable<string> avoid)
    {
        var plan = new ClassPlan(_tree.BaseOf(template.Name) is { } @base ? _templates[@base] : null) { Template = template, Name = typeName };
        plan.Change(template.Attributes, [], template.Groups, _looks);
        foreach (SnapshotChild child in template.Children)
        {
            plan.Children.TryGetValue(child.ContainedName, out ChildPlan? inherited);
            var declared = new ChildPlan(child.ContainedName, child.KeptName, inherited?.Slot ?? plan.ChildSlotCount++)
            {
                Template = child.Template,
                Identifier = inherited?.Identifier ?? "",
                Hides = inherited is not null,
            };
            plan.Children[child.ContainedName] = declared;
            plan.DeclaredChildren.Add(declared);
        }

        plan.Declare(avoid, _keptNames.Below(template.Name));
        return plan;
    }

    private void PlanObjects()
    {
        foreach (ClassPlan plan in Templates)
            foreach (ChildPlan child in plan.DeclaredChildren)
                child.Class = child.Template is not null && _templates.TryGetValue(child.Template, out ClassPlan? @class) ? @class : null;

        foreach (int row in Hierarchy.BottomUp)
        {
            _looks.Row();
            PlanObject(row);
        }
    }

    private void PlanObject(int row)
    {
        SnapshotObject @object = Snapshot.Objects[row];
        ClassPlan? template = @object.Template is not null && _templates.TryGetValue(@object.Template, out ClassPlan? known) ? known : null;
        for (ClassPlan? plan = template; plan is not null; plan = plan.Base)
            plan.Instances++;

        List<ChildPlan> ownChildren = PlanChildren(row, template, out int[] rows);
        _childRows[row] = rows;
        bool ownAttributes = template is null || @object.Without.Any(template.Attributes.ContainsKey)
            || @object.Attributes.Any(own => !template.Attributes.TryGetValue(own.Name, out SnapshotAttribute? placed) || !ClassPlan.IsSame(own, placed));
        if (!ownAttributes && ownChildren.Count == 0)
        {
            _classes[row] = template!;
            return;
        }

        var @class = new ClassPlan(template) { Row = row };
        @class.Change(@object.Attributes, @object.Without, @object.Groups, _looks);
        foreach (ChildPlan child in ownChildren)
        {
            @class.Children[child.Name] = child;
            @class.DeclaredChildren.Add(child);
        }

        @class.Declare([], Names.Kept(@object.KeptClass) is { } kept ? [.. TypeNames.Pair(Names.Bare(kept))] : []);
        _classes[row] = @class;
    }

    /// <summary>The children that the template's class does not give, or not as what they are; and all children's rows by slot.</summary>
    private List<ChildPlan> PlanChildren(int row, ClassPlan? template, out int[] rows)
    {
        var own = new List<ChildPlan>();
        int[] slots = [.. Enumerable.Repeat(-1, template?.ChildSlotCount ?? 0)];
        List<int> bySlot = [.. slots];
        // Contained names are unique in a container. Should two claim the template's member all the same, who was given its name before has it,
        // and who was given another one has not.
        foreach (int child in Hierarchy.Children(row))
            if (Snapshot.Objects[child].KeptName is { } kept && Placed(child) is { } placed
                && bySlot[placed.Slot] < 0 && Names.Bare(kept) == Names.Bare(placed.Identifier))
                bySlot[placed.Slot] = child;
        foreach (int child in Hierarchy.Children(row))
        {
            _looks.Row();
            SnapshotObject @object = Snapshot.Objects[child];
            string name = @object.ContainedName.Length > 0 ? @object.ContainedName : @object.TagName;
            ChildPlan? placed = Placed(child);
            if (placed is not null && (bySlot[placed.Slot] == child || (bySlot[placed.Slot] < 0 && @object.KeptName is null)))
            {
                bySlot[placed.Slot] = child;
                if (placed.Class != _classes[child])
                    own.Add(new ChildPlan(name, null, placed.Slot) { Identifier = placed.Identifier, Class = _classes[child], Row = child, Hides = true });
            }
            else
            {
                own.Add(new ChildPlan(name, @object.KeptName, bySlot.Count) { Class = _classes[child], Row = child });
                bySlot.Add(child);
            }
        }

        rows = [.. bySlot];
        return own;

        // Where the template has a member for it.
        ChildPlan? Placed(int child) =>
            Snapshot.Objects[child].ContainedName is { Length: > 0 } contained && template?.Children.TryGetValue(contained, out ChildPlan? placed) == true
                ? placed : null;
    }

    private void PlanRoots(string rootType)
    {
        foreach (int row in Hierarchy.Roots)
        {
            _looks.Row();
            Roots.Add(new ChildPlan(Snapshot.Objects[row].TagName, Snapshot.Objects[row].KeptName, row) { Class = _classes[row], Row = row });
        }

        IEnumerable<string> taken = ReservedNames.OfPlants.Append(rootType);
        Names.Assign(Roots, root => root.Name, root => root.KeptName, taken, [], (root, identifier) => root.Identifier = identifier);
    }

    // An object's own class is called like the object, unless a member of it is, or an attribute's class was before: then the class yields.
    // A name that was kept comes first.
    private void NameObjects()
    {
        HashSet<string> keptClasses = KeptClasses(Snapshot.Objects.SelectMany(@object => @object.Attributes), Snapshot.Objects.SelectMany(@object => @object.Groups));
        foreach (ClassPlan plan in OwnClasses)
            if (Names.Kept(Snapshot.Objects[plan.Row].KeptClass) is { } kept && !TypeNames.Pair(Names.Bare(kept)).Any(Declared(plan).Contains)
                && _objectTypeNames.TryTake(kept))
                plan.Name = TypeNames.Declared(kept);

        foreach (ClassPlan plan in TypeNames.InOrder(OwnClasses.Where(plan => plan.Name.Length == 0), plan => Snapshot.Objects[plan.Row].TagName).ToList())
        {
            _looks.Row();
            HashSet<string> declared = Declared(plan);
            plan.Name = _objectTypeNames.Take(
                CSharpNames.Identifier(Snapshot.Objects[plan.Row].TagName),
                candidate => TypeNames.Pair(candidate).Any(name => declared.Contains(name) || keptClasses.Contains(name)));
        }
    }

    private static HashSet<string> Declared(ClassPlan plan) =>
        [.. plan.DeclaredTags.Select(tag => Names.Bare(tag.Node.Identifier)), .. plan.DeclaredChildren.Select(child => Names.Bare(child.Identifier))];

    private void PlanShapes()
    {
        foreach (ClassPlan plan in Templates.Concat(OwnClasses))
        {
            foreach ((TagNode node, _, _) in plan.DeclaredTags)
            {
                _looks.Row();
                Shapes.Add(node, plan, node.Identifier);
            }
        }

        Shapes.NameClasses(_typeNames, _objectTypeNames, _looks);
    }
}
