using System.Text.Json;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>The command that reads tags.</summary>
public sealed class ReadCommandTests
{
    [Fact]
    public async Task Reading_gives_a_line_per_tag_and_fails_where_one_has_no_value()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        ProcessResult result = await gateway.RunAsync("read --item Pump_001.Mode --item No.Such --item Pump_001.Speed --json");
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        JsonElement[] lines = SampleGateway.Lines(result);
        Assert.Equal(["Pump_001.Mode", "No.Such", "Pump_001.Speed"], lines.Select(line => line.GetProperty("item").GetString()));
        Assert.Equal([true, false, true], lines.Select(line => line.GetProperty("successful").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("sample").ValueKind);
        Assert.Contains("1 of 3 tags could not be read: No.Such", result.Error);
        Assert.Contains("Pump_001.Speed = ", (await gateway.RunAsync("read --item Pump_001.Speed")).Output);
        gateway.AssertNothingLeftBehind();
    }

    [Theory]
    [InlineData("00:01:30")]
    [InlineData("1.02:03:04.5000000")]
    [InlineData("-00:00:01")]
    public async Task An_elapsed_time_is_read_as_it_is_written(string time)
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        await gateway.JsonAsync($"write --item Tank_001.HoldTime --type ElapsedTime --value {time}");
        Assert.StartsWith($"Tank_001.HoldTime = {time}, good", (await gateway.RunAsync("read --item Tank_001.HoldTime")).Output);
        Assert.Equal(time, (await gateway.JsonAsync("read --item Tank_001.HoldTime")).Single().GetProperty("sample").GetProperty("value").GetString());
        Assert.Contains($": {time}, good", (await gateway.RunAsync("smoke --item Tank_001.HoldTime")).Output);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_read_at_once_although_the_gateway_still_waits_for_its_values()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        gateway.Simulator.Faults.Silence(["Pump_001.Mode"]);
        using var stop = new CancellationTokenSource();
        Task<ProcessResult> read = gateway.RunAsync("read --item Pump_001.Mode --time-limit 86400", stop.Token);
        await Retry.Until("the tag is advised", () => gateway.Simulator.Counts.AdvisedItems == 1);
        await stop.CancelAsync();
        ProcessResult result = await read;
        Assert.Equal((ExitCodes.Failed, "error: cancelled\n"), (result.ExitCode, result.Error));
        gateway.AssertNothingLeftBehind();
    }
}
