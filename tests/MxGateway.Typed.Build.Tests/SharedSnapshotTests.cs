using System.Text.RegularExpressions;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>Several frameworks, several projects and several builds that share one snapshot file.</summary>
[Collection(PackedFeed.Collection)]
public sealed class SharedSnapshotTests(PackedFeed feed) : IAsyncLifetime
{
    private const string Snapshot = """<GalaxySnapshot Include="../Plant.galaxy.json" />""";

    // A framework of the plant's own, so that there are two which need no more than this SDK.
    private const string TwoFrameworks = "<TargetFramework /><TargetFrameworks>net10.0;net10.0-plant1.0</TargetFrameworks>"
        + "<TargetPlatformSupported>true</TargetPlatformSupported><NoWarn>CA1418</NoWarn>";
    private const string ItsVersion = """<SdkSupportedTargetPlatformVersion Include="1.0" />""";

    private readonly Workspace _folder = new(feed);
    private GatewaySimulator _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));
        _folder.WriteProject("One/One.csproj", "", Snapshot);
        _folder.Write("One/Code.cs", "class Code { object M(One.PlantGalaxy plant) => plant.Mixing.Pump_001.Speed; }");
        _folder.WriteProject("Two/Two.csproj", TwoFrameworks, ItsVersion + Snapshot);
        _folder.Write("Two/Code.cs", "class Code { object M(Two.PlantGalaxy plant) => plant.Mixing.Pump_001.Speed; }");
        _folder.Write("All.proj", """
            <Project DefaultTargets="Build">
              <Target Name="Restore"><MSBuild Projects="One/One.csproj;Two/Two.csproj" Targets="Restore" /></Target>
              <Target Name="Build"><MSBuild Projects="One/One.csproj;Two/Two.csproj" Targets="Build" BuildInParallel="true" /></Target>
            </Project>
            """);
        DeployBefore();
        ProcessResult restore = await _folder.DotnetAsync(null, "restore", "All.proj");
        Assert.True(restore.ExitCode == 0, restore.ToString());
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_projects_and_two_frameworks_at_a_time_export_once()
    {
        await ExportsOnceAsync("build", "All.proj", "-m:4", "-p:MxGatewayExport=true");
        Assert.True(File.Exists(_folder["One/bin/Debug/net10.0/One.dll"]));
        Assert.True(File.Exists(_folder["Two/bin/Debug/net10.0/Two.dll"]));
        Assert.True(File.Exists(_folder["Two/bin/Debug/net10.0-plant1.0/Two.dll"]));

        DeployBefore();
        await ExportsOnceAsync("build", "Two/Two.csproj", "-t:ExportGalaxySnapshot");
        DeployBefore();
        await ExportsOnceAsync("build", "Two/Two.csproj", "-p:MxGatewayExport=true", "-f", "net10.0");
    }

    [Fact]
    public async Task A_gateway_that_is_down_is_told_of_once()
    {
        await _gateway.KillAsync();
        ProcessResult build = await _folder.DotnetAsync(
            _gateway.GeneratedKey,
            ["msbuild", "All.proj", "-v:m", "-m:4", "-p:MxGatewayExport=true", "-p:MxGatewayExportRequired=true", $"-p:MxGatewayEndpoint={_gateway.Endpoint}"]);
        Assert.NotEqual(0, build.ExitCode);
        Assert.Single(Regex.Matches(build.Output, "error MXGT1016"));
    }

    [Fact]
    public async Task Two_builds_at_a_time_both_succeed_and_the_file_is_whole()
    {
        string[] arguments = ["--no-restore", "-v:m", "-p:MxGatewayExport=true", "-f", "net10.0", $"-p:MxGatewayEndpoint={_gateway.Endpoint}"];
        ProcessResult[] builds = await Task.WhenAll(
            _folder.BuildAsync(_gateway.GeneratedKey, ["One/One.csproj", .. arguments]),
            _folder.BuildAsync(_gateway.GeneratedKey, ["Two/Two.csproj", .. arguments]));

        Assert.All(builds, build => Assert.True(build.ExitCode == 0, build.ToString()));
        Assert.All(builds, build => Assert.DoesNotContain("warning", build.Output));
        Assert.Equal(Plants.WithPump("Speed", deploy: 1).ToText(), File.ReadAllText(_folder["Plant.galaxy.json"]));
        Assert.DoesNotContain(_folder.Names, name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private void DeployBefore() => _folder.Write("Plant.galaxy.json", Plants.WithPump("Torque", deploy: 0).ToText());

    private async Task ExportsOnceAsync(params string[] arguments)
    {
        _gateway.Calls.Clear();
        ProcessResult build = await _folder.DotnetAsync(
            _gateway.GeneratedKey, [.. arguments, "--no-restore", "-v:m", $"-p:MxGatewayEndpoint={_gateway.Endpoint}"]);

        Assert.True(build.ExitCode == 0, build.ToString());
        Assert.Single(Regex.Matches(build.Output, "Plant.galaxy.json: (written|unchanged)"));
        Assert.Single(_gateway.Calls.ToList(), call => call.Method == "DiscoverHierarchy");
        Assert.Equal(Plants.WithPump("Speed", deploy: 1).ToText(), File.ReadAllText(_folder["Plant.galaxy.json"]));
    }
}
