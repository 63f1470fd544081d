using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>An application that is built against a gateway, as the plant goes on.</summary>
[Collection(PackedFeed.Collection)]
public sealed class RedeployTests(PackedFeed feed) : IDisposable
{
    private const string Program = """
        using App;
        using MxGateway.Typed;

        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(
            new MxGatewayOptions { Endpoint = new Uri(args[0]), ApiKey = MxApiKey.FromEnvironment("MXGATEWAY_API_KEY") });
        MxReadOnlyAttribute<float> speed = plant.Mixing.Pump_001.Speed;
        Console.WriteLine($"{speed.Reference}: {await speed.ReadAsync()}");
        """;

    private readonly Workspace _folder = new(feed, semicolon: "");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_build_takes_what_is_deployed_leaves_alone_what_is_the_same_and_fails_at_the_line_whose_attribute_is_gone()
    {
        await using GatewaySimulator gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));
        string[] export = ["-v:m", "-p:MxGatewayExport=true", $"-p:MxGatewayEndpoint={gateway.Endpoint}"];
        _folder.WriteProject("App.csproj", "<OutputType>Exe</OutputType>", """<GalaxySnapshot Include="Plant.galaxy.json" />""");
        _folder.Write("Plant.galaxy.json", Plants.WithPump("Torque", deploy: 0).ToText());
        _folder.Write("Program.cs", Program);

        // The file was of an older deploy, which this code does not compile with.
        ProcessResult first = await _folder.BuildAsync(gateway.GeneratedKey, export);
        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.Contains("Plant.galaxy.json: written; 2 objects with 1 attributes", first.Output);
        Assert.Contains("\"Speed\"", File.ReadAllText(_folder["Plant.galaxy.json"]));
        ProcessResult run = await _folder.RunAsync(gateway.GeneratedKey, "bin/Debug/net10.0/App.dll", gateway.Endpoint.AbsoluteUri);
        Assert.StartsWith("Pump_001.Speed: ", run.Output);

        DateTime[] times = Times();
        gateway.Calls.Clear();
        ProcessResult second = await _folder.BuildAsync(gateway.GeneratedKey, export);
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.Contains("Plant.galaxy.json: unchanged", second.Output);
        Assert.Equal(["GetLastDeployTime"], gateway.Calls.ToList().Select(call => call.Method));
        Assert.Equal(times, Times());

        await gateway.RedeployAsync(Plants.WithPump("Velocity", deploy: 2));
        ProcessResult third = await _folder.BuildAsync(gateway.GeneratedKey, export);
        Assert.NotEqual(0, third.ExitCode);
        int line = Array.FindIndex(Program.Split('\n'), text => text.Contains(".Speed;")) + 1;
        string error = Assert.Single(third.Complaints());
        Assert.Contains($"Program.cs({line},", error);
        Assert.Contains("error CS1061: 'Pump' does not contain a definition for 'Speed'", error);
        Assert.Contains("\"Velocity\"", File.ReadAllText(_folder["Plant.galaxy.json"]));
    }

    private DateTime[] Times() =>
    [
        .. ((string[])["Plant.galaxy.json", "obj/Debug/net10.0/App.dll", "bin/Debug/net10.0/App.dll"]).Select(file => File.GetLastWriteTimeUtc(_folder[file])),
    ];
}
