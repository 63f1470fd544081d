extern alias Generators;

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Generators::MxGateway.Typed.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Benchmarks;

/// <summary>The generator on large plants: its first run in a process (cold, the just-in-time compiler included) and a second one, memory, what it emits, and a whole build of a project with such a snapshot.</summary>
internal static class GeneratorBenchmark
{
    private static readonly int[] s_sizes = [1_000, 10_000, 50_000];

    public static async Task RunAsync(bool builds)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxgateway-generator-");
        try
        {
            foreach (int objects in s_sizes)
            {
                string file = Path.Combine(folder.FullName, "Plant.galaxy.json");
                long began = TimeProvider.System.GetTimestamp();
                GalaxySnapshot snapshot = GeneratorPlant.Snapshot(objects);
                using (FileStream stream = File.Create(file))
                    SnapshotWriter.Write(snapshot, stream);
                Print($"{objects} objects, {snapshot.Templates.Count} templates; snapshot of {new FileInfo(file).Length / 1e6:0.0} MB, built in {Seconds(began):0.00} s");
                await RunChildAsync("generate", file);
                if (builds)
                    await BuildAsync(folder, "with the plant", file);
            }

            if (builds)
                await BuildAsync(folder, "without any plant", null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>In a process of its own: runs the generator on a snapshot for the first time.</summary>
    public static void Generate(string file)
    {
        CSharpParseOptions parse = new(LanguageVersion.CSharp12);
        var compilation = CSharpCompilation.Create("Consumer", [CSharpSyntaxTree.ParseText("class A;", parse)]);
        var text = new SnapshotText(file, SourceText.From(File.ReadAllText(file), Encoding.UTF8));
        GeneratorDriver Driver() => CSharpGeneratorDriver.Create([new GalaxyGenerator().AsSourceGenerator()], [text], parse, new SnapshotOptions());

        long before = GC.GetTotalAllocatedBytes(precise: true);
        long began = TimeProvider.System.GetTimestamp();
        GeneratorDriver driver = Driver().RunGenerators(compilation);
        double cold = Seconds(began);
        double allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        if (result.Exception is not null || result.Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
            throw new InvalidOperationException($"the generator failed: {result.Exception?.ToString() ?? result.Diagnostics[0].ToString()}");

        double held = GC.GetTotalMemory(forceFullCollection: true);
        began = TimeProvider.System.GetTimestamp();
        GC.KeepAlive(Driver().RunGenerators(compilation));
        double warm = Seconds(began);
        Print($"  generator: cold {cold:0.00} s, again {warm:0.00} s; {allocated / 1e6:0} MB allocated, {held / 1e6:0} MB held after it, peak of the process {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB");
        Print($"  emitted: {result.GeneratedSources.Length} files, {result.GeneratedSources.Sum(source => (double)source.SourceText.Length) / 1e6:0.0} million characters");
        GC.KeepAlive(driver);
    }

    private static async Task RunChildAsync(string verb, string file)
    {
        ProcessResult child = await ProcessRun.RunAsync("dotnet", [typeof(GeneratorBenchmark).Assembly.Location, verb, file], new ProcessRunOptions { TimeLimit = TimeSpan.FromMinutes(5) });
        Console.Write(child.ExitCode == 0 ? child.Output : throw new InvalidOperationException(child.ToString()));
    }

    // A project as a user has it, built from nothing with a compiler that starts with it.
    private static async Task BuildAsync(DirectoryInfo folder, string what, string? snapshot)
    {
        DirectoryInfo project = folder.CreateSubdirectory("Consumer");
        await File.WriteAllTextAsync(Path.Combine(project.FullName, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                {(snapshot is null ? "" : $"<GalaxySnapshot Include=\"{snapshot}\" />")}
              </ItemGroup>
              <Import Project="{RepositoryRoot.PathTo("generators", "MxGateway.Typed.InRepository.targets")}" />
            </Project>
            """);
        string[] arguments = ["build", "--nologo", "-v:q", "-nodeReuse:false", "-p:UseSharedCompilation=false", $"-p:MxGatewayBinaries={AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)}"];
        long began = TimeProvider.System.GetTimestamp();
        ProcessResult build = await ProcessRun.RunAsync("dotnet", arguments, new ProcessRunOptions { Folder = project.FullName, TimeLimit = TimeSpan.FromMinutes(10) });
        if (build.ExitCode != 0)
            throw new InvalidOperationException(build.ToString());
        string assembly = Directory.EnumerateFiles(project.FullName, "Consumer.dll", SearchOption.AllDirectories).First();
        Print($"  whole build {what}: {Seconds(began):0.0} s, assembly of {new FileInfo(assembly).Length / 1e6:0.0} MB");
        project.Delete(recursive: true);
    }

    private static double Seconds(long began) => TimeProvider.System.GetElapsedTime(began).TotalSeconds;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class SnapshotText(string path, SourceText text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => text;
    }

    private sealed class SnapshotOptions : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(new() { ["build_property.RootNamespace"] = "Acme.Plant" });

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Values(new() { ["build_metadata.AdditionalFiles.GalaxySnapshot"] = "..." });
    }

    private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
