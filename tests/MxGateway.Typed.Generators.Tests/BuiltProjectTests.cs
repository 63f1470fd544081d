using System.Text.RegularExpressions;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>The generator inside a real build, by the very build files that the package ships.</summary>
public class BuiltProjectTests
{
    [Fact]
    public async Task A_misspelt_tag_a_write_to_a_view_only_attribute_and_text_for_a_float_are_the_only_errors()
    {
        ProcessResult build = await Build();

        string[] mistakes = await File.ReadAllLinesAsync(RepositoryRoot.PathTo("tests", "Fixtures", "CompileErrors", "Mistakes.cs"));
        string[] expected = [.. mistakes.Select((line, index) => (Code: Regex.Match(line, @"// (CS\d+):").Groups[1].Value, Line: index + 1)).Where(mark => mark.Code.Length > 0).Select(mark => $"Mistakes.cs({mark.Line}): {mark.Code}")];
        Assert.Equal(3, expected.Length);
        Assert.NotEqual(0, build.ExitCode);
        Assert.Equal(expected, Complaints(build.Output + build.Error));
    }

    [Fact]
    public async Task Without_the_mistakes_the_project_builds_without_a_warning()
    {
        ProcessResult build = await Build("-p:WithMistakes=false");

        Assert.Empty(Complaints(build.Output + build.Error));
        Assert.True(build.ExitCode == 0, build.ToString());
    }

    private static string[] Complaints(string output) =>
    [
        .. Regex.Matches(output, @"^\s*(?<file>[^(\r\n]*)(\((?<line>\d+),\d+\))?\s*: (error|warning) (?<code>\w+)", RegexOptions.Multiline)
            .Select(match => $"{Path.GetFileName(match.Groups["file"].Value)}({match.Groups["line"].Value}): {match.Groups["code"].Value}")
            .Distinct(),
    ];

    private static Task<ProcessResult> Build(params string[] arguments) => Build(_ => { }, arguments);

    // A copy outside the repository, with the assemblies that this test runs on: nothing else is built, and no other build is in the way.
    internal static async Task<ProcessResult> Build(Action<string> change, params string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxgateway-fixture-");
        try
        {
            foreach (string file in Directory.GetFiles(RepositoryRoot.PathTo("tests", "Fixtures", "CompileErrors")))
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            change(folder.FullName);

            string[] all =
            [
                "build", "--nologo", "-v:q", "-nodeReuse:false", "-p:UseSharedCompilation=false", $"-p:MxGatewayBinaries={AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)}", $"-p:MxGatewayRepository={RepositoryRoot.Folder}", .. arguments,
            ];
            return await ProcessRun.RunAsync("dotnet", all, new ProcessRunOptions
            {
                Folder = folder.FullName,
                Environment = new Dictionary<string, string?> { ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
                TimeLimit = TimeSpan.FromMinutes(5),
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
