using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Snapshot;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What the generator does again when something changed, asked of the driver.</summary>
public class IncrementalTests
{
    private const IncrementalStepRunReason Modified = IncrementalStepRunReason.Modified;
    private const IncrementalStepRunReason Unchanged = IncrementalStepRunReason.Unchanged;
    private const IncrementalStepRunReason Cached = IncrementalStepRunReason.Cached;

    private static readonly string[] s_steps = [.. typeof(Steps).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void An_edit_to_code_runs_nothing_again()
    {
        SnapshotItem item = Item(Plant());
        CSharpCompilation compilation = GeneratorHost.Compilation("class A;");
        GeneratorDriver driver = GeneratorHost.Driver(item).RunGenerators(compilation);

        GeneratorRunResult result = Result(driver.RunGenerators(compilation.AddSyntaxTrees(GeneratorHost.Parse("class B;"))));

        Assert.Equal(s_steps.Order(StringComparer.Ordinal), result.TrackedSteps.Keys.Where(s_steps.Contains).Order(StringComparer.Ordinal));
        Assert.All(s_steps, step => Assert.All(Reasons(result, step), reason => Assert.True(reason is Cached or Unchanged, $"{step}: {reason}")));
        Assert.All(Outputs(result), reason => Assert.Equal(Cached, reason));
    }

    [Fact]
    public void White_space_that_moves_nothing_runs_the_plan_again_and_nothing_after_it()
    {
        SnapshotItem item = Item(Plant());
        GeneratorRunResult result = RunAgain(item, item with { Content = item.Content + "\n\n" });

        Assert.Equal([Modified], Reasons(result, Steps.Files));
        Assert.Equal([Unchanged], Reasons(result, Steps.Snapshots));
        Assert.All(
            [Steps.Plants, Steps.Problems, Steps.Objects, Steps.Shapes, Steps.Roots, Steps.Tables],
            step => Assert.All(Reasons(result, step), reason => Assert.Equal(Cached, reason)));
        Assert.All(Outputs(result), reason => Assert.Equal(Cached, reason));
    }

    [Fact]
    public void White_space_that_moves_rows_moves_the_diagnostics_and_emits_nothing_again()
    {
        SnapshotItem item = Item(Plant());
        GeneratorRunResult before = GeneratorHost.Run(item).Result,
            result = RunAgain(item, item with { Content = "\n" + item.Content!.Replace("\": ", "\":   ") });

        Assert.Equal([Modified], Reasons(result, Steps.Snapshots));
        Assert.Equal([Unchanged], Reasons(result, Steps.Plants));
        Assert.Equal([Modified], Reasons(result, Steps.Problems));
        Assert.All([Steps.Objects, Steps.Shapes, Steps.Roots, Steps.Tables], step => Assert.All(Reasons(result, step), reason => Assert.Equal(Cached, reason)));
        Assert.Equal(
            before.Diagnostics.Select(diagnostic => (diagnostic.Id, Line(diagnostic) + 1)),
            result.Diagnostics.Select(diagnostic => (diagnostic.Id, Line(diagnostic))));
        Assert.Equal(result.Diagnostics.Length, Outputs(result).Count(reason => reason != Cached));
    }

    [Fact]
    public void A_changed_template_emits_its_own_file_again_and_no_other()
    {
        string[] changed = Changed(Item(Plant()), Item(Plant(valveSecurity: 6)), out GeneratorRunResult result);

        Assert.Equal(["Acme.Plant.Valve.g.cs"], changed);
        Assert.Equal(1, Reasons(result, Steps.Objects).Count(reason => reason == Modified));
        Assert.All(Reasons(result, Steps.Objects), reason => Assert.True(reason is Modified or Cached or Unchanged, $"{reason}"));
        // The file, and the one diagnostic that stands behind the row, which is longer now.
        Assert.Equal(1 + 1, Outputs(result).Count(reason => reason != Cached));
        Assert.All(
            [Steps.Shapes, Steps.Roots, Steps.Tables],
            step => Assert.All(Reasons(result, step), reason => Assert.True(reason is Cached or Unchanged, $"{step}: {reason}")));
        Assert.Contains(
            "MxReadOnlyAttribute<bool> Open",
            result.GeneratedSources.Single(source => source.HintName == "Acme.Plant.Valve.g.cs").SourceText.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_renamed_object_emits_the_table_and_what_holds_it_and_no_template()
    {
        string[] changed = Changed(Item(Plant()), Item(Plant(pump: "Pump_007")), out GeneratorRunResult result);

        Assert.Equal(["Acme.Plant.Objects.Mixing.g.cs", "Acme.Plant.PlantGalaxy-Table.g.cs"], changed);
        Assert.Equal(2, Outputs(result).Count(reason => reason == Modified));
        Assert.Equal([Unchanged], Reasons(result, Steps.Problems));
        Assert.All(
            [Steps.Shapes, Steps.Roots],
            step => Assert.All(Reasons(result, step), reason => Assert.True(reason is Cached or Unchanged, $"{step}: {reason}")));
    }

    [Fact]
    public void A_template_that_comes_into_the_middle_emits_only_the_files_that_are_new_or_not_what_they_were()
    {
        RepositoryObject[] plant =
        [
            Area(1, "Mixing"),
            .. Enumerable.Range(10, 60).Select(i =>
                Object(i, $"Object_{i}", [$"$Template{i}"], 1, attributes: [Attribute("Speed"), Attribute("PV"), Attribute($"PV.Limit{i}")])),
        ];
        RepositoryObject newcomer = Object(99, "Object_99", ["$Template10a"], 1, attributes: [Attribute("PV"), Attribute("PV.Limit10a")]);

        string[] changed = Changed(Item(plant), Item([.. plant, newcomer]), out GeneratorRunResult result);

        Assert.Contains("Acme.Plant.Template10a.g.cs", changed);
        Assert.InRange(changed.Length, 2, 6);
        Assert.Equal(changed.Length, Outputs(result).Count(reason => reason is IncrementalStepRunReason.New or Modified));
    }

    [Fact]
    public void A_project_option_of_no_concern_plans_nothing_again()
    {
        GeneratorRunResult result = RunWith(Item(Plant()), ("Nullable", "enable"));

        Assert.Equal([Cached], Reasons(result, Steps.Files));
        Assert.Equal([Cached], Reasons(result, Steps.Snapshots));
        Assert.All(Outputs(result), reason => Assert.Equal(Cached, reason));
    }

    [Fact]
    public void Another_root_namespace_emits_everything_again()
    {
        GeneratorRunResult result = RunWith(Item(Plant()), ("RootNamespace", "Other.Plant"));

        Assert.Equal([Modified], Reasons(result, Steps.Files));
        Assert.Equal([Modified], Reasons(result, Steps.Plants));
        Assert.Equal([Unchanged], Reasons(result, Steps.Problems));
        Assert.All(result.GeneratedSources, source => Assert.StartsWith("Other.Plant.", source.HintName, StringComparison.Ordinal));
    }

    [Fact]
    public void Another_folder_of_pages_changes_the_links_and_plans_nothing_again()
    {
        GeneratorRunResult result = RunWith(Item(Plant()), ("MxGatewayDiagnosticPages", "file:///elsewhere"));

        Assert.Equal([Cached], Reasons(result, Steps.Snapshots));
        Assert.NotEmpty(result.Diagnostics);
        Assert.All(result.Diagnostics, diagnostic => Assert.Equal($"file:///elsewhere/{diagnostic.Id}.md", diagnostic.Descriptor.HelpLinkUri));
        Assert.Equal(result.Diagnostics.Length, Outputs(result).Count(reason => reason != Cached));
    }

    [Theory]
    [InlineData("tag:Pump_001; tag:Valve_001", "tag:Pump_001;; tag: Valve_001;", new string[0])]
    [InlineData("tag:Pump_001; tag:Valve_001", "tag:Valve_001; tag:Pump_001", new[] { "Acme.Plant.PlantGalaxy.g.cs" })]
    [InlineData("template:Equipment", "tag:Pump_001", new[]
    {
        "Acme.Plant.Equipment.g.cs", "Acme.Plant.Objects.Mixing.g.cs", "Acme.Plant.PlantGalaxy-Table.g.cs", "Acme.Plant.PlantGalaxy.g.cs",
    })]
    public void Another_filter_emits_only_the_files_that_are_not_what_they_were(string before, string after, string[] changed)
    {
        SnapshotItem item = Item(Plant()) with { Filter = before }, other = item with { Path = "/plant/Other.galaxy.json", Namespace = "Other" };
        CSharpCompilation compilation = GeneratorHost.Compilation("");
        GeneratorDriver driver = GeneratorHost.Driver(item, other).RunGenerators(compilation);
        Dictionary<string, string> texts = Result(driver).GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString());

        driver = driver.WithUpdatedAnalyzerConfigOptions(GeneratorHost.OptionsOf([item with { Filter = after }, other]));
        GeneratorRunResult result = Result(driver.RunGenerators(compilation));

        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Unchanged], Reasons(result, Steps.Files));
        Assert.Equal(IncrementalStepRunReason.Cached, Reasons(result, Steps.Snapshots).Last());
        IEnumerable<GeneratedSourceResult> others = result.GeneratedSources.Where(source => texts[source.HintName] != source.SourceText.ToString());
        Assert.Equal(changed, others.Select(source => source.HintName).Order(StringComparer.Ordinal));
        Assert.Equal(changed.Length, Outputs(result).Count(reason => reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified));
    }

