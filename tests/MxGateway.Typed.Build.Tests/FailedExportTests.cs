using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>What a build says and does where the snapshot cannot be exported.</summary>
[Collection(PackedFeed.Collection)]
public sealed class FailedExportTests(PackedFeed feed) : IAsyncLifetime
{
    private const string Secret = "planted5ecret";

    private readonly Workspace _folder = new(feed);
    private GatewaySimulator _gateway = null!;

    private string Snapshot => _folder["Plant.galaxy.json"];

    public async Task InitializeAsync()
    {
        _gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));

        // Warnings of a user's code are errors; that the gateway is down is not the code's.
        _folder.WriteProject("App.csproj", "<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", """<GalaxySnapshot Include="Plant.galaxy.json" />""");
        _folder.Write("Plant.galaxy.json", Plants.WithPump("Torque", deploy: 0).ToText());
        _folder.Write("Code.cs", "class Code { object M(App.PlantGalaxy plant) => plant.Mixing.Pump_001.Torque; }");
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task With_the_gateway_down_the_checked_in_file_is_used_unless_the_export_is_required()
    {
        await _gateway.KillAsync();
        string before = File.ReadAllText(Snapshot);

        ProcessResult build = await _folder.DotnetAsync(_gateway.GeneratedKey, Export());
        Assert.True(build.ExitCode == 0, build.ToString());
        string warning = Assert.Single(build.Complaints());
        Assert.Contains("Plant.galaxy.json : warning MXGT1016: the snapshot could not be exported and is used as it is: ", warning);
        Assert.Contains($"nothing listens at {_gateway.Endpoint}", warning);
        Assert.True(File.Exists(_folder["bin/Debug/net10.0/App.dll"]));

        await FailsAsync(
            _gateway.GeneratedKey,
            Export("-p:MxGatewayExportRequired=true", "--no-restore"),
            "the snapshot could not be exported: ",
            $"nothing listens at {_gateway.Endpoint}");
        await FailsAsync(_gateway.GeneratedKey, AskedFor(), $"nothing listens at {_gateway.Endpoint}");

        File.Delete(Snapshot);
        await FailsAsync(_gateway.GeneratedKey, Export("--no-restore"), "the snapshot could not be exported, and there is no file to build with: ");
        Assert.False(File.Exists(Snapshot));
        _folder.Write("Plant.galaxy.json", before);
    }

    [Fact]
    public async Task Whatever_is_the_reason_it_is_said_and_the_file_is_as_it_was()
    {
        string before = File.ReadAllText(Snapshot);
        ProcessResult restore = await _folder.DotnetAsync(null, "restore");
        Assert.True(restore.ExitCode == 0, restore.ToString());

        await FailsAsync($"mxgw_who_{Secret}", AskedFor(), "does not accept the API key");
        await FailsAsync(null, AskedFor(), "the environment variable MXGATEWAY_API_KEY is not set", "name another one with MxGatewayApiKeyVariable");
        await FailsAsync(_gateway.GeneratedKey, AskedFor("-p:MxGatewayExportSeconds=abc"), "MxGatewayExportSeconds takes a number");
        await FailsAsync(null, AskedFor("-p:MxGatewayApiKeyVariable=PLANT_KEY"), "the environment variable PLANT_KEY is not set");
        await FailsAsync(null, AskedFor("-p:MxGatewayApiKeyFile=keys/plant"), $"the API key file {_folder["keys/plant"]} does not exist");
        await FailsAsync(_gateway.GeneratedKey, AskedFor("-p:MxGatewayEndpoint="), "no gateway is named; set the property MxGatewayEndpoint");
        Assert.Equal(before, File.ReadAllText(Snapshot));

        _gateway.Faults.DelayAnswers(TimeSpan.FromHours(1), "DiscoverHierarchy");
        await FailsAsync(_gateway.GeneratedKey, AskedFor("-p:MxGatewayExportSeconds=1"), $"the export took longer than 1 s; {Snapshot} is as it was");
        _gateway.Faults.Clear();
        Assert.Equal(before, File.ReadAllText(Snapshot));

        _folder.Write("Plant.galaxy.json", "{ \"format\": 1,\n");
        await FailsAsync(_gateway.GeneratedKey, AskedFor(), "move it away; ", "cannot be used; it is left as it is", "Plant.galaxy.json(2,1): ");
        Assert.Equal("{ \"format\": 1,\n", File.ReadAllText(Snapshot));
    }

    [Fact]
    public async Task A_key_in_a_property_is_refused()
    {
        ProcessResult build = await FailsAsync(
            _gateway.GeneratedKey, AskedFor($"-p:MxGatewayApiKey=mxgw_who_{Secret}", "-restore"), "the property MxGatewayApiKey is not taken");
        Assert.DoesNotContain(Secret, build.ToString());
        Assert.Empty(_gateway.Calls.ToList());
    }

    private async Task<ProcessResult> FailsAsync(string? key, string[] arguments, params string[] expected)
    {
        ProcessResult build = await _folder.DotnetAsync(key, arguments);
        Assert.True(build.ExitCode != 0, build.ToString());
        string[] complaints = build.Complaints();
        Assert.All(complaints, complaint => Assert.Contains(": error MXGT1016: ", complaint));
        Assert.All(expected, part => Assert.Contains(part, string.Join('\n', complaints)));
        Assert.DoesNotContain(Secret, build.ToString());
        return build;
    }

    private string[] Export(params string[] more) => ["build", "-v:q", "-p:MxGatewayExport=true", $"-p:MxGatewayEndpoint={_gateway.Endpoint}", .. more];

    private string[] AskedFor(params string[] more) => ["msbuild", "-v:q", "-t:ExportGalaxySnapshot", $"-p:MxGatewayEndpoint={_gateway.Endpoint}", .. more];
}
