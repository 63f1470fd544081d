using System.Text.Json;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>With <c>--unless-current</c> a Galaxy that was not deployed anew is not read.</summary>
public sealed class UnlessCurrentTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private HierarchyServer _server = null!;
    private int _deployTimesAsked, _pagesAsked;

    private string Output => _folder["Plant.galaxy.json"];

    public async Task InitializeAsync()
    {
        _server = await HierarchyServer.StartAsync(Objects.Pumps(3));
        Assert.Equal(ExitCodes.Done, (await ExportAsync()).ExitCode);
        Func<DateTimeOffset?> deployTime = _server.DeployTime;
        Func<DiscoverHierarchyRequest, CancellationToken, Task<DiscoverHierarchyReply>> answer = _server.Answer;
        _server.DeployTime = () =>
        {
            _deployTimesAsked++;
            return deployTime();
        };
        _server.Answer = (request, cancellation) =>
        {
            _pagesAsked++;
            return answer(request, cancellation);
        };
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_same_deploy_is_told_by_one_call_and_the_file_is_not_touched()
    {
        byte[] before = File.ReadAllBytes(Output);
        var longAgo = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Output, longAgo);

        ProcessResult result = await ExportAsync("--unless-current");

        Assert.Equal(
            new ProcessResult(
                ExitCodes.Done, $"{Output}: unchanged; 3 objects with 3 attributes, 2 templates, deployed 2026-11-02 06:15:00 UTC\n", ""),
            result);
        Assert.Equal((1, 0), (_deployTimesAsked, _pagesAsked));
        Assert.Equal(before, File.ReadAllBytes(Output));
        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(Output));
    }

    [Fact]
    public async Task For_machines_no_page_was_read_and_all_else_is_as_it_was()
    {
        ProcessResult read = await ExportAsync("--json");
        Assert.Equal((2, 1), (_deployTimesAsked, _pagesAsked));

        ProcessResult notRead = await ExportAsync("--unless-current", "--json");

        Assert.Equal((3, 1), (_deployTimesAsked, _pagesAsked));
        using var document = JsonDocument.Parse(notRead.Output);
        Assert.Equal(0, document.RootElement.GetProperty("pages").GetInt32());
        Assert.False(document.RootElement.GetProperty("changed").GetBoolean());
        Assert.Equal(read.Output, notRead.Output.Replace("\"pages\":0", "\"pages\":1"));
    }

    [Fact]
    public async Task A_later_deploy_is_read()
    {
        DateTimeOffset later = new(2026, 11, 2, 6, 15, 0, 1, TimeSpan.Zero);
        _server.DeployTime = () => later;
        _server.Objects = [.. Objects.Pumps(5)];

        ProcessResult result = await ExportAsync("--unless-current");

        Assert.Contains(": written; 5 objects", result.Output);
        Assert.Equal(later, SnapshotReader.Read(File.ReadAllBytes(Output)).Snapshot!.DeployTime);
    }

    [Fact]
    public async Task A_file_that_does_not_say_when_it_was_deployed_is_never_current()
    {
        _server.DeployTime = () => null;
        await ExportAsync();
        int before = _pagesAsked;

        ProcessResult result = await ExportAsync("--unless-current");

        Assert.Contains(": unchanged;", result.Output);
        Assert.Equal(before + 1, _pagesAsked);
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_made()
    {
        File.Delete(Output);

        ProcessResult result = await ExportAsync("--unless-current");

        Assert.Contains(": written; 3 objects", result.Output);
        Assert.Equal(1, _pagesAsked);
    }

    [Theory]
    [InlineData("\"tool\": \"0.1\"", "\"tool\": \"0.0\"")]
    [InlineData("\"filter\": {}", "\"filter\": { \"tagNameGlob\": \"Pump_*\" }")]
    [InlineData("\"type\":\"Float\"", "\"type\":\"Double\"")]
    [InlineData("\"content\": \"sha256:", "\"content\": \"sha256:0000000000000000000000000000000000000000000000000000000000000000\", \"was\": \"")]
    public async Task A_file_of_another_tool_or_filter_or_changed_by_hand_is_written_anew(string written, string changed)
    {
        byte[] before = File.ReadAllBytes(Output);
        string text = File.ReadAllText(Output);
        Assert.Contains(written, text);
        File.WriteAllText(Output, text.Replace(written, changed));

        ProcessResult result = await ExportAsync("--unless-current");

        Assert.Contains(": written; 3 objects", result.Output);
        Assert.Equal(1, _pagesAsked);
        Assert.Equal(before, File.ReadAllBytes(Output));
    }

    [Fact]
    public async Task Without_the_option_the_hierarchy_is_always_read()
    {
        ProcessResult result = await ExportAsync();

        Assert.Contains(": unchanged;", result.Output);
        Assert.Equal((2, 1), (_deployTimesAsked, _pagesAsked));
    }

    private Task<ProcessResult> ExportAsync(params string[] more) => Tool.RunAsync(["export", .. _server.Connection, "--output", Output, .. more]);
}
