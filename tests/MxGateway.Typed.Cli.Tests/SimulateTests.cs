using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

public sealed class SimulateTests : IDisposable
{
    private const string Keys = """{"keys": [{"key": "mxgw_reader_planted5ecret", "scopes": ["metadata:read"]}]}""";

    private const string Sound = "\"type\":\"Float\"", Broken = "\"type\":true";

    private static readonly string s_sample = RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.json");

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_export_from_the_simulated_sample_plant_is_the_sample_itself_byte_by_byte()
    {
        await using ProcessRun simulator = Tool.Start(["simulate", "--snapshot", s_sample, "--port", "0"]);
        string endpoint = Word(await simulator.LineAsync("the endpoint", line => line.StartsWith("endpoint ")), 1);
        string key = Word(await simulator.LineAsync("the key", line => line.StartsWith("API key ")), 2);

        ProcessResult export = await Tool.ExecuteAsync(
            ["export", "--endpoint", endpoint.Replace("127.0.0.1", "localhost"), "--plaintext", "--api-key-env", "MXGATEWAY_API_KEY", "--output", _folder["x.galaxy.json"]],
            new Dictionary<string, string?> { ["MXGATEWAY_API_KEY"] = key });

        Assert.True(export.ExitCode == ExitCodes.Done, export.ToString());
        Assert.DoesNotContain(key, export.ToString());
        Assert.Equal(File.ReadAllBytes(s_sample), File.ReadAllBytes(_folder["x.galaxy.json"]));
        Assert.Equal(["x.galaxy.json"], _folder.Names);
        await EndsAsync(simulator);
    }

    [Fact]
    public async Task For_machines_it_says_where_it_is_in_one_line_and_takes_a_keys_file()
    {
        await using ProcessRun simulator = Tool.Start(["simulate", "--snapshot", s_sample, "--port", "0", "--keys", _folder.Write("keys.json", Keys), "--json"]);
        using var json = JsonDocument.Parse(await simulator.LineAsync("the line", _ => true));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("apiKey").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("control").ValueKind);
        Assert.InRange(json.RootElement.GetProperty("objects").GetInt32(), 60, 1000);

        ProcessResult export = await Tool.RunAsync(["export", "--endpoint", json.RootElement.GetProperty("endpoint").GetString()!, "--api-key", "mxgw_reader_planted5ecret", "--output", _folder["x.json"]]);

