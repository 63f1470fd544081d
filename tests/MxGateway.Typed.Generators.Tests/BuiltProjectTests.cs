using System.Diagnostics;
using System.Text.RegularExpressions;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>The generator inside a real build, by the very build files that the package ships.</summary>
public class BuiltProjectTests
{
    [Fact]
    public async Task A_misspelt_tag_a_write_to_a_view_only_attribute_and_text_for_a_float_are_the_only_errors()
    {
        (int exitCode, string output) = await Build();

        string[] mistakes = await File.ReadAllLinesAsync(RepositoryRoot.PathTo("tests", "Fixtures", "CompileErrors", "Mistakes.cs"));
        string[] expected = [.. mistakes.Select((line, index) => (Code: Regex.Match(line, @"// (CS\d+):").Groups[1].Value, Line: index + 1)).Where(mark => mark.Code.Length > 0).Select(mark => $"Mistakes.cs({mark.Line}): {mark.Code}")];
        Assert.Equal(3, expected.Length);
        Assert.NotEqual(0, exitCode);
        Assert.Equal(expected, Complaints(output));
    }

    [Fact]
    public async Task Without_the_mistakes_the_project_builds_without_a_warning()
    {
        (int exitCode, string output) = await Build("-p:WithMistakes=false");

        Assert.Empty(Complaints(output));
        Assert.True(exitCode == 0, output);
    }

    private static string[] Complaints(string output) =>
    [
        .. Regex.Matches(output, @"^\s*(?<file>[^(\r\n]*)(\((?<line>\d+),\d+\))?\s*: (error|warning) (?<code>\w+)", RegexOptions.Multiline)
            .Select(match => $"{Path.GetFileName(match.Groups["file"].Value)}({match.Groups["line"].Value}): {match.Groups["code"].Value}")
            .Distinct(),
    ];

    // A copy outside the repository, with the assemblies that this test runs on: nothing else is built, and no other build is in the way.
    private static async Task<(int ExitCode, string Output)> Build(params string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxgateway-fixture-");
        try
        {
            foreach (string file in Directory.GetFiles(RepositoryRoot.PathTo("tests", "Fixtures", "CompileErrors")))
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));

            var start = new ProcessStartInfo("dotnet")
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            string[] all =
            [
                "build", "--nologo", "-v:q", "-nodeReuse:false", "-p:UseSharedCompilation=false", $"-p:MxGatewayBinaries={AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)}", $"-p:MxGatewayRepository={RepositoryRoot.Folder}", .. arguments,
            ];
            foreach (string argument in all)
                start.ArgumentList.Add(argument);
            start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

            using Process build = Process.Start(start)!;
            Task<string> error = build.StandardError.ReadToEndAsync();
            string output = await build.StandardOutput.ReadToEndAsync();
            await build.WaitForExitAsync();
            return (build.ExitCode, output + await error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
