using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>Projects of the repository export by the very files that the package ships.</summary>
[Collection(PackedFeed.Collection)]
public sealed class InRepositoryTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _folder = new(feed);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_project_that_imports_the_build_files_from_the_repository_exports()
    {
        await using GatewaySimulator gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));
        _folder.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <MxGatewayBinaries>{AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)}</MxGatewayBinaries>
              </PropertyGroup>
              <ItemGroup><GalaxySnapshot Include="Plant.galaxy.json" /></ItemGroup>
              <Import Project="{RepositoryRoot.PathTo("generators", "MxGateway.Typed.InRepository.targets")}" />
            </Project>
            """);

        ProcessResult build = await _folder.DotnetAsync(
            gateway.GeneratedKey, "msbuild", "-restore", "-v:m", "-t:ExportGalaxySnapshot", $"-p:MxGatewayEndpoint={gateway.Endpoint}");

        Assert.True(build.ExitCode == 0, build.ToString());
        Assert.Contains("Plant.galaxy.json: written", build.Output);
        Assert.Equal(Plants.WithPump("Speed", deploy: 1).ToText(), File.ReadAllText(_folder["Plant.galaxy.json"]));
    }
}