    /// <summary>
    /// The first step holds the file's text: it is what the host holds anyway, a value that is compared by its content, and no compilation hangs on it.
    /// What comes after holds values only.
    /// </summary>
    [Fact]
    public void No_step_holds_anything_of_the_compilers_but_the_first_the_files_text()
    {
        GeneratorRunResult result = GeneratorHost.Run(Item(Plant())).Result;

        Assert.All(s_steps, step =>
        {
            HashSet<object> held = HeldObjects.Of(result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Value).ToArray());
            Assert.True(held.Count > 2, $"the look at {step} went nowhere");
            Assert.DoesNotContain(held, value => HeldObjects.IsOfTheCompiler(value) && !(step == Steps.Files && value is SourceText));
        });
    }

    [Fact]
    public void The_look_finds_what_is_held_however_deep_it_is_hidden()
    {
        CSharpCompilation compilation = GeneratorHost.Compilation("class A;");
        SyntaxTree tree = compilation.SyntaxTrees[0];
        object[] forbidden =
        [
            compilation, tree, tree.GetRoot(), tree.GetText(), tree.GetRoot().GetReference(), tree.GetRoot().GetLocation(),
            compilation.GetTypeByMetadataName("A")!, compilation.GetSemanticModel(tree),
            Diagnostic.Create(Diagnostics.Descriptors.Orphan, Location.None), GeneratorHost.TextOf(Item(Plant())),
        ];

        Assert.All(forbidden, value =>
        {
            var hidden = new Model.EquatableArray<Lazily>([new Lazily(() => value)]);
            Assert.Contains(HeldObjects.Of(new Dictionary<string, object> { ["a"] = (1, hidden) }), HeldObjects.IsOfTheCompiler);
        });
        Assert.DoesNotContain(HeldObjects.Of(new Dictionary<string, object> { ["a"] = (1, "text") }), HeldObjects.IsOfTheCompiler);
    }

    // An outlier and a name by rule are in it, so that there is something to say.
    private static RepositoryObject[] Plant(int valveSecurity = 1, string pump = "Pump_001") =>
    [
        Area(1, "Mixing"),
        Object(2, pump, ["$Pump", "$Equipment"], 1,
            attributes: [Attribute("Speed"), Attribute("PV"), Attribute("PV.HiHi.Limit"), Attribute("ShortDesc", type: 5)]),
        Object(3, "Valve_001", ["$Valve", "$Equipment"], 1, attributes: [Attribute("Open", type: 1, security: valveSecurity), Attribute("ShortDesc", type: 5)]),
        Object(4, "Tank_001", ["$Tank"], 1, attributes: [Attribute("Level#")]),
        Object(5, "Tank_002", ["$Tank"], 1, attributes: [Attribute("Level#"), Attribute("Own")]),
    ];

    private static GeneratorRunResult RunAgain(SnapshotItem before, SnapshotItem after)
    {
        CSharpCompilation compilation = GeneratorHost.Compilation("");
        AdditionalText first = GeneratorHost.TextOf(before);
        GeneratorDriver driver = GeneratorHost.Driver(before).ReplaceAdditionalTexts([first]).RunGenerators(compilation);
        return Result(driver.ReplaceAdditionalText(first, GeneratorHost.TextOf(after)).RunGenerators(compilation));
    }

    private static GeneratorRunResult RunWith(SnapshotItem item, (string Name, string Value) property)
    {
        CSharpCompilation compilation = GeneratorHost.Compilation("");
        GeneratorDriver driver = GeneratorHost.Driver(item).RunGenerators(compilation);
        return Result(driver.WithUpdatedAnalyzerConfigOptions(GeneratorHost.OptionsOf(item, property)).RunGenerators(compilation));
    }

    private static string[] Changed(SnapshotItem before, SnapshotItem after, out GeneratorRunResult result)
    {
        Dictionary<string, string> first = GeneratorHost.Run(before).Result.GeneratedSources
            .ToDictionary(source => source.HintName, source => source.SourceText.ToString());
        result = RunAgain(before, after);
        return
        [
            .. result.GeneratedSources
                .Where(source => !first.TryGetValue(source.HintName, out string? text) || text != source.SourceText.ToString())
                .Select(source => source.HintName).Order(StringComparer.Ordinal),
        ];
    }

    private static GeneratorRunResult Result(GeneratorDriver driver) => driver.GetRunResult().Results.Single();

    private static int Line(Diagnostic diagnostic) => diagnostic.Location.GetLineSpan().StartLinePosition.Line;

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason);

    private static IEnumerable<IncrementalStepRunReason> Outputs(GeneratorRunResult result) =>
        result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(output => output.Reason);

    private sealed record Lazily(Func<object> Value);
}
