using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>The builds by which an editor only looks at a project never call a gateway, even where the properties say to export.</summary>
[Collection(PackedFeed.Collection)]
public sealed class EditorTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _folder = new(feed);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_design_time_build_exports_nothing()
    {
        await using GatewaySimulator gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));
        _folder.WriteProject(
            "App.csproj",
            "<MxGatewayExport>true</MxGatewayExport><MxGatewayExportRequired>true</MxGatewayExportRequired>",
            """<GalaxySnapshot Include="Plant.galaxy.json" />""");
        string before = Plants.WithPump("Torque", deploy: 0).ToText();
        _folder.Write("Plant.galaxy.json", before);
        ProcessResult restore = await _folder.DotnetAsync(null, "restore");
        Assert.True(restore.ExitCode == 0, restore.ToString());

        // As editors ask, and with each sign alone.
        await LooksAsync(
            "-t:Compile;CoreCompile", "-p:DesignTimeBuild=true", "-p:BuildingProject=false", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true");
        await LooksAsync("-t:Build", "-p:DesignTimeBuild=true", "-p:CopyBuildOutputToOutputDirectory=false");
        await LooksAsync("-t:Build", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:CopyBuildOutputToOutputDirectory=false");
        await LooksAsync("-t:Compile");
        await LooksAsync("-t:ExportGalaxySnapshot", "-p:DesignTimeBuild=true");

        Assert.Empty(gateway.Calls.ToList());
        Assert.Equal(before, File.ReadAllText(_folder["Plant.galaxy.json"]));

        // A build that builds does export.
        await LooksAsync("-t:Build");
        Assert.Contains("\"Speed\"", File.ReadAllText(_folder["Plant.galaxy.json"]));

        async Task LooksAsync(params string[] arguments)
        {
            ProcessResult build = await _folder.DotnetAsync(
                gateway.GeneratedKey, ["msbuild", "-v:q", $"-p:MxGatewayEndpoint={gateway.Endpoint}", .. arguments]);
            Assert.True(build.ExitCode == 0, $"{string.Join(' ', arguments)}: {build}");
        }
    }
}
