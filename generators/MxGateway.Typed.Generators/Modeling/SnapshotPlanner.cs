using System.Text;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Generators.Diagnostics;
using MxGateway.Typed.Generators.Model;
using MxGateway.Typed.Generators.Selecting;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Naming;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Modeling;

/// <summary>
/// What a snapshot becomes, and what there is to say of it. Made at one go, and taken apart at once:
/// the plan has no places of the file in it, so what is emitted does not see these move.
/// </summary>
internal sealed record PlannedSnapshot(PlantPlan Plan, EquatableArray<Problem> Problems);

/// <summary>From a snapshot file to the models of what is emitted. What is wrong with the file is said at its place and costs no more than it must.</summary>
internal static class SnapshotPlanner
{
    public static PlannedSnapshot Plan(SnapshotFile file, Looks looks)
    {
        if (Refusal(file) is { } refusal)
            return new PlannedSnapshot(PlantPlan.Nothing, new[] { refusal }.ToEquatable());

        SnapshotReadResult read = SnapshotReader.Read(Utf8(file), looks);
        var problems = new ProblemSet(file);
        problems.Add(read.Problems);
        if (read.Snapshot is null)
            return new PlannedSnapshot(PlantPlan.Nothing, problems.InOrder());

        var plan = new PlantPlanner(read.Snapshot, file.RootType, looks, file.Inner);
        SnapshotChecks.Check(plan, problems, looks);
        Selection selection = Select(file, plan, problems, looks);
        return new PlannedSnapshot(new PlantModeler(file, plan, selection).Model(looks), problems.InOrder());
    }

    // A filter with a mistake in it is none: that is one error, where a plant without what the project's code names would be a hundred.
    private static Selection Select(SnapshotFile file, PlantPlanner plan, ProblemSet problems, Looks looks)
    {
        var mistakes = new List<string>();
        var filter = ObjectFilter.Parse(file.Filter, mistakes);
        foreach (string mistake in mistakes)
            problems.Add(Descriptors.InvalidFilter, default, () => mistake);

        var selection = new Selection(plan, filter, looks);
        string[] unmet = [.. filter?.Unmet(plan, looks) ?? []];
        if (selection.Count == 0 && filter is not null)
        {
            string why = unmet.Length > 0 ? $": {string.Join("; ", unmet)}" : ", as none meets all kinds of its terms at once";
            unmet = [$"the filter \"{filter}\" selects none of the {plan.Snapshot.Objects.Count} objects{why}"];
        }

        foreach (string term in unmet)
            problems.Add(Descriptors.NothingSelected, default, () => term);
        return selection;
    }

    private static Problem? Refusal(SnapshotFile file)
    {
        if (file.Text is null)
            return Problem.InFile(Descriptors.Unreadable, file, "the file cannot be read; check that it exists and is readable");
        if (IsBlank(file.Text))
            return Problem.InFile(Descriptors.Unreadable, file, "the file is empty; export the snapshot anew");
        if (file.Undecoded is not null)
        {
            return InvalidName(
                $"the build handed over '{file.Undecoded}', which is not what MxGateway.Typed.targets makes of a GalaxySnapshot item; "
                + "name the file by such an item, set no GalaxySnapshot on AdditionalFiles, and restore the packages anew");
        }

        if (!file.Namespace.Split('.').All(IsIdentifier))
            return InvalidName($"'{file.Namespace}' is not a namespace; set Namespace on the GalaxySnapshot item to one, such as Acme.Plant");
        if (!IsIdentifier(file.RootType))
            return InvalidName($"'{file.RootType}' is not a type's name; set RootType on the GalaxySnapshot item to one, such as PlantGalaxy");
        if (WhyRootTypeIsTaken(file) is { } why)
            return InvalidName($"'{file.RootType}' cannot be the plant's class, as {why}; set RootType on the GalaxySnapshot item to another name");
        if (file.Visibility is not ("public" or "internal"))
            return InvalidName($"'{file.Visibility}' is no visibility; set Visibility on the GalaxySnapshot item to public or internal");

        return file.Rival is null ? null : Problem.InFile(
            Descriptors.SharedNamespace,
            file,
            $"the types would go to namespace {file.Namespace}, where those of {file.Rival} are; set Namespace on one of the two GalaxySnapshot items");

        Problem InvalidName(string message) => Problem.InFile(Descriptors.InvalidName, file, message);
    }

    private static string? WhyRootTypeIsTaken(SnapshotFile file)
    {
        string bare = Names.Bare(file.RootType);
        if (ReservedNames.OfPlants.Contains(bare))
            return $"a plant has a member of this name (and others: {string.Join(", ", ReservedNames.OfPlants.Where(name => name != bare))})";
        if (ReservedNames.Types.Contains(bare))
            return "MxGateway.Typed has the name for something else (a type of its own, a member of each class, an alias or a namespace)";
        return file.Inner.FirstOrDefault(inner => inner.Split('.')[0] == file.RootType) is { } inner
            ? $"another GalaxySnapshot item has the namespace {file.Namespace}.{inner}"
            : null;
    }

    private static bool IsBlank(SourceText text)
    {
        for (int i = 0; i < text.Length; i++)
            if (!char.IsWhiteSpace(text[i]))
                return false;
        return true;
    }

    private static bool IsIdentifier(string name) => name.Length > 0 && CSharpNames.Identifier(Names.Bare(name)) == name;

    private static byte[] Utf8(SnapshotFile file)
    {
        using var bytes = new MemoryStream(file.Text!.Length);
        using (var writer = new StreamWriter(bytes, new UTF8Encoding(false), 64 * 1024, leaveOpen: true))
            file.Text.Write(writer);
        return bytes.ToArray();
    }
}
