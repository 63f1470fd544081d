using System.Text.RegularExpressions;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>How a user sees what the generator says, and sets how much it counts: what docs/diagnostics/README.md promises, on a built project.</summary>
public class DiagnosticSeverityTests
{
    private const string Outlier = """{ "tag": "Pump_002", "id": 3, "parent": 77, "category": 10, "template": "$Pump", "without": ["Trip"] }""";

    [Fact]
    public async Task Informations_are_seen_in_a_detailed_build_with_links_to_their_pages_and_an_editorconfig_does_not_reach_them()
    {
        ProcessResult build = await Build(".editorconfig", "root = true\n[*]\ndotnet_diagnostic.MXGT1015.severity = error\n", "-v:d");

        Assert.True(build.ExitCode == 0, build.ToString());
        Assert.Equal(["info MXGT1010", "info MXGT1015"], Said(build, out string[] links));
        Assert.All(links, link => Assert.True(File.Exists(new Uri(link).LocalPath), link));
        Assert.Equal(2, links.Length);
    }

    [Fact]
    public async Task A_globalconfig_raises_and_silences_them()
    {
        ProcessResult build = await Build(".globalconfig", "is_global = true\ndotnet_diagnostic.MXGT1015.severity = warning\ndotnet_diagnostic.MXGT1010.severity = none\n", "-v:d", "-p:TreatWarningsAsErrors=false");

        Assert.True(build.ExitCode == 0, build.ToString());
        Assert.Equal(["warning MXGT1015"], Said(build, out _));
    }

    [Fact]
    public async Task A_plain_build_does_not_print_them()
    {
        ProcessResult build = await Build("None.txt", "", "-v:n");

        Assert.True(build.ExitCode == 0, build.ToString());
        Assert.Empty(Said(build, out _));
    }

    [Fact]
    public async Task The_projects_properties_raise_and_silence_them_too()
    {
        ProcessResult build = await Build("None.txt", "", "-v:d", "-p:WarningsAsErrors=MXGT1010", "-p:NoWarn=MXGT1015");

        Assert.NotEqual(0, build.ExitCode);
        Assert.Equal(["error MXGT1010"], Said(build, out _));
    }

    private static async Task<ProcessResult> Build(string file, string content, params string[] arguments)
    {
        using var project = new FixtureBuild("CompileErrors");
        string snapshot = File.ReadAllText(project.PathTo("Plant.galaxy.json"));
        project.Write("Plant.galaxy.json", Regex.Replace(snapshot, @"(\{ ""tag"": ""Pump_001"".*\})", $"$1,\n{Outlier.Replace("$", "$$")}"));
        project.Write(file, content);
        return await project.BuildAsync(["-p:WithMistakes=false", .. arguments]);
    }

    private static string[] Said(ProcessResult build, out string[] links)
    {
        Match[] said = [.. Regex.Matches(build.Output, @"Plant\.galaxy\.json\(\d+,\d+\): (?<what>\w+ MXGT\d+): .* \((?<link>file:[^)\s]*)\)").DistinctBy(match => match.Value)];
        links = [.. said.Select(match => match.Groups["link"].Value).Distinct()];
        return [.. said.Select(match => match.Groups["what"].Value).Distinct().Order(StringComparer.Ordinal)];
    }
}
