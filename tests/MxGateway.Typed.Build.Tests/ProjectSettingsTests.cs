using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>What the package changes in the project that references it, and what it does not.</summary>
[Collection(PackedFeed.Collection)]
public sealed class ProjectSettingsTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _folder = new(feed, semicolon: "");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Microsoft.NET.Sdk")]
    [InlineData("Microsoft.NET.Sdk.Web")]
    [InlineData("Microsoft.NET.Sdk.Worker")]
    public async Task A_snapshot_is_neither_copied_nor_published_unless_the_project_lists_it(string sdk)
    {
        _folder.Write("Plant.galaxy.json", Plants.WithPump("Speed", deploy: 1).ToText());
        _folder.Write("Listed.galaxy.json", Plants.WithPump("Speed", deploy: 1).ToText());
        _folder.Write("Program.cs", "System.Console.WriteLine(typeof(App.PlantGalaxy));");
        _folder.WriteProject(
            "App.csproj",
            "<OutputType>Exe</OutputType><ImplicitUsings>disable</ImplicitUsings>",
            """
            <GalaxySnapshot Include="Plant.galaxy.json" />
            <GalaxySnapshot Include="Listed.galaxy.json" Namespace="Listed" />
            <None Include="Listed.galaxy.json" CopyToOutputDirectory="PreserveNewest" />
            """,
            sdk);

        ProcessResult publish = await _folder.DotnetAsync(null, "publish", "-v:q", "-p:UseAppHost=false");

        Assert.True(publish.ExitCode == 0, publish.ToString());
        Assert.True(File.Exists(_folder["bin/Release/net10.0/publish/App.dll"]));
        Assert.Equal(["Listed.galaxy.json"], Snapshots("bin/Release/net10.0"));
        Assert.Equal(["Listed.galaxy.json"], Snapshots("bin/Release/net10.0/publish"));
    }

    [Fact]
    public async Task Content_that_the_project_lists_stays_content()
    {
        _folder.Write("Plant.galaxy.json", Plants.WithPump("Speed", deploy: 1).ToText());
        _folder.WriteProject(
            "App.csproj",
            "<EnableDefaultContentItems>false</EnableDefaultContentItems>",
            """
            <GalaxySnapshot Include="Plant.galaxy.json" />
            <Content Include="Plant.galaxy.json" CopyToPublishDirectory="PreserveNewest" />
            """,
            "Microsoft.NET.Sdk.Web");

        Assert.Contains("\"Identity\": \"Plant.galaxy.json\"", await EvaluateAsync("-getItem:Content"));
    }

    [Fact]
    public async Task Visual_Studio_asks_for_a_build_each_time_where_builds_export()
    {
        _folder.WriteProject("App.csproj", "", "");

        Assert.Equal("", await EvaluateAsync("-getProperty:DisableFastUpToDateCheck"));
        Assert.Equal("true", await EvaluateAsync("-getProperty:DisableFastUpToDateCheck", "-p:MxGatewayExport=true"));
    }

    [Fact]
    public async Task The_folder_of_the_diagnostics_pages_is_a_URI_that_nothing_ends_on_its_way_to_the_generator()
    {
        foreach (string file in Directory.GetFiles(RepositoryRoot.PathTo("src", "MxGateway.Typed", "build")))
            _folder.Write($"package #1; 2/build/{Path.GetFileName(file)}", File.ReadAllText(file));
        _folder.Write("App.proj", """<Project><Import Project="package #1%3B 2/build/MxGateway.Typed.targets" /></Project>""");

        ProcessResult said = await _folder.DotnetAsync(null, "msbuild", "App.proj", "-getProperty:MxGatewayDiagnosticPages");

        string pages = said.Output.Trim();
        Assert.DoesNotContain(';', pages);
        Assert.DoesNotContain('#', pages);
        Assert.Equal(_folder["package #1; 2/docs/diagnostics"], new Uri(pages).LocalPath);
    }

    private IEnumerable<string> Snapshots(string folder) => Directory.GetFiles(_folder[folder], "*.galaxy.json").Select(file => Path.GetFileName(file)!);

    private async Task<string> EvaluateAsync(params string[] arguments)
    {
        ProcessResult restore = await _folder.DotnetAsync(null, "restore");
        Assert.True(restore.ExitCode == 0, restore.ToString());
        ProcessResult said = await _folder.DotnetAsync(null, ["msbuild", .. arguments]);
        Assert.True(said.ExitCode == 0, said.ToString());
        return said.Output.Trim();
    }
}
