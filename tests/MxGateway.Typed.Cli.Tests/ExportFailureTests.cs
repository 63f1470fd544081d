using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>An export that fails says why, ends with 1, and leaves the file and its folder as they were.</summary>
public sealed class ExportFailureTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private HierarchyServer _server = null!;

    private string Output => _folder["Plant.galaxy.json"];

    public async Task InitializeAsync()
    {
        _server = await HierarchyServer.StartAsync(Objects.Pumps(3));
        Assert.Equal(ExitCodes.Done, (await Tool.RunAsync(["export", .. _server.Connection, "--output", Output])).ExitCode);
        _server.Objects = [.. Objects.Pumps(5)];
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public Task A_wrong_key() =>
        FailsAsync(["--endpoint", _server.Endpoint, "--plaintext", "--api-key", "mxgw_stranger_planted5ecret"], "does not accept the API key");

    [Fact]
    public async Task A_key_without_the_scope()
    {
        await using Simulator.GatewaySimulator simulator = await Simulator.GatewaySimulator.StartAsync(
            Snapshot.SnapshotBuilder.Build([], "0.1", null, Snapshot.SnapshotFilter.None),
            new() { Keys = Simulator.SimulatorKeys.Parse("""{"keys": [{"key": "mxgw_reader_planted5ecret", "scopes": ["invoke:read"]}]}"""u8.ToArray()) });
        await FailsAsync(["--endpoint", simulator.Endpoint.AbsoluteUri, "--api-key", "mxgw_reader_planted5ecret"], "lacks the scope metadata:read");
    }

    [Fact]
    public async Task A_gateway_that_is_down()
    {
        string endpoint = _server.Endpoint;
        await _server.DisposeAsync();
        await FailsAsync(["--endpoint", endpoint, "--plaintext", "--api-key", HierarchyServer.Key], $"nothing listens at http://{endpoint}/");
        _server = await HierarchyServer.StartAsync();
    }

    [Fact]
    public async Task A_gateway_that_takes_longer_than_the_time_limit()
    {
        _server.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("the call was not cancelled");
        };
        await FailsAsync([.. _server.Connection, "--time-limit", "1"], $"error: the export took longer than 1 s; {Output} is as it was");
    }

    [Fact]
    public Task A_gateway_without_TLS_that_is_asked_for_it() =>
        FailsAsync(["--endpoint", _server.Endpoint, "--api-key", HierarchyServer.Key], $"no TLS connection with https://{_server.Endpoint}/");

    [Fact]
    public Task A_server_that_answers_with_its_callers_key()
    {
        _server.Answer = (_, _) => throw GrpcFault.NotFound($"no route for {HierarchyServer.Key}");
        return FailsAsync(_server.Connection, "has no such object", "not shown: the gateway's words repeat what is secret");
    }

    [Fact]
    public Task A_page_that_fails_after_one_that_did_not()
    {
        _server.Answer = (request, _) => request.PageToken.Length == 0 ? Task.FromResult(_server.Page(request)) : throw new GrpcFault(Protocol.Grpc.GrpcStatusCode.Internal, "the database went away");
        return FailsAsync([.. _server.Connection, "--page-size", "2"], "the database went away");
    }

    [Fact]
    public Task A_page_that_is_too_large()
    {
        _server.Answer = (_, _) => throw GrpcFault.Exhausted("the answer is too large");
        return FailsAsync(_server.Connection, "the answer is too large", "try a smaller --page-size");
    }

    [Fact]
    public async Task The_program_itself()
    {
        byte[] before = File.ReadAllBytes(Output);

        ProcessResult result = await Tool.ExecuteAsync(["export", "--endpoint", _server.Endpoint, "--plaintext", "--output", Output], new Dictionary<string, string?> { ["MXGATEWAY_API_KEY"] = "mxgw_stranger_planted5ecret" });

        Assert.Equal((ExitCodes.Failed, ""), (result.ExitCode, result.Output));
        Assert.Matches("^error: [^\n]*does not accept the API key[^\n]*\n$", result.Error);
        Assert.DoesNotContain("planted5ecret", result.Error);
        Assert.Equal(before, File.ReadAllBytes(Output));
        Assert.Equal(["Plant.galaxy.json"], _folder.Names);
    }

    [Fact]
    public Task Fewer_objects_than_were_announced()
    {
        _server.Answer = (request, _) =>
        {
            DiscoverHierarchyReply page = _server.Page(request);
            page.Objects.RemoveAt(0);
            return Task.FromResult(page);
        };
        return FailsAsync(_server.Connection, "makes no sense (5 objects announced, 4 received)", "message numbers", "See README, The gateway's wire");
    }

    [Fact]
    public async Task A_gateway_with_other_message_numbers_is_not_said_to_be_deployed_anew()
    {
        // Objects that cannot be seen, and something else where the page token is looked for.
        int asked = 0;
        _server.Answer = (request, _) =>
        {
            asked++;
            return request.PageToken.Length == 0
                ? Task.FromResult(new DiscoverHierarchyReply { TotalObjectCount = 88, NextPageToken = "Area_001" })
                : throw GrpcFault.Invalid("the page token is none");
        };

        await FailsAsync(_server.Connection, "makes no sense (88 objects announced, 0 received", "message numbers", "See README, The gateway's wire");

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_gateway_that_refuses_its_own_page_token_again_and_again()
    {
        _server.Answer = (request, _) => request.PageToken.Length == 0 ? Task.FromResult(_server.Page(request)) : throw GrpcFault.Invalid("the page token is stale");

        await FailsAsync([.. _server.Connection, "--page-size", "2"], "refused its own page token; starting again (3 of 3)", "(5 objects announced, 2 received, and its own page token refused");
    }

    [Fact]
    public Task Two_objects_of_one_tagname()
    {
        GalaxyObject twin = Objects.Pump(2);
        twin.GobjectId = 99;
        _server.Objects = [.. Objects.Pumps(3), twin];
        return FailsAsync(_server.Connection, "Pump_002");
    }

    [Fact]
    public Task A_Galaxy_that_is_deployed_again_and_again()
    {
        int asked = 0;
        _server.DeployTime = () => DateTimeOffset.UnixEpoch.AddHours(asked++);
        return FailsAsync(_server.Connection, "was deployed anew each of the 3 times that it was read");
    }

    [Fact]
    public Task A_Galaxy_that_is_suddenly_empty()
    {
        _server.Objects = [];
        return FailsAsync(_server.Connection, "has no deployed objects, and", "has 3: it is left as it is");
    }

    [Theory]
    [InlineData("{ \"format\": 1,\n  <<<<<<< HEAD\n}", "Plant.galaxy.json(2,")]
    [InlineData("[]", "Plant.galaxy.json(")]
    public async Task An_existing_file_that_cannot_be_read_may_keep_names_and_is_left_alone(string content, string place)
    {
        File.WriteAllText(Output, content);
        await FailsAsync(_server.Connection, "may keep names", "move it away", place);
    }

    [Fact]
    public async Task An_empty_file_keeps_nothing_and_is_replaced()
    {
        File.WriteAllText(Output, "");

        ProcessResult result = await Tool.RunAsync(["export", .. _server.Connection, "--output", Output]);

        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        Assert.Contains("Pump_002", File.ReadAllText(Output));
    }

    [Fact]
    public async Task Nobody_who_exports_is_told_to_export()
    {
        string sound = File.ReadAllText(Output);
        string[] lines = sound.Split('\n');
        int row = Array.FindIndex(lines, line => line.Contains("\"Pump_002\""));
        byte[][] unsound =
        [
            [.. System.Text.Encoding.UTF8.GetBytes(sound), 0xFF],
            System.Text.Encoding.UTF8.GetBytes(sound[..^10]),
            System.Text.Encoding.UTF8.GetBytes(string.Join('\n', [.. lines[..row], lines[row].Replace("Pump_002", "Pump_2"), .. lines[row..]])),
        ];
        foreach (byte[] content in unsound)
        {
            File.WriteAllBytes(Output, content);
            Snapshot.SnapshotReadResult read = Snapshot.SnapshotReader.Read(content);
            Assert.NotEmpty(read.Problems);

            ProcessResult result = await Tool.RunAsync(["export", .. _server.Connection, "--output", Output]);

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.DoesNotContain("xport the snapshot", result.Error);
            Assert.Contains(read.Problems[0].Message[..10], result.Error);
        }
    }

    [Fact]
    public async Task A_file_of_a_newer_format()
    {
        File.WriteAllText(Output, File.ReadAllText(Output).Replace("\"format\": 1", "\"format\": 2"));
        Assert.Contains("\"format\": 2", File.ReadAllText(Output));
        await FailsAsync(_server.Connection, "format 2", "may keep names");
    }

    [Fact]
    public async Task A_write_protected_file()
    {
        File.SetAttributes(Output, FileAttributes.ReadOnly);
        await FailsAsync(_server.Connection, "is write-protected");
        File.SetAttributes(Output, FileAttributes.Normal);
    }

    [Fact]
    public async Task A_folder_that_takes_no_files()
    {
        // Whoever may do everything still cannot make a file in the kernel's own tree; Windows has no such folder.
        if (OperatingSystem.IsWindows())
            return;
        string folder = Environment.IsPrivilegedProcess ? "/sys" : "/";
        _server.Answer = (_, _) => throw new InvalidOperationException("it was asked for a page");

        ProcessResult result = await Tool.RunAsync(["export", .. _server.Connection, "--output", Path.Combine(folder, "x.galaxy.json")]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains($"the folder {folder} takes no file", result.Error);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_and_one_instead_of_a_file()
    {
        ProcessResult missing = await Tool.RunAsync(["export", .. _server.Connection, "--output", Path.Combine(_folder.Path, "sub", "x.json")]);
        ProcessResult folder = await Tool.RunAsync(["export", .. _server.Connection, "--output", _folder.Path]);

        Assert.Equal((ExitCodes.Failed, ExitCodes.Failed), (missing.ExitCode, folder.ExitCode));
        Assert.Contains("does not exist; create it", missing.Error);
        Assert.Contains("is a folder; name a file", folder.Error);
        Assert.Equal(["Plant.galaxy.json"], _folder.Names);
    }

    [Fact]
    public async Task A_file_that_turns_unwritable_while_the_pages_come()
    {
        _server.Answer = (request, _) =>
        {
            File.Delete(Output);
            Directory.CreateDirectory(Output);
            return Task.FromResult(_server.Page(request));
        };

        ProcessResult result = await Tool.RunAsync(["export", .. _server.Connection, "--output", Output]);

        Assert.Equal((ExitCodes.Failed, ""), (result.ExitCode, result.Output));
        Assert.Contains($"the output {Output} could not be written and is as it was", result.Error);
        Assert.Equal(["Plant.galaxy.json"], _folder.Names);
    }

    [Fact]
    public async Task Cancelling_while_the_gateway_does_not_answer()
    {
        using var stop = new CancellationTokenSource();
        _server.Answer = async (_, cancellation) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("the call was not cancelled");
        };
        byte[] before = File.ReadAllBytes(Output);

        ProcessResult result = await Tool.RunAsync(["export", .. _server.Connection, "--output", Output], new Dictionary<string, string?>(), stop.Token);

        Assert.Equal(new ProcessResult(ExitCodes.Failed, "", $"error: cancelled; {Output} is as it was\n"), result);
        Assert.Equal(before, File.ReadAllBytes(Output));
        Assert.Equal(["Plant.galaxy.json"], _folder.Names);
    }

    [Fact]
    public async Task Cancelling_before_there_is_a_file()
    {
        using var stop = new CancellationTokenSource();
        _server.Answer = async (request, _) =>
        {
            await stop.CancelAsync();
            return _server.Page(request);
        };

        ProcessResult result = await Tool.RunAsync(["export", .. _server.Connection, "--output", _folder["New.galaxy.json"]], new Dictionary<string, string?>(), stop.Token);

        Assert.Equal(new ProcessResult(ExitCodes.Failed, "", "error: cancelled; no file was written\n"), result);
        Assert.Equal(["Plant.galaxy.json"], _folder.Names);
    }

    private async Task FailsAsync(IEnumerable<string> options, params string[] reasons)
    {
        byte[] before = File.ReadAllBytes(Output);

        ProcessResult result = await Tool.RunAsync(["export", .. options, "--output", Output, "--json"]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.All(reasons, reason => Assert.Contains(reason, result.Error));
        Assert.DoesNotContain("   at ", result.Error);
        if (!reasons.Any(reason => reason.Contains("deployed anew")))
            Assert.DoesNotContain("deployed anew", result.Error);
        Assert.DoesNotContain("planted5ecret", result.Error);
        Assert.DoesNotContain(HierarchyServer.Key, result.Error);
        Assert.Equal(before, File.ReadAllBytes(Output));
        Assert.Equal(["Plant.galaxy.json"], _folder.Names);
    }
}
