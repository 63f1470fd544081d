using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What a user writes to reach things, asked of the plan, as a plant of 5,000 objects takes long to compile.</summary>
/// <param name="Path">The members from the plant on.</param>
/// <param name="Type">The type that the last member is written with; empty for an object.</param>
/// <param name="Template">The template on which an attribute stands; null for an object, and for an attribute that is the object's own.</param>
/// <param name="Lineage">The tagnames of the objects above.</param>
internal sealed record MemberPath(string Path, string Type, string? Template, string Lineage)
{
    /// <summary>The paths of all objects (by tagname) and attributes (by tagname and name, with a bar between).</summary>
    public static Dictionary<string, MemberPath> Of(GalaxySnapshot snapshot)
    {
        var plan = new PlantPlanner(snapshot, "PlantGalaxy", CancellationToken.None);
        var paths = new Dictionary<string, MemberPath>(StringComparer.Ordinal);
        var placed = snapshot.Templates.SelectMany(template => template.Attributes.Select(attribute => (template.Name, attribute))).ToDictionary(row => row.attribute, row => row.Name);
        foreach (ChildPlan root in plan.Roots)
            Add(root.Row, root.Identifier, "");
        return paths;

        void Add(int row, string path, string lineage)
        {
            SnapshotObject @object = snapshot.Objects[row];
            ClassPlan @class = plan.ClassOf(row);
            paths.Add(@object.TagName, new(path, "", null, lineage));
            foreach (TagNode first in @class.Tags.Values)
                foreach ((SnapshotAttribute attribute, string members) in first.Attributes(first.Identifier))
                    paths.Add($"{@object.TagName}|{attribute.Name}", new($"{path}.{members}", ValueTypes.AttributeType(attribute), placed.GetValueOrDefault(attribute), lineage));

            IReadOnlyList<int> children = plan.ChildRows(row);
            foreach (IGrouping<int, ChildPlan> child in @class.Bases().Prepend(@class).SelectMany(owner => owner.DeclaredChildren).GroupBy(child => child.Slot))
                if (children[child.Key] is >= 0 and var below)
                    Add(below, $"{path}.{child.First().Identifier}", $"{lineage}/{@object.TagName}");
        }
    }
}
