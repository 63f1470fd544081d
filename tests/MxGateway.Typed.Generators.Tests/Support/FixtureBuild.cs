using System.Text.RegularExpressions;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>
/// A project of tests/Fixtures, built as a user builds one.
/// It is a copy outside the repository, with the assemblies that this test runs on: nothing else is built, and no other build is in the way.
/// </summary>
internal sealed class FixtureBuild : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mxgateway-fixture-");

    public FixtureBuild(string fixture)
    {
        string source = RepositoryRoot.PathTo("tests", "Fixtures", fixture);
        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
            Write(Path.GetRelativePath(source, file), File.ReadAllText(file));
    }

    public string PathTo(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    public void Write(string file, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathTo(file))!);
        File.WriteAllText(PathTo(file), content);
    }

    public async Task<ProcessResult> BuildAsync(params string[] arguments) => await RunAsync(
    [
        "build", "--nologo", "-v:q", "-nodeReuse:false", "-p:UseSharedCompilation=false",
        $"-p:MxGatewayBinaries={AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)}",
        $"-p:MxGatewayRepository={RepositoryRoot.Folder}", .. arguments,
    ]);

    public async Task<ProcessResult> RunAsync(params string[] arguments) => await ProcessRun.RunAsync("dotnet", arguments, new ProcessRunOptions
    {
        Folder = _folder.FullName,
        Environment = new Dictionary<string, string?> { ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        TimeLimit = TimeSpan.FromMinutes(5),
    });

    /// <summary>The errors and warnings of a build, each once, as <c>File.cs(line): CODE</c>.</summary>
    public static string[] Complaints(ProcessResult build) =>
    [
        .. Regex.Matches(build.Output + build.Error, @"^\s*(?<file>.*?)(\((?<line>\d+),\d+\))?\s*: (error|warning) (?<code>\w+)", RegexOptions.Multiline)
            .Select(match => $"{Path.GetFileName(match.Groups["file"].Value)}({match.Groups["line"].Value}): {match.Groups["code"].Value}")
            .Distinct(),
    ];

    public void Dispose() => _folder.Delete(recursive: true);
}
