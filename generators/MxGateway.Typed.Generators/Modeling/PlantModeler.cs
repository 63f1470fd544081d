using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MxGateway.Typed.Generators.Diagnostics;
using MxGateway.Typed.Generators.Emit;
using MxGateway.Typed.Generators.Model;
using MxGateway.Typed.Generators.Selecting;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Modeling;

/// <summary>Turns a plan into models of the files: everything by its final name, as the place where it stands has to write it.</summary>
internal sealed class PlantModeler(SnapshotFile file, PlantPlanner plan, Selection selection)
{
    private const int LongestHint = 120;
    private const int LongestFilterSaid = 200;

    private string ObjectsNamespace => $"{file.Namespace}.{ReservedNames.ObjectsNamespace}";

    public PlantPlan Model(Looks looks)
    {
        var objects = new List<ObjectModel>();
        foreach (ClassPlan @class in selection.Classes)
        {
            objects.Add(Object(@class, looks));
        }

        return new PlantPlan(
            objects.ToEquatable(),
            selection.Shapes.Select(shape => Shape(shape, looks)).ToEquatable(),
            new[] { Root(looks) }.ToEquatable(),
            new[] { new TableModel(Place(TypeNames.Declared(file.RootType), true, "-Table"), TableLines(looks), Deployed()) }.ToEquatable());
    }

    private ObjectModel Object(ClassPlan @class, Looks looks)
    {
        looks.Row();
        bool here = @class.IsTemplate;
        return new ObjectModel(
            Place(@class.Name, here),
            @class.Base is null ? "Mx::MxObject" : TypeName(@class.Base, here),
            here,
            here ? TemplateDoc(@class) : OwnClassDoc(@class.Row),
            @class.SlotCount,
            @class.DeclaredTags.Select(tag => Attribute(@class, tag.Node, tag.Slot, tag.Hides, looks)).ToEquatable(),
            @class.DeclaredChildren.Where(child => selection.Has(@class, child)).Select(child => Child(child, child.Slot, here, looks)).ToEquatable(),
            Differences(@class).ToEquatable(),
            @class.HasValues ? Values(@class) : null);
    }

    private ValuesModel Values(ClassPlan @class)
    {
        ClassPlan? @base = @class.Bases().FirstOrDefault(above => above.HasValues);
        string? baseValues = @base is null ? null : TypeName(TypeNames.ValuesOf(@base.Name), @base.IsTemplate, @class.IsTemplate);
        return new ValuesModel(TypeNames.ValuesOf(@class.Name), baseValues, Hides: @base is not null);
    }

    private AttributeModel Attribute(ClassPlan @class, TagNode node, int slot, bool hides, Looks looks)
    {
        looks.Row();
        string name = @class.IsTemplate ? node.Name : $"{plan.Snapshot.Objects[@class.Row].TagName}.{node.Name}";
        return new AttributeModel(
            slot,
            node.Identifier,
            node.Shape is null ? node.AttributeType : TypeName(node.Shape, @class.IsTemplate),
            MemberValues(node.AttributeType, node.Shape, @class.IsTemplate),
            node.Shape is not null,
            node.Name,
            node.Attribute?.Reference,
            hides,
            AttributeDoc(node.Attribute?.Reference ?? name, node.Attribute is null ? [] : [node.Attribute], node.Members.Select(member => member.Name)));
    }

    private ShapeModel Shape(Shape shape, Looks looks)
    {
        looks.Row();
        string owner = shape.First.Owner.Template?.Name ?? plan.Snapshot.Objects[shape.First.Owner.Row].TagName;
        string what = shape.Uses.Count > 0 ? $"An attribute with members ({Words.Describe(shape.Uses)})" : "A group of attributes";
        return new ShapeModel(
            Place(shape.Name, shape.IsOfTemplate),
            shape.BaseType,
            $"{what}, such as {Words.Code(shape.First.Path.Replace("@", ""))} of {Words.Code(owner)}.",
            shape.Members.Select((member, slot) => new AttributeModel(
                slot,
                member.Identifier,
                member.Shape is null ? member.AttributeType : TypeName(member.Shape, shape.IsOfTemplate),
                MemberValues(member.AttributeType, member.Shape, shape.IsOfTemplate),
                member.Shape is not null,
                member.Name,
                member.Reference,
                false,
                AttributeDoc(member.Reference ?? member.Name, member.Uses, member.Shape?.Members.Select(inner => inner.Name) ?? []))).ToEquatable(),
            Values(shape));
    }

