using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MxGateway.Typed.Snapshot;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What the generator does again when something changed, asked of the driver.</summary>
public class IncrementalTests
{
    private static readonly string[] s_steps = [.. typeof(Steps).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void An_edit_to_code_runs_nothing_again()
    {
        SnapshotItem item = Item(Plant());
        CSharpCompilation compilation = GeneratorHost.Compilation("class A;");
        GeneratorDriver driver = GeneratorHost.Driver(item).RunGenerators(compilation);

        GeneratorRunResult result = driver.RunGenerators(compilation.AddSyntaxTrees(GeneratorHost.Parse("class B;"))).GetRunResult().Results.Single();

        Assert.Equal(s_steps.Order(StringComparer.Ordinal), result.TrackedSteps.Keys.Where(s_steps.Contains).Order(StringComparer.Ordinal));
        Assert.All(s_steps, step => Assert.All(Reasons(result, step), reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {reason}")));
        Assert.All(Emissions(result), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void White_space_in_the_snapshot_emits_nothing_again()
    {
        SnapshotItem item = Item(Plant());
        GeneratorRunResult result = RunAgain(item, item with { Content = item.Content!.Replace("\": ", "\":   ") });

        Assert.Equal([IncrementalStepRunReason.Modified], Reasons(result, Steps.Files));
        Assert.All(Emissions(result), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void A_changed_template_emits_its_own_file_again_and_no_other()
    {
        GeneratorRunResult result = RunAgain(Item(Plant()), Item(Plant(valveSecurity: 6)));

        Assert.Equal(1, Emissions(result).Count(reason => reason == IncrementalStepRunReason.Modified));
        Assert.All(Emissions(result), reason => Assert.True(reason is IncrementalStepRunReason.Modified or IncrementalStepRunReason.Cached, $"{reason}"));
        Assert.Contains("MxReadOnlyAttribute<bool> Open", result.GeneratedSources.Single(source => source.HintName == "Acme.Plant.Valve.g.cs").SourceText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_comes_into_the_middle_emits_only_the_files_that_are_new_or_not_what_they_were()
    {
        RepositoryObject[] plant =
        [
            Area(1, "Mixing"),
            .. Enumerable.Range(10, 60).Select(i => Object(i, $"Object_{i}", [$"$Template{i}"], 1, attributes: [Attribute("Speed"), Attribute("PV"), Attribute($"PV.Limit{i}")])),
        ];
        RepositoryObject newcomer = Object(99, "Object_99", ["$Template10a"], 1, attributes: [Attribute("PV"), Attribute("PV.Limit10a")]);
        Dictionary<string, string> before = GeneratorHost.Run(Item(plant)).Result.GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString());

        GeneratorRunResult result = RunAgain(Item(plant), Item([.. plant, newcomer]));

        string[] changed = [.. result.GeneratedSources.Where(source => !before.TryGetValue(source.HintName, out string? text) || text != source.SourceText.ToString()).Select(source => source.HintName)];
        Assert.Contains("Acme.Plant.Template10a.g.cs", changed);
        Assert.InRange(changed.Length, 2, 6);
        Assert.Equal(changed.Length, Emissions(result).Count(reason => reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified));
    }

    [Fact]
    public void No_step_holds_a_symbol_a_node_or_a_compilation()
    {
        GeneratorRunResult result = GeneratorHost.Run(Item(Plant())).Result;
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach ((object value, _) in s_steps.SelectMany(step => result.TrackedSteps[step]).SelectMany(step => step.Outputs))
            Look(value, seen);

        Assert.True(seen.Count > 20, "the look went nowhere");
        Assert.DoesNotContain(seen, value => value is ISymbol or SyntaxNode or SyntaxTree or Compilation);
    }

    private static RepositoryObject[] Plant(int valveSecurity = 1) =>
    [
        Area(1, "Mixing"),
        Object(2, "Pump_001", ["$Pump", "$Equipment"], 1, attributes: [Attribute("Speed"), Attribute("PV"), Attribute("PV.HiHi.Limit"), Attribute("ShortDesc", type: 5)]),
        Object(3, "Valve_001", ["$Valve", "$Equipment"], 1, attributes: [Attribute("Open", type: 1, security: valveSecurity), Attribute("ShortDesc", type: 5)]),
    ];

    private static GeneratorRunResult RunAgain(SnapshotItem before, SnapshotItem after)
    {
        CSharpCompilation compilation = GeneratorHost.Compilation("");
        AdditionalText first = GeneratorHost.TextOf(before);
        GeneratorDriver driver = GeneratorHost.Driver(before).ReplaceAdditionalTexts([first]).RunGenerators(compilation);
        return driver.ReplaceAdditionalText(first, GeneratorHost.TextOf(after)).RunGenerators(compilation).GetRunResult().Results.Single();
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorRunResult result, string step) => result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason);

    private static IEnumerable<IncrementalStepRunReason> Emissions(GeneratorRunResult result) => result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(output => output.Reason);

    private static void Look(object? value, HashSet<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || !seen.Add(value))
            return;
        if (value is IEnumerable items)
            foreach (object? item in items)
                Look(item, seen);
        for (Type? type = value.GetType(); type is not null && type.Assembly == typeof(GalaxyGenerator).Assembly; type = type.BaseType)
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Look(field.GetValue(value), seen);
    }
}
