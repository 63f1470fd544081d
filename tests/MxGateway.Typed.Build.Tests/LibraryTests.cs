using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>A library with a plant's types, and an application that references the library and no package.</summary>
[Collection(PackedFeed.Collection)]
public sealed class LibraryTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _folder = new(feed);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_librarys_snapshot_is_exported_where_the_application_is_built_and_its_types_read_the_plant()
    {
        await using GatewaySimulator gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));
        _folder.WriteProject("Plant/Plant.csproj", "", """<GalaxySnapshot Include="Plant.galaxy.json" Namespace="Acme.Plant" />""");
        _folder.Write("Plant/Plant.galaxy.json", Plants.WithPump("Torque", deploy: 0).ToText());
        _folder.Write("App/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup><ProjectReference Include="../Plant/Plant.csproj" /></ItemGroup>
            </Project>
            """);
        _folder.Write("App/Program.cs", """
            using Acme.Plant;
            using MxGateway.Typed;

            await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(
                new MxGatewayOptions { Endpoint = new Uri(args[0]), ApiKey = MxApiKey.FromEnvironment("MXGATEWAY_API_KEY") });
            Pump pump = plant.Mixing.Pump_001;
            Console.WriteLine($"{pump.Speed.Reference}: {await pump.Speed.ReadAsync()}");
            """);

        ProcessResult build = await _folder.BuildAsync(
            gateway.GeneratedKey, "App", "-v:m", "-warnaserror", "-p:MxGatewayExport=true", $"-p:MxGatewayEndpoint={gateway.Endpoint}");
        Assert.True(build.ExitCode == 0, build.ToString());
        ProcessResult run = await _folder.RunAsync(gateway.GeneratedKey, "App/bin/Debug/net10.0/App.dll", gateway.Endpoint.AbsoluteUri);

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.StartsWith("Pump_001.Speed: ", run.Output);
    }
}
