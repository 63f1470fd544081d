using MxGateway.Typed.Generators.Modeling;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>Says which objects differ from their template such that code can see it, and in what. What an area holds is no difference.</summary>
internal sealed class OutlierChecks(PlantPlanner plan)
{
    private IReadOnlyList<SnapshotObject> Objects => plan.Snapshot.Objects;

    public static void Check(PlantPlanner plan, ProblemSet problems, Looks looks)
    {
        var checks = new OutlierChecks(plan);
        for (int row = 0; row < plan.Snapshot.Objects.Count; row++)
        {
            looks.Row();
            ClassPlan @class = plan.ClassOf(row);
            ClassPlan? template = @class.IsTemplate ? @class : @class.Base;
            if (template is not null && (checks.Lacks(row, template).Any() || (@class != template && checks.Differs(@class))))
                checks.Say(row, template, problems);
        }
    }

    /// <summary>In what an object differs from its template, in words; nothing where it does not, or has none.</summary>
    public static string Describe(PlantPlanner plan, int row)
    {
        ClassPlan? template = plan.ClassOf(row) is { IsTemplate: false } own ? own.Base : plan.ClassOf(row);
        string[] differences = template is null ? [] : [.. new OutlierChecks(plan).Differences(row, template)];
        return SnapshotChecks.Some(differences, differences.Length, "; ");
    }

    private void Say(int row, ClassPlan template, ProblemSet problems) => problems.Add(Descriptors.Outlier, Objects[row].Position, () =>
        $"object {JsonText.Quote(Objects[row].TagName)} differs from its template {JsonText.Quote(template.Template!.Name)}: {Describe(plan, row)}");

    private bool Differs(ClassPlan own) => own.DeclaredTags.Count > 0 || own.ContradictsBase || own.DeclaredChildren.Any(IsContained);

    private IEnumerable<string> Lacks(int row, ClassPlan template) =>
        template.ChildSlotCount == 0 ? [] : template.Children.Values.Where(child => plan.ChildRows(row)[child.Slot] < 0).Select(child => child.Name);

    private bool IsContained(ChildPlan child) => Objects[child.Row].ContainedName.Length > 0;

    private IEnumerable<string> Differences(int row, ClassPlan template)
    {
        foreach (SnapshotAttribute own in Objects[row].Attributes)
        {
            if (!template.Attributes.TryGetValue(own.Name, out SnapshotAttribute? placed))
                yield return $"it has {own.Name} ({Words.Briefly(own)})";
            else if (own.Reference != placed.Reference)
                yield return $"{own.Name} has the reference {own.Reference ?? "of its name"}";
            else if (!ClassPlan.IsSame(own, placed))
                yield return $"{own.Name} is {Words.Briefly(own)}, not {Words.Briefly(placed)}";
        }

        foreach (string name in Objects[row].Without.Where(template.Attributes.ContainsKey))
            yield return $"it lacks {name}";
        foreach (string name in Lacks(row, template))
            yield return $"it lacks the contained {name}";
        if (plan.ClassOf(row) == template)
            yield break;
        foreach (ChildPlan child in plan.ClassOf(row).DeclaredChildren.Where(IsContained))
        {
            string? own = Objects[child.Row].Template, placed = child.Hides ? template.Children[child.Name].Template : null;
            yield return !child.Hides ? $"it has the contained {child.Name}{(own is null ? "" : $" ({own})")}"
                : own == placed ? $"the contained {child.Name} differs from {placed} itself"
                : $"the contained {child.Name} is of {own ?? "no template"}, not {placed ?? "of no template"}";
        }
    }
}
