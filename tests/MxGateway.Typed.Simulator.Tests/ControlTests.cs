using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Tests;

public class ControlTests
{
    private static readonly GatewaySimulatorOptions s_controlled = new() { ChangingPerSecond = 0, ControlPort = 0 };

    [Fact]
    public async Task There_is_no_control_endpoint_unless_asked_for()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Assert.Null(gateway.Simulator.ControlEndpoint);
    }

    [Fact]
    public async Task It_listens_on_the_loopback_address_at_a_port_of_its_own()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled);
        Assert.Equal("127.0.0.1", gateway.Simulator.ControlEndpoint!.Host);
        Assert.NotEqual(gateway.Simulator.Port, gateway.Simulator.ControlEndpoint.Port);
    }

    [Fact]
    public async Task A_fault_is_made_and_answered_when_it_has_happened()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled);
        await gateway.OpenAsync();
        Assert.Equal("""{"sessions":1,"streams":0,"items":0,"advisedItems":0,"pendingCommands":0}""", (await GetAsync(gateway, "/counts")).ToJsonString());
        Assert.Equal((HttpStatusCode.OK, "{}"), await PostAsync(gateway, "/faults/advance-clock", """{"seconds": 1800}"""));
        Assert.Equal(0, (int?)(await GetAsync(gateway, "/counts"))["sessions"]);
        Assert.Equal((HttpStatusCode.OK, "{}"), await PostAsync(gateway, "/faults/clear", ""));
    }

    [Theory]
    [InlineData("nothing", "{}", "there is no fault \"nothing\"; there are advance-clock, ")]
    [InlineData("advance-clock", """{"second": 1}""", "there is no field \"second\": advance-clock {seconds}")]
    [InlineData("advance-clock", "{}", "the field \"seconds\" is missing")]
    [InlineData("advance-clock", """{"seconds": "1"}""", "the field \"seconds\" must be a number from ")]
    [InlineData("advance-clock", """{"seconds": -1}""", "must be a number from ")]
    [InlineData("advance-clock", """{"seconds": 1, "seconds": 2}""", "the body is not JSON")]
    [InlineData("advance-clock", "[1]", "the body must be a JSON object: advance-clock {seconds}")]
    [InlineData("advance-clock", "seconds=1", "the body is not JSON")]
    public async Task A_wrong_request_is_told_what_there_is(string fault, string body, string expected)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled);
        (HttpStatusCode status, string answer) = await PostAsync(gateway, $"/faults/{fault}", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_of_more_than_64_KiB_is_too_large()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled);
        (HttpStatusCode status, string answer) = await PostAsync(gateway, "/faults/clear", new string(' ', ControlServer.MaxBody + 1));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("65536 bytes at most", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_web_page_in_a_browser_could_send_is_refused()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(gateway, "/faults/clear", "{}", headers => headers.Add("Origin", "https://example.org"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(gateway, "/faults/clear", "{}", headers => headers.Host = "example.org")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "/faults/clear", "{}", headers => headers.Host = $"localhost:{gateway.Simulator.ControlEndpoint!.Port}")).Status);
    }

    [Fact]
    public async Task It_says_what_there_is()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled);
        JsonNode all = await GetAsync(gateway, "/");
        Assert.Equal(FaultTable.All.Select(fault => fault.Name), all["faults"]!.AsArray().Select(fault => (string)fault!["name"]!));
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(gateway, "/nothing", "{}")).Status);
    }

    [Fact]
    public async Task Every_fault_can_be_asked_for()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled with { Keys = TestGateway.Keys("""{"keys": [{"key": "mxgw_a_planted5ecret", "scopes": ["session:open", "events:read"]}]}""") }, key: "mxgw_a_planted5ecret");
        string file = Path.GetTempFileName();
        await using (FileStream stream = File.Create(file))
            SnapshotWriter.Write(TestPlant.Snapshot, stream);
        async Task<(string, HttpStatusCode, string)> AskAsync(string fault, string fields)
        {
            (HttpStatusCode status, string body) = await PostAsync(gateway, $"/faults/{fault}", fields);
            return (fault, status, body);
        }

        (string Fault, string Fields)[] faults =
        [
            ("advance-clock", """{"seconds": 0.5}"""), ("evict-ring", """{"session": "SESSION"}"""), ("overflow", """{"session": "SESSION"}"""), ("delay", """{"milliseconds": 1, "command": "PING"}"""),
            ("delay", """{"milliseconds": 1, "method": "OpenSession"}"""), ("delay", """{"milliseconds": 0}"""), ("fail-rows", """{"command": "write_bulk", "rows": [0, 3], "message": "no"}"""),
            ("unimplemented", """{"commands": ["ReadBulk", "WRITE_SECURED2_BULK"]}"""), ("completion", """{"order": "held", "tags": ["Tank_*"]}"""), ("completion", """{"order": "before"}"""),
            ("release-completions", "{}"), ("silence", """{"tags": ["Tank_001.Level"]}"""), ("repository", """{"up": false}"""), ("sessions-starting", """{"on": true}"""),
            ("redeploy", """{"without": ["Filler_*"]}"""), ("redeploy", JsonSerializer.Serialize(new { with = file })), ("redeploy", "{}"), ("goaway", "{}"), ("cut-connections", """{"midFrame": true}"""),
            ("cut-connections", "{}"), ("black-hole", """{"on": true}"""), ("drop-session", """{"session": "SESSION"}"""), ("drop-session", "{}"), ("revoke-key", """{"id": "a"}"""), ("kill", "{}"), ("restart", "{}"),
            ("clear", "{}"),
        ];
        try
        {
            Assert.Equal(FaultTable.All.Select(fault => fault.Name).Order(), faults.Select(fault => fault.Fault).Distinct().Order());
            TestSession session = await gateway.OpenAsync();
            await session.StreamAsync();
            foreach ((string fault, string fields) in faults)
                Assert.Equal((fault, HttpStatusCode.OK, "{}"), await AskAsync(fault, fields.Replace("SESSION", session.Id, StringComparison.Ordinal)));
            await gateway.OpenAsync();
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("drop-session", """{"session": "session-0"}""", "there is no session \"session-0\"")]
    [InlineData("delay", """{"milliseconds": 5, "method": "Nothing"}""", "there is no method \"Nothing\"; there are OpenSession, ")]
    [InlineData("delay", """{"milliseconds": 5, "method": "Invoke", "command": "Ping"}""", "not both")]
    [InlineData("fail-rows", """{"command": "Nothing", "rows": []}""", "the field \"command\" must be a command: ")]
    [InlineData("fail-rows", """{"command": "7", "rows": []}""", "the field \"command\" must be a command")]
    [InlineData("fail-rows", """{"command": "ReadBulk", "rows": [-1]}""", "a list of row numbers from 0")]
    [InlineData("fail-rows", """{"command": "Read", "rows": []}""", "must be a command")]
    [InlineData("fail-rows", """{"command": "_", "rows": []}""", "must be a command")]
    [InlineData("fail-rows", """{"command": "Write", "rows": [0]}""", "Write is no bulk command")]
    [InlineData("completion", """{"order": "later"}""", "the field \"order\" must be one of Before, After, Held, Never")]
    [InlineData("redeploy", """{"without": ["Tank_001"], "with": "x.json"}""", "not both")]
    [InlineData("redeploy", """{"with": "no/such/file.json"}""", "the snapshot cannot be read")]
    [InlineData("black-hole", """{"on": 1}""", "the field \"on\" must be true or false")]
    [InlineData("silence", """{"tags": "Tank_*"}""", "the field \"tags\" must be a list of texts")]
    [InlineData("silence", """{"tags": ["\ud800"]}""", "the field \"tags\" must be a list of texts")]
    public async Task A_fault_that_cannot_be_is_told(string fault, string body, string expected)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled);
        (HttpStatusCode status, string answer) = await PostAsync(gateway, $"/faults/{fault}", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_call_record_is_told_from_a_number_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(s_controlled);
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await session.SubscribeAsync(server, TestPlant.Level, TestPlant.Count);
        JsonNode calls = await GetAsync(gateway, "/calls?after=2");
        Assert.Equal(3, (int?)calls["count"]);
        JsonNode call = Assert.Single(calls["calls"]!.AsArray())!;
        Assert.Equal((3, "Invoke", "SubscribeBulk", session.Id), ((int)call["number"]!, (string)call["method"]!, (string)call["command"]!, (string)call["session"]!));
        Assert.Equal([TestPlant.Level, TestPlant.Count], call["items"]!.AsArray().Select(item => (string)item!));
        Assert.InRange(DateTimeOffset.UtcNow - (DateTimeOffset)call["time"]!, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    private static async Task<JsonNode> GetAsync(TestGateway gateway, string path)
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri(gateway.Simulator.ControlEndpoint!, path)))!;
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(TestGateway gateway, string path, string body, Action<HttpRequestHeaders>? change = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Simulator.ControlEndpoint!, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        change?.Invoke(request.Headers);
        using HttpResponseMessage answer = await http.SendAsync(request);
        JsonNode content = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return (answer.StatusCode, (string?)content["error"] ?? content.ToJsonString());
    }
}
