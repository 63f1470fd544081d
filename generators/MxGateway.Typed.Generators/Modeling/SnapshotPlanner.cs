using System.Text;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Generators.Diagnostics;
using MxGateway.Typed.Generators.Model;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Naming;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Modeling;

/// <summary>What a snapshot becomes, and what there is to say of it. Made at one go, and taken apart at once: the plan has no places of the file in it, so what is emitted does not see these move.</summary>
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

        var plan = new PlantPlanner(read.Snapshot, file.RootType, looks);
        SnapshotChecks.Check(plan, problems, looks);
        return new PlannedSnapshot(new PlantModeler(file, plan).Model(looks), problems.InOrder());
    }

    private static Problem? Refusal(SnapshotFile file)
    {
        if (file.Text is null)
            return Problem.InFile(Descriptors.Unreadable, file, "the file cannot be read; check that it exists and is readable");
        if (IsBlank(file.Text))
            return Problem.InFile(Descriptors.Unreadable, file, "the file is empty; export the snapshot anew");
        if (!file.Namespace.Split('.').All(IsIdentifier))
            return Problem.InFile(Descriptors.InvalidName, file, $"'{file.Namespace}' is not a namespace; set Namespace on the GalaxySnapshot item to one, such as Acme.Plant");
        if (!IsIdentifier(file.RootType))
            return Problem.InFile(Descriptors.InvalidName, file, $"'{file.RootType}' is not a type's name; set RootType on the GalaxySnapshot item to one, such as PlantGalaxy");
        if (file.Rival is not null)
            return Problem.InFile(Descriptors.SharedNamespace, file, $"the types would go to namespace {file.Namespace}, where those of {file.Rival} are; set Namespace on one of the two GalaxySnapshot items");
        return null;
    }

    private static bool IsBlank(SourceText text)
    {
        for (int i = 0; i < text.Length; i++)
            if (!char.IsWhiteSpace(text[i]))
                return false;
        return true;
    }

    private static bool IsIdentifier(string name) => name.Length > 0 && CSharpNames.Identifier(name) == name;

    private static byte[] Utf8(SnapshotFile file)
    {
        using var bytes = new MemoryStream(file.Text!.Length);
        using (var writer = new StreamWriter(bytes, new UTF8Encoding(false), 64 * 1024, leaveOpen: true))
            file.Text.Write(writer);
        return bytes.ToArray();
    }
}
