using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>A project with the snapshots of several plants.</summary>
[Collection(PackedFeed.Collection)]
public sealed class TwoPlantsTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _folder = new(feed);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_snapshot_comes_from_its_own_gateway_with_its_own_key_or_stays_as_it_is()
    {
        await using GatewaySimulator north = await GatewaySimulator.StartAsync(Plants.WithPump("North", deploy: 1));
        await using GatewaySimulator south = await GatewaySimulator.StartAsync(Plants.WithPump("South", deploy: 1));
        string before = Plants.WithPump("Torque", deploy: 0).ToText();
        _folder.Write("East.galaxy.json", before);
        await using GatewaySimulator west = await GatewaySimulator.StartAsync(Plants.WithPump("West", deploy: 1));
        _folder.Write("South.key", south.GeneratedKey!);
        _folder.Write("keys/West; 1.key", west.GeneratedKey!);
        string properties = $"<MxGatewayEndpoint>{south.Endpoint}</MxGatewayEndpoint><MxGatewayApiKeyFile>../South.key</MxGatewayApiKeyFile>";
        _folder.WriteProject("App/App.csproj", properties, $"""
            <GalaxySnapshot Include="../North.galaxy.json" Endpoint="{north.Endpoint}" ApiKeyVariable="MXGATEWAY_API_KEY" />
            <GalaxySnapshot Include="../South.galaxy.json" />
            <GalaxySnapshot Include="../West.galaxy.json" Endpoint="{west.Endpoint}" ApiKeyFile="../keys/West%3B 1.key" />
            <GalaxySnapshot Include="../East.galaxy.json" Export="false" />
            """);

        ProcessResult build = await _folder.DotnetAsync(north.GeneratedKey, "msbuild", "App/App.csproj", "-restore", "-v:m", "-t:ExportGalaxySnapshot");

        Assert.True(build.ExitCode == 0, build.ToString());
        Assert.Equal(Plants.WithPump("North", deploy: 1).ToText(), File.ReadAllText(_folder["North.galaxy.json"]));
        Assert.Equal(Plants.WithPump("South", deploy: 1).ToText(), File.ReadAllText(_folder["South.galaxy.json"]));
        Assert.Equal(Plants.WithPump("West", deploy: 1).ToText(), File.ReadAllText(_folder["West.galaxy.json"]));
        Assert.Equal(before, File.ReadAllText(_folder["East.galaxy.json"]));
    }
}
