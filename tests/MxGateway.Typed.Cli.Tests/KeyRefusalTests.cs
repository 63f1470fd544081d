using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>What the tool says where the API key does not do, or stands at the wrong place.</summary>
public sealed class KeyRefusalTests
{
    [Theory]
    [InlineData("open-session", "session:open")]
    [InlineData("smoke --item Pump_001.Speed", "session:open")]
    [InlineData("galaxy last-deploy", "metadata:read")]
    [InlineData("galaxy test-connection", "metadata:read")]
    public async Task A_scope_that_is_missing_is_named(string line, string scope)
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync("events:read");
        ProcessResult result = await gateway.RunAsync(line);
        Assert.Equal((ExitCodes.Failed, ""), (result.ExitCode, result.Output));
        Assert.Contains(scope, result.Error);
        Assert.DoesNotContain("planted", result.Error);
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task A_key_that_may_not_write_is_told_so_of_the_tag()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync("session:open", "invoke:read", "events:read");
        ProcessResult result = await gateway.RunAsync("write --item Pump_001.Mode --type Integer --value 3");
        Assert.Equal((ExitCodes.Failed, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error: nothing was written: writing Pump_001.Mode: the API key lacks a permission", result.Error);
        Assert.DoesNotContain("item handle", result.Error);
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task A_key_in_place_of_a_session_is_blotted_out_and_the_sentence_stays()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        ProcessResult result = await gateway.RunAsync("ping --session-id mxgw_some_planted5ecret");
        Assert.Contains("does not know the session mxgw_***: it was closed", result.Error);
        Assert.DoesNotContain("planted5ecret", result.Error);
    }
}
