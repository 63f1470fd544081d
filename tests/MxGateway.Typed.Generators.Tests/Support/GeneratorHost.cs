using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Runs the generator as the compiler does, with the oldest settings that a user may have: C# 12, nullable and implicit usings off, documentation checked.</summary>
internal static class GeneratorHost
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp12, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("MxGateway.Typed.Generators", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static GeneratorOutcome Run(params SnapshotItem[] items) => Run(Compilation(""), items);

    public static GeneratorOutcome Run(string code, params SnapshotItem[] items) => Run(Compilation(code), items);

    public static GeneratorOutcome Run(CSharpCompilation compilation, SnapshotItem[] items)
    {
        GeneratorDriver driver = Driver(items).RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        return new GeneratorOutcome(driver, (CSharpCompilation)output);
    }

    public static GeneratorDriver Driver(params SnapshotItem[] items) => CSharpGeneratorDriver.Create(
        [new GalaxyGenerator().AsSourceGenerator()],
        items.DistinctBy(item => item.Path).Select(AdditionalText (item) => new Text(item)),
        s_parse,
        new Options(items),
        new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static AdditionalText TextOf(SnapshotItem item) => new Text(item);

    /// <summary>The project's and the items' options, with properties of the project that differ from what a test's project has.</summary>
    public static AnalyzerConfigOptionsProvider OptionsOf(SnapshotItem item, params (string Name, string Value)[] properties) => OptionsOf([item], properties);

    public static AnalyzerConfigOptionsProvider OptionsOf(SnapshotItem[] items, params (string Name, string Value)[] properties) =>
        new Options(items, properties);

    public static CSharpCompilation Compilation(string code) => CSharpCompilation.Create(
        $"Consumer_{Guid.NewGuid():N}",
        [CSharpSyntaxTree.ParseText(code, s_parse)],
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, warningLevel: 9999, nullableContextOptions: NullableContextOptions.Disable));

    public static SyntaxTree Parse(string code) => CSharpSyntaxTree.ParseText(code, s_parse);

    private sealed class Text(SnapshotItem item) : AdditionalText
    {
        // By way of bytes, as the compiler reads a file: a byte order mark is not part of the text.
        private readonly SourceText? _text = item.Content is null ? null : SourceText.From(new MemoryStream(Encoding.UTF8.GetBytes(item.Content)));

        public override string Path => item.Path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => _text;
    }

    /// <summary>The folder of the diagnostics' pages, as the build files hand it to the generator.</summary>
    private static string DiagnosticPages { get; } = new Uri(RepositoryRoot.PathTo("docs", "diagnostics")).AbsoluteUri;

    private sealed class Options(SnapshotItem[] items, params (string Name, string Value)[] properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(
            Enumerable.Concat([("RootNamespace", items.FirstOrDefault()?.RootNamespace ?? ""), ("MxGatewayDiagnosticPages", DiagnosticPages)], properties)
                .GroupBy(property => $"build_property.{property.Item1}").ToDictionary(same => same.Key, same => same.Last().Item2));

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values([]);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile)
        {
            string metadata = string.Join(",", items.Where(item => item.Path == textFile.Path && item.IsSnapshot).Select(item => item.Metadata));
            return new Values(new() { ["build_metadata.AdditionalFiles.GalaxySnapshot"] = metadata });
        }
    }

    private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}

/// <summary>A <c>GalaxySnapshot</c> item as the build hands it to the compiler.</summary>
internal sealed record SnapshotItem(string? Content, string Path = "/plant/Plant.galaxy.json", string Namespace = "", string RootType = "", bool IsSnapshot = true)
{
    public string Filter { get; init; } = "";

    public string Visibility { get; init; } = "";

    /// <summary>The project's root namespace; the first item's counts.</summary>
    public string RootNamespace { get; init; } = "Acme.Plant";

    /// <summary>What the build makes of it.</summary>
    public string Metadata
    {
        get => field ?? string.Join(
            ".",
            new[] { Namespace, RootType, Filter, Visibility }.Select(value => Convert.ToBase64String(Encoding.UTF8.GetBytes(value))));
        init;
    }
}

/// <summary>What came of a run. Reading it fails for what nobody expected: a crash, a diagnostic, a compiler's warning.</summary>
internal sealed record GeneratorOutcome(GeneratorDriver Driver, CSharpCompilation Compilation)
{
    public GeneratorRunResult Result => Driver.GetRunResult().Results.Single();

    public ImmutableArray<Diagnostic> Diagnostics => Result.Exception is { } crash ? throw new InvalidOperationException("the generator crashed", crash) : Result.Diagnostics;

    /// <summary>The generator's warnings and errors.</summary>
    public IEnumerable<Diagnostic> Complaints => Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);

    /// <summary>The emitted file of a type, by its name below the namespace.</summary>
    public string Source(string type, string space = "Acme.Plant") => Result.GeneratedSources.Single(source => source.HintName == $"{space}.{type}.g.cs").SourceText.ToString();

    /// <summary>Fails where the generator or the compiler complains. What the generator merely says (an information) is no complaint.</summary>
    /// <param name="expected">Ids of the generator's warnings that are no surprise.</param>
    public GeneratorOutcome MustCompile(params string[] expected)
    {
        Assert.DoesNotContain(Complaints, diagnostic => !expected.Contains(diagnostic.Id));
        Diagnostic[] all = [.. Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
        if (all.Length > 0)
        {
            Diagnostic first = all[0];
            Assert.Fail($"{all.Length} complaints of the compiler, the first: {first}\n{first.Location.SourceTree?.GetText().Lines.ElementAtOrDefault(first.Location.GetLineSpan().StartLinePosition.Line)}");
        }

        return this;
    }
}
