using System.Text;

namespace MxGateway.Typed.Generators.Planning;

/// <summary>The shapes of a plant: one for each that C# can tell from the others.</summary>
internal sealed class ShapeTable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<Shape> _shapes = [];

    public IReadOnlyList<Shape> Shapes => _shapes;

    /// <summary>Gives shapes to a node and to what is below it.</summary>
    public void Add(TagNode node, ClassPlan owner, string path) => Number(node, owner, path);

    /// <summary>Gives the classes their names, in the order in which they were met.</summary>
    /// <param name="templates">The names in the plant's namespace.</param>
    /// <param name="objects">The names in the namespace of the objects' own classes.</param>
    public void NameClasses(TypeNames templates, TypeNames objects)
    {
        var wanted = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in _shapes.Select(shape => shape.CommonName).OfType<string>())
            wanted[name] = wanted.TryGetValue(name, out int count) ? count + 1 : 1;

        foreach (Shape shape in _shapes)
        {
            TypeNames names = shape.IsOfTemplate ? templates : objects;
            string name = shape.CommonName is { } common && wanted[common] == 1 && templates.IsFree(common) && objects.IsFree(common) ? common : shape.OwnName;
            // A class must not be called like one of its members, and it is the class that yields.
            shape.Name = names.Take(name, candidate => shape.Members.Any(member => Names.Bare(member.Identifier) == candidate));
        }
    }

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

        if (!_numbers.TryGetValue(key.ToString(), out int own))
        {
            _numbers[key.ToString()] = own = _shapes.Count;
            _shapes.Add(new Shape(node.AttributeType, [.. node.Members.Select(member => new ShapeMember(member.Name, member.Identifier, member.Attribute?.Reference, member.AttributeType, member.Shape))]));
        }

        node.Shape = _shapes[own];
        node.Shape.Use(node, owner, path);
        return own;
    }
}
