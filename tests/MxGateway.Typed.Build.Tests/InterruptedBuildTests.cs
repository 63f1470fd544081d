using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

[Collection(PackedFeed.Collection)]
public sealed class InterruptedBuildTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _folder = new(feed);

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public async Task Ctrl_C_during_the_export_ends_the_build_and_leaves_the_file_as_it_was()
    {
        await using GatewaySimulator gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));
        gateway.Faults.DelayAnswers(TimeSpan.FromHours(1), "DiscoverHierarchy");
        _folder.WriteProject("App.csproj", "", """<GalaxySnapshot Include="Plant.galaxy.json" />""");
        string before = Plants.WithPump("Torque", deploy: 0).ToText();
        _folder.Write("Plant.galaxy.json", before);
        ProcessResult restore = await _folder.DotnetAsync(null, "restore");
        Assert.True(restore.ExitCode == 0, restore.ToString());

        await using ProcessRun build = _folder.StartBuild(
            gateway.GeneratedKey, "--no-restore", "-p:MxGatewayExport=true", $"-p:MxGatewayEndpoint={gateway.Endpoint}");
        await Retry.Until("the build reads the hierarchy", () => gateway.Calls.ToList().Any(call => call.Method == "DiscoverHierarchy"));
        build.Interrupt();
        ProcessResult result = await build.ExitAsync();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(before, File.ReadAllText(_folder["Plant.galaxy.json"]));
        Assert.Equal(["App.csproj", "Plant.galaxy.json"], _folder.Names);
        Assert.False(File.Exists(_folder["bin/Debug/net10.0/App.dll"]));
    }
}
