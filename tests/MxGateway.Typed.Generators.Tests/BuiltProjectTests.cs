using System.Text.RegularExpressions;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>The generator inside a real build, by the very build files that the package ships.</summary>
public class BuiltProjectTests
{
    [Fact]
    public async Task A_misspelt_tag_a_write_to_a_view_only_attribute_and_text_for_a_float_are_the_only_errors()
    {
        using var project = new FixtureBuild("CompileErrors");
        ProcessResult build = await project.BuildAsync();

        string[] mistakes = await File.ReadAllLinesAsync(RepositoryRoot.PathTo("tests", "Fixtures", "CompileErrors", "Mistakes.cs"));
        string[] expected = [.. mistakes.Select((line, index) => (Code: Regex.Match(line, @"// (CS\d+):").Groups[1].Value, Line: index + 1)).Where(mark => mark.Code.Length > 0).Select(mark => $"Mistakes.cs({mark.Line}): {mark.Code}")];
        Assert.Equal(3, expected.Length);
        Assert.NotEqual(0, build.ExitCode);
        Assert.Equal(expected, FixtureBuild.Complaints(build));
    }

    [Fact]
    public async Task Without_the_mistakes_the_project_builds_without_a_warning()
    {
        using var project = new FixtureBuild("CompileErrors");
        ProcessResult build = await project.BuildAsync("-p:WithMistakes=false");

        Assert.Empty(FixtureBuild.Complaints(build));
        Assert.True(build.ExitCode == 0, build.ToString());
    }
}