        Assert.True(export.ExitCode == ExitCodes.Done, export.ToString());
        ProcessResult ended = await EndsAsync(simulator);
        Assert.DoesNotContain("planted5ecret", ended.ToString());
    }

    [Fact]
    public async Task Without_a_keys_file_the_key_that_it_made_is_printed_for_machines_too()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        stop.Cancel();

        // Ctrl+C before it serves ends it as a failed start does.
        int exitCode = await CommandLine.RunAsync(["simulate", "--snapshot", s_sample, "--port", "0", "--json"], new CliConsole(output, error, null, _ => null), stop.Token);
        Assert.Equal((ExitCodes.Failed, "", "error: cancelled\n"), (exitCode, output.ToString(), error.ToString().ReplaceLineEndings("\n")));

        await using ProcessRun simulator = Tool.Start(["simulate", "--snapshot", s_sample, "--port", "0", "--json"]);
        using var json = JsonDocument.Parse(await simulator.LineAsync("the line", _ => true));
        Assert.StartsWith("mxgw_", json.RootElement.GetProperty("apiKey").GetString());
        await EndsAsync(simulator);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("""{"name": "operator", "password": "planted5ecret"}""", false)]
    public async Task It_says_that_Galaxy_security_is_off_where_there_are_no_users(string? users, bool isOff)
    {
        string[] keys = users is null ? [] : ["--keys", _folder.Write("keys.json", Keys[..^1] + $", \"users\": [{users}]}}")];
        await using ProcessRun simulator = Tool.Start(["simulate", "--snapshot", s_sample, "--port", "0", .. keys]);
        await simulator.LineAsync("the last line", line => line == "Ctrl+C ends it");

        ProcessResult ended = await EndsAsync(simulator);
        Assert.Equal(isOff, ended.Output.Contains("Galaxy security is off: there are no users, so any credentials are taken"));
    }

    [Fact]
    public async Task A_job_of_a_script_which_ignores_SIGINT_ends_by_SIGTERM_as_by_Ctrl_C()
    {
        if (OperatingSystem.IsWindows())
            return;
        ProcessResult result = await Tool.ScriptAsync(
            $$"""
            mkfifo '{{_folder["out"]}}'
            mxgw-typed simulate --snapshot '{{s_sample}}' --port 0 > '{{_folder["out"]}}' &
            exec 3< '{{_folder["out"]}}'
            while read -r line <&3; do [ "$line" = 'Ctrl+C ends it' ] && break; done
            kill -INT $!
            kill $!
            wait $!
            """);
        Assert.Equal(new ProcessResult(ExitCodes.Done, "", ""), result);
    }

    [Fact]
    public async Task Asked_for_a_control_port_it_fails_on_command_over_http()
    {
        await using ProcessRun simulator = Tool.Start(["simulate", "--snapshot", s_sample, "--port", "0", "--control-port", "0", "--keys", _folder.Write("keys.json", Keys)]);
        string endpoint = Word(await simulator.LineAsync("the endpoint", line => line.StartsWith("endpoint ")), 1);
        string control = Word(await simulator.LineAsync("the control endpoint", line => line.StartsWith("control ")), 1);
        string[] export = ["export", "--endpoint", endpoint, "--plaintext", "--api-key", "mxgw_reader_planted5ecret", "--output", _folder["x.json"]];
        using var http = new HttpClient { BaseAddress = new Uri($"http://{control}") };
        Assert.Contains("\"advance-clock\"", await http.GetStringAsync("/"));

        using HttpResponseMessage revoked = await http.PostAsync("/faults/revoke-key", new StringContent("""{"id": "reader"}"""));
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        ProcessResult refused = await Tool.RunAsync(export);
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("the API key reader was revoked", refused.Error);

        using HttpResponseMessage wrong = await http.PostAsync("/faults/revoke", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using HttpResponseMessage cleared = await http.PostAsync("/faults/clear", null);
        ProcessResult exported = await Tool.RunAsync(export);
        Assert.True(exported.ExitCode == ExitCodes.Done, exported.ToString());
        Assert.Contains("\"DiscoverHierarchy\"", await http.GetStringAsync("/calls"));
        await EndsAsync(simulator);
    }

    [Fact]
    public async Task A_snapshot_that_is_not_there()
    {
        ProcessResult result = await Tool.ExecuteAsync(["simulate", "--snapshot", _folder["none.json"], "--port", "0"]);

        Assert.Equal(new ProcessResult(ExitCodes.Failed, "", $"error: the snapshot {_folder["none.json"]} does not exist; check the name\n"), result);
    }

    [Fact]
    public async Task A_corrupt_snapshot_is_told_problem_by_problem_each_at_its_place()
    {
        string[] lines = File.ReadAllLines(s_sample);
        int[] broken = [.. lines.Index().Where(line => line.Item.Contains(Sound)).Take(2).Select(line => line.Index)];
        foreach (int line in broken)
            lines[line] = lines[line].Replace(Sound, Broken);
        string file = _folder.Write("x.galaxy.json", string.Join("\n", lines));

        ProcessResult result = await Tool.RunAsync("simulate", "--snapshot", file, "--port", "0");

        Assert.Equal(2, broken.Length);
        Assert.Equal((ExitCodes.Failed, ""), (result.ExitCode, result.Output));
        Assert.All(broken, line => Assert.Contains($"{file}({line + 1},", result.Error));
    }

    [Fact]
    public async Task More_problems_than_anyone_reads_are_counted()
    {
        string file = _folder.Write("x.galaxy.json", File.ReadAllText(s_sample).Replace(Sound, Broken));

        ProcessResult result = await Tool.RunAsync("simulate", "--snapshot", file, "--port", "0");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.InRange(result.Error.Count(c => c == '\n'), 20, 25);
        Assert.Matches(@"and \d+ problems more", result.Error);
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("{ \"keys\": [ {\"key\": \"mxgw_a_topsecret\", ", "is not JSON")]
    [InlineData("{ \"keys\": [ {\"key\": \"topsecret\", \"scopes\": []} ] }", "keys[0].key is not of the form mxgw_<id>_<secret>")]
    [InlineData("{ \"keys\": [] }", "\"keys\" is empty")]
    public async Task A_keys_file_that_cannot_be_used(string? content, string reason)
    {
        string file = content is null ? _folder["keys.json"] : _folder.Write("keys.json", content);

        ProcessResult result = await Tool.RunAsync("simulate", "--snapshot", s_sample, "--port", "0", "--keys", file);

        Assert.Equal((ExitCodes.Failed, ""), (result.ExitCode, result.Output));
        Assert.Contains($"the keys file {file}", result.Error);
        Assert.Contains(reason, result.Error);
        Assert.DoesNotContain("topsecret", result.Error);
    }

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        ProcessResult result = await Tool.RunAsync("simulate", "--snapshot", s_sample, "--port", $"{port}");

        Assert.Equal(new ProcessResult(ExitCodes.Failed, "", $"error: port {port} is taken by another program; choose another one, or 0 for any free one\n"), result);
    }

    /// <summary>Ctrl+C, where there is such a signal to send.</summary>
    private static async Task<ProcessResult> EndsAsync(ProcessRun simulator)
    {
        if (OperatingSystem.IsWindows())
            return new ProcessResult(0, "", simulator.Error);
        simulator.Interrupt();
        ProcessResult ended = await simulator.ExitAsync();
        Assert.Equal((ExitCodes.Done, ""), (ended.ExitCode, ended.Error));
        return ended;
    }

    private static string Word(string line, int index) => line.Split(' ')[index];
}
