using System.Text;
using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>The shapes of a plant: one for each that C# can tell from the others.</summary>
internal sealed class ShapeTable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<Shape> _shapes = [];

    public IReadOnlyList<Shape> Shapes => _shapes;

    /// <summary>Gives shapes to a node and to what is below it.</summary>
    public void Add(TagNode node, ClassPlan owner, string path) => Number(node, owner, path);

    /// <summary>Gives the classes their names: those that were given one before, then the others, in the order in which they were met.</summary>
    /// <param name="templates">The names in the plant's namespace.</param>
    /// <param name="objects">The names in the namespace of the objects' own classes.</param>
    /// <param name="looks">The looks at a token that gives up.</param>
    public void NameClasses(TypeNames templates, TypeNames objects, Looks looks)
    {
        var wanted = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in _shapes.Select(shape => shape.CommonName).OfType<string>())
            wanted[name] = wanted.TryGetValue(name, out int count) ? count + 1 : 1;

        foreach (Shape shape in _shapes)
        {
            looks.Row();
            if (shape.Kept is { } kept && !IsMember(shape, kept.Name) && (shape.IsOfTemplate ? templates : objects).TryTake(kept.Name))
                shape.Name = TypeNames.Declared(CSharpNames.Identifier(kept.Name));
        }

        foreach (Shape shape in _shapes.Where(shape => shape.Name.Length == 0))
        {
            looks.Row();
            TypeNames names = shape.IsOfTemplate ? templates : objects;
            string name = shape.CommonName is { } common && wanted[common] == 1 && templates.IsFree(common) && objects.IsFree(common) ? common : shape.OwnName;
            // A class, and the record of its values, must not be called like one of its members, and it is the class that yields.
            shape.Name = names.Take(name, candidate => IsMember(shape, candidate));
        }
    }

    private static bool IsMember(Shape shape, string name) => shape.Members.Any(member => TypeNames.Pair(name).Contains(Names.Bare(member.Identifier)));

    private int Number(TagNode node, ClassPlan owner, string path)
    {
        if (node.Members.Count == 0)
            return -1;

        var key = new StringBuilder(node.AttributeType);
        foreach (TagNode member in node.Members)
        {
            int number = Number(member, owner, $"{path}.{member.Identifier}");
            string reference = member.Attribute?.Reference ?? "";
            key.Append('\n').Append(member.Identifier).Append(' ').Append(number).Append(' ').Append(member.AttributeType)
                .Append(' ').Append(member.Name.Length).Append(' ').Append(member.Name)
                .Append(' ').Append(member.Attribute?.Reference is null ? -1 : reference.Length).Append(' ').Append(reference);
        }

        int own = Number(key.ToString(), KeptClass.From(node.KeptClass), node);
        node.Shape = _shapes[own];
        node.Shape.Use(node, owner, path);
        return own;
    }

    // Two classes that were given different names stay two, even when C# sees no difference any more; whoever was given none goes with the first of them.
    private int Number(string structure, KeptClass? kept, TagNode node)
    {
        bool isKnown = _numbers.TryGetValue(structure, out int first);
        if (isKnown && (kept is null || _shapes[first].Kept is null || _shapes[first].Kept == kept))
        {
            _shapes[first].Kept ??= kept;
            return first;
        }

        if (isKnown && _numbers.TryGetValue($"{structure}\n{kept}", out int other))
            return other;
        int added = _shapes.Count;
        _numbers[isKnown ? $"{structure}\n{kept}" : structure] = added;
        IEnumerable<ShapeMember> members = node.Members.Select(member =>
            new ShapeMember(member.Name, member.Identifier, member.Attribute?.Reference, member.AttributeType, member.Shape));
        _shapes.Add(new Shape(node.AttributeType, [.. members]) { Kept = kept });
        return added;
    }
}
