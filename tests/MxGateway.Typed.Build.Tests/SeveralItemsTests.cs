using System.Text.RegularExpressions;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>One snapshot file that several items of a project name, each with a namespace and a filter of its own.</summary>
[Collection(PackedFeed.Collection)]
public sealed class SeveralItemsTests(PackedFeed feed) : IAsyncLifetime
{
    private readonly Workspace _folder = new(feed);
    private readonly string _before = Plants.WithPump("Torque", deploy: 0).ToText();
    private GatewaySimulator _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));
        _folder.Write("Plant.galaxy.json", _before);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_file_is_exported_once()
    {
        ProcessResult export = await ExportAsync("Namespace=\"A\"", $"Namespace=\"B\" Filter=\"area:Mixing\" Endpoint=\"{_gateway.Endpoint}\"");

        Assert.True(export.ExitCode == 0, export.ToString());
        Assert.Single(Regex.Matches(export.Output, "Plant.galaxy.json: (written|unchanged)"));
        Assert.Equal(Plants.WithPump("Speed", deploy: 1).ToText(), File.ReadAllText(_folder["Plant.galaxy.json"]));
    }

    [Theory]
    [InlineData("Endpoint=\"http://other:5000\"")]
    [InlineData("ApiKeyVariable=\"OTHER_KEY\"")]
    [InlineData("ApiKeyFile=\"Other.key\"")]
    public async Task Items_that_disagree_on_where_the_file_comes_from_are_an_error(string other)
    {
        ProcessResult export = await ExportAsync("Namespace=\"A\"", $"Namespace=\"B\" {other}");

        Assert.NotEqual(0, export.ExitCode);
        Assert.Contains("Plant.galaxy.json : error MXGT1016: several GalaxySnapshot items name this file and disagree", Assert.Single(export.Complaints()));
        Assert.Empty(_gateway.Calls.ToList());
        Assert.Equal(_before, File.ReadAllText(_folder["Plant.galaxy.json"]));
    }

    [Fact]
    public async Task One_item_that_leaves_the_file_out_leaves_it_out_for_all()
    {
        ProcessResult export = await ExportAsync("Namespace=\"A\"", "Namespace=\"B\" Export=\"false\"");

        Assert.True(export.ExitCode == 0, export.ToString());
        Assert.Empty(_gateway.Calls.ToList());
        Assert.Equal(_before, File.ReadAllText(_folder["Plant.galaxy.json"]));
    }

    private Task<ProcessResult> ExportAsync(params string[] items)
    {
        _folder.WriteProject("App.csproj", "", string.Concat(items.Select(item => $"<GalaxySnapshot Include=\"Plant.galaxy.json\" {item} />")));
        return _folder.DotnetAsync(
            _gateway.GeneratedKey, "msbuild", "-restore", "-v:m", "-t:ExportGalaxySnapshot", $"-p:MxGatewayEndpoint={_gateway.Endpoint}");
    }
}