    private static ValuesModel Values(Shape shape)
    {
        bool isGroup = shape.BaseType == TagNode.GroupType;
        return new ValuesModel(TypeNames.ValuesOf(shape.Name), isGroup ? null : $"Mx::MxAttributeValues<{ValueTypes.ValuesOf(shape.BaseType)}>", Hides: false);
    }

    private string MemberValues(string attributeType, Shape? shape, bool inTemplates) => shape is null
        ? $"Mx::MxSample<{ValueTypes.ValuesOf(attributeType)}>"
        : TypeName(TypeNames.ValuesOf(shape.Name), shape.IsOfTemplate, inTemplates);

    private ChildModel Child(ChildPlan child, int slot, bool inTemplate, Looks looks)
    {
        looks.Row();
        return new ChildModel(
            slot,
            child.Identifier,
            child.Class is null ? "Mx::MxObject" : TypeName(child.Class, inTemplate),
            child.Name,
            child.Hides,
            child.Row >= 0 ? ObjectDoc(child.Row) : $"Contained {Words.Code(child.Name)}{(child.Template is null ? "" : $" ({Words.Code(child.Template)})")}.");
    }

    private RootModel Root(Looks looks)
    {
        string deployed = plan.Snapshot.DeployTime is { } time ? $", deployed {time.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "";
        string filter = selection.Filter is not { } terms ? ""
            : terms.Length > LongestFilterSaid ? $", {selection.Count} of them selected by {Words.Code(terms.Substring(0, LongestFilterSaid))}..."
            : $", {selection.Count} of them selected by {Words.Code(terms)}";
        return new RootModel(
            Place(TypeNames.Declared(file.RootType), true),
            $"The plant of {Words.Code(file.FileName)}{deployed}: {plan.Snapshot.Objects.Count} objects{filter}.",
            plan.Roots.Where(root => selection.RowOf(root.Row) >= 0).Select(root => Child(root, selection.RowOf(root.Row), true, looks)).ToEquatable(),
            selection.NumberedClasses.Select(@class => TypeName(@class, true)).ToEquatable());
    }

    private string? Deployed() => plan.Snapshot.DeployTime?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private string TableLines(Looks looks)
    {
        var lines = new StringBuilder();
        foreach (int row in selection.KeptRows)
        {
            looks.Row();
            if (lines.Length > 0)
                lines.Append('\n');
            lines.Append(Literal.TableCell(plan.Snapshot.Objects[row].TagName)).Append('|');
            lines.Append(selection.NumberOf(plan.ClassOf(row))).Append(selection.IsSelected(row) ? "|" : "~|");
            IReadOnlyList<int> children = plan.ChildRows(row);
            for (int slot = 0; slot < children.Count; slot++)
            {
                if (slot > 0)
                    lines.Append(',');
                if (selection.RowOf(children[slot]) is >= 0 and int child)
                    lines.Append(child);
            }
        }

        return lines.ToString();
    }

    // For each slot of a base that leads to an attribute which is not here what it is there: why it cannot be used, and what can.
    private IEnumerable<DifferenceModel> Differences(ClassPlan @class)
    {
        if (!@class.ContradictsBase && !@class.Bases().Any(@base => @base.ContradictsBase))
            yield break;

        foreach ((TagNode node, int slot, _) in @class.Bases().Reverse().SelectMany(@base => @base.DeclaredTags))
            foreach ((SnapshotAttribute said, string path) in node.Attributes(node.Identifier))
                if (!@class.Attributes.TryGetValue(said.Name, out SnapshotAttribute? actual) || !ClassPlan.IsSame(said, actual))
                    yield return new DifferenceModel(slot, said.Name, Reason(@class, said, actual, path));
    }

