using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>Says which names in C# are not the Galaxy's, each where its row stands. A name that is inherited was said where it was given.</summary>
internal sealed class NameChecks(PlantPlanner plan, ProblemSet problems, Looks looks)
{
    private readonly List<string> _path = [];

    public static void Check(PlantPlanner plan, ProblemSet problems, Looks looks) => new NameChecks(plan, problems, looks).Check();

    private void Check()
    {
        foreach (ClassPlan @class in plan.Templates)
        {
            SnapshotTemplate template = @class.Template!;
            string name = template.Name.StartsWith("$", StringComparison.Ordinal) ? template.Name.Substring(1) : template.Name;
            Check(new Named("template", template.Name, template.Position, name, @class.Name, template.KeptName), WhyTypeIsTaken);
            CheckMembers(@class, template.Name);
        }

        foreach (ClassPlan @class in plan.OwnClasses)
        {
            SnapshotObject @object = plan.Snapshot.Objects[@class.Row];
            Check(
                new Named("the class of object", @object.TagName, @object.Position, @object.TagName, @class.Name, @object.KeptClass, "class"),
                WhyTypeIsTaken);
            CheckMembers(@class, @object.TagName);
        }

        foreach (ChildPlan root in plan.Roots)
            Check(Object(root), bare => ReservedNames.OfPlants.Contains(bare) ? $"every plant has a {bare}" : WhyMemberIsTaken(bare));
    }

    private void CheckMembers(ClassPlan @class, string owner)
    {
        foreach ((TagNode node, _, _) in @class.DeclaredTags)
            Check(@class, owner, node, InheritedBy(@class, node));
        for (int i = 0; i < @class.DeclaredChildren.Count; i++)
        {
            ChildPlan child = @class.DeclaredChildren[i];
            if (!child.Hides)
                Check(child.Row >= 0 ? Object(child) : Child(child, owner, @class.Template!.Children[i].Position), bare => WhyTaken(@class, bare));
        }
    }

    private void Check(ClassPlan @class, string owner, TagNode node, TagNode? inherited)
    {
        looks.Row();
        _path.Add(node.Name);
        if (inherited is null && NameRules.Apply(node.Name, node.Identifier, node.KeptName))
        {
            string name = string.Join(".", _path), what = node.Attribute is null ? "group" : "attribute";
            bool isNested = _path.Count > 1;
            Say(
                new Named($"{what} {JsonText.Quote(name)} of", owner, Position(@class, node, name), node.Name, node.Identifier, node.KeptName),
                bare => isNested ? WhyNestedIsTaken(bare) : WhyTaken(@class, bare));
        }

        foreach (TagNode member in node.Members)
            Check(@class, owner, member, inherited?.Find([member.Name]));
        _path.RemoveAt(_path.Count - 1);
    }

    private void Check(Named named, Func<string, string> whyTaken)
    {
        looks.Row();
        if (NameRules.Apply(named.Name, named.Identifier, named.KeptName))
            Say(named, whyTaken);
    }

    private void Say(Named named, Func<string, string> whyTaken) => problems.Add(Descriptors.NameByRule, named.Position, () =>
        $"{named.What} {JsonText.Quote(named.Title)} is {named.Identifier} in C#: "
        + NameRules.Words(named.Name, named.Identifier, named.KeptName, named.KeptUnder, whyTaken));

    private Named Object(ChildPlan child)
    {
        SnapshotObject @object = plan.Snapshot.Objects[child.Row];
        return new Named("object", @object.TagName, @object.Position, child.Name, child.Identifier, child.KeptName);
    }

    private static Named Child(ChildPlan child, string owner, SnapshotPosition position) =>
        new($"contained {JsonText.Quote(child.Name)} of", owner, position, child.Name, child.Identifier, child.KeptName);

    private static TagNode? InheritedBy(ClassPlan @class, TagNode node) =>
        @class.Base?.Tags.TryGetValue(node.Name, out TagNode? inherited) == true ? inherited : null;

    // A group's own row, where names are kept, or that of the first attribute in it.
    private SnapshotPosition Position(ClassPlan @class, TagNode node, string name)
    {
        if (node.Attribute is not null)
            return node.Attribute.Position;
        IReadOnlyList<SnapshotGroup> groups = @class.Template?.Groups ?? plan.Snapshot.Objects[@class.Row].Groups;
        return groups.FirstOrDefault(group => group.Name == name)?.Position ?? node.Attributes("").Select(below => below.Attribute.Position).FirstOrDefault();
    }

    private string WhyTaken(ClassPlan @class, string bare) =>
        ReservedNames.OfObjects.Contains(bare) ? $"objects, or the records of their values, have {bare} by themselves"
        : @class.IsTemplate && plan.Templates.Any(other => TypeNames.Pair(other.Name).Contains(bare) && (other == @class || other.Bases().Contains(@class)))
            ? $"{bare} is the name of its class, of one derived from it, or of the record of their values"
        : WhyMemberIsTaken(bare);

    private static string WhyNestedIsTaken(string bare) => ReservedNames.OfAttributes.Contains(bare) ? $"attributes, or the records of their values, have {bare} by themselves" : WhyMemberIsTaken(bare);

    private static string WhyMemberIsTaken(string bare) =>
        $"{bare} is another member's name, and names that were given before, or that C# takes as they are, come first";

    private static string WhyTypeIsTaken(string bare) => 
        $"{bare} is the name of a member, of another type but for its case, or of another snapshot's namespace";

    /// <summary>What has a name.</summary>
    private readonly record struct Named(
        string What, string Title, SnapshotPosition Position, string Name, string Identifier, string? KeptName, string KeptUnder = "as");
}
