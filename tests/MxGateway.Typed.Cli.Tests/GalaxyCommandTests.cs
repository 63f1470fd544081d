using System.Text.Json;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>What the tool tells of a gateway's Galaxy.</summary>
public sealed class GalaxyCommandTests
{
    [Fact]
    public async Task The_repository_says_whether_it_is_reached_and_when_it_was_deployed()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        Assert.Equal("""{"ok":true}""", (await gateway.JsonAsync("galaxy test-connection")).Single().GetRawText());
        Assert.Equal("""{"deployed":"2026-11-02T06:15:00Z"}""", (await gateway.JsonAsync("galaxy last-deploy")).Single().GetRawText());
        Assert.Equal("deployed 2026-11-02 06:15:00 UTC\n", (await gateway.RunAsync("galaxy last-deploy")).Output);
    }

    [Fact]
    public async Task Objects_are_listed_one_a_line_filtered_and_with_attributes_where_asked_for()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        JsonElement[] pumps = await gateway.JsonAsync("galaxy list --tag-name Pump_*");
        Assert.Contains("Pump_001", pumps.Select(o => o.GetProperty("tagName").GetString()));
        Assert.All(pumps, o => Assert.StartsWith("Pump_", o.GetProperty("tagName").GetString()));
        Assert.All(pumps, o => Assert.False(o.TryGetProperty("attributes", out _)));

        JsonElement pump = (await gateway.JsonAsync("galaxy list --tag-name Pump_001 --attributes")).Single();
        Assert.Contains(
            """{"reference":"Pump_001.SpeedSetpoint","type":"Float","isArray":false,"category":""",
            pump.GetProperty("attributes").GetRawText());
        Assert.Contains("Pump_001 ($", (await gateway.RunAsync("galaxy list --tag-name Pump_001 --attributes")).Output);

        ProcessResult nowhere = await gateway.RunAsync("galaxy list --under Nowhere");
        Assert.Equal((ExitCodes.Failed, ""), (nowhere.ExitCode, nowhere.Output));
        Assert.Equal($"error: the Galaxy at {gateway.Simulator.Endpoint} has no object Nowhere; check --under\n", nowhere.Error);
        Assert.Equal(
            new ProcessResult(ExitCodes.Done, "", "no deployed object matches --tag-name Nope\n"), await gateway.RunAsync("galaxy list --tag-name Nope --json"));
    }

    [Fact]
    public async Task Deploys_are_told_as_they_happen()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        GalaxySnapshot sample = SnapshotReader.Read(File.ReadAllBytes(RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.json"))).Snapshot!;
        Assert.Equal(1, (await gateway.JsonAsync("galaxy watch-deploys --max-events 1")).Single().GetProperty("sequence").GetInt32());

        // What is known already is not told; the next deploy is.
        ProcessResult none = await gateway.RunAsync("galaxy watch-deploys --last-seen 2026-11-02T06:15:00Z --max-events 1 --time-limit 1");
        Assert.Equal((ExitCodes.Failed, ""), (none.ExitCode, none.Output));
        Assert.Contains("0 of 1 deploy events came within 1 s", none.Error);
        await using ProcessRun watch = gateway.Start("galaxy watch-deploys --max-events 2 --json");
        await watch.LineAsync("the state of now", line => line.Contains("\"sequence\":1"));
        await gateway.Simulator.RedeployAsync(SnapshotBuilder.Build(
            [.. SnapshotExpander.Expand(sample)], "0.1", new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero), SnapshotFilter.None));
        ProcessResult told = await watch.ExitAsync();
        Assert.True(told.ExitCode == ExitCodes.Done, told.ToString());
        Assert.Contains("\"deployed\":\"2026-11-03T00:00:00Z\"", SampleGateway.Lines(told)[1].GetRawText());
        Assert.Equal(0, SampleGateway.Lines(told)[1].GetProperty("missed").GetInt32());
    }
}