    private string Reason(ClassPlan @class, SnapshotAttribute said, SnapshotAttribute? actual, string path)
    {
        string owner = @class.Template?.Name ?? plan.Snapshot.Objects[@class.Row].TagName;
        string reference = $"{owner}.{said.Name}";
        if (actual is null)
            return $"{reference} is not in the snapshot, though the template's other objects have {said.Name}; do not use it for {owner}";

        string type = @class.IsTemplate ? $"the class {file.Namespace}.{@class.Name}" : $"{ObjectsNamespace}.{@class.Name}, which plant[\"{owner}\"] is";
        string isWhat = actual.Reference == said.Reference
            ? $"{reference} is {Words.Briefly(actual)}, while its template says {Words.Briefly(said)}"
            : $"{reference} has the reference {actual.Reference ?? "of its name"}, while its template says {said.Reference ?? "that of its name"}";
        return $"{isWhat}; reach it as {path} of {type}";
    }

    private static string AttributeDoc(string name, IReadOnlyCollection<SnapshotAttribute> uses, IEnumerable<string> members)
    {
        string names = string.Join(", ", members.Select(Words.Code));
        string what = uses.Count > 0 ? Words.Describe(uses) : "group of attributes";
        string array = uses.Any(attribute => attribute.IsArray && attribute.Reference is null) ? "[]" : "";
        return $"{Words.Code(name + array)}: {what}.{(names.Length > 0 ? $" Members: {names}." : "")}";
    }

    private string TemplateDoc(ClassPlan @class)
    {
        string derived = @class.Template!.Base is { } @base ? $", derived from {Words.Code(@base)}" : "";
        string objects = @class.Instances == 1 ? "1 object" : $"{@class.Instances} objects";
        string selected = selection.Filter is null ? "" : $", {selection.InstancesOf(@class)} of them selected";
        return $"Template {Words.Code(@class.Template.Name)}{derived}. {objects}{selected}.";
    }

    private string OwnClassDoc(int row)
    {
        string differences = OutlierChecks.Describe(plan, row);
        return ObjectDoc(row) + (differences.Length > 0 ? $" Unlike its template: {Literal.Xml(differences)}." : "");
    }

    private string ObjectDoc(int row)
    {
        SnapshotObject @object = plan.Snapshot.Objects[row];
        string hierarchical = plan.Hierarchy.HierarchicalName(row);
        string name = hierarchical == @object.TagName ? "" : $", {Words.Code(hierarchical)}";
        string template = @object.Template is null ? "" : $", template {Words.Code(@object.Template)}";
        string area = plan.Hierarchy.Area(row) is { } inArea ? $", in area {Words.Code(inArea)}" : "";
        return $"{(@object.IsArea ? "Area" : "Object")} {Words.Code(@object.TagName)}{name}{template}{area}.";
    }

    private string TypeName(ClassPlan @class, bool inTemplates) => TypeName(@class.Name, @class.IsTemplate, inTemplates);

    private string TypeName(Shape shape, bool inTemplates) => TypeName(shape.Name, shape.IsOfTemplate, inTemplates);

    // Seen from the inner namespace, its own types and the runtime's, present and to come, hide those of the outer one: these are written in full.
    private string TypeName(string name, bool isOfTemplates, bool inTemplates) =>
        isOfTemplates == inTemplates ? name
        : inTemplates ? $"{ReservedNames.ObjectsNamespace}.{name}"
        : $"global::{file.Namespace}.{name}";

    private TypePlace Place(string name, bool isOfTemplates, string part = "")
    {
        string space = isOfTemplates ? file.Namespace : ObjectsNamespace;
        return new TypePlace(Hint($"{space}.{name}".Replace("@", ""), part), file.FileName, space, name, file.Visibility);
    }

    // A file's name has a limit; beyond it a hash of the whole name keeps it apart from others.
    private static string Hint(string qualifiedName, string part)
    {
        var hint = new StringBuilder(qualifiedName.Length);
        foreach (char c in qualifiedName)
            _ = c is '.' or '_' || char.IsLetterOrDigit(c) ? hint.Append(c) : hint.Append('-').Append(((int)c).ToString("X4"));
        if (hint.Length > LongestHint)
        {
            using var sha = SHA256.Create();
            byte[] hash = sha.ComputeHash(Encoding.Unicode.GetBytes(qualifiedName.ToUpperInvariant()));
            hint.Length = LongestHint;
            hint.Append('-');
            foreach (byte unit in hash.Take(16))
                hint.Append(unit.ToString("x2"));
        }

        return hint.Append(part).Append(".g.cs").ToString();
    }
}
