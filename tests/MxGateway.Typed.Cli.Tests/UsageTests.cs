using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("", "there is no command; there are export, simulate, smoke, read, write, open-session, close-session, register, unregister, add-item, remove-item, advise, un-advise, ping, stream-events, galaxy, version")]
    [InlineData("bogus", "'bogus' is no command; there are export, simulate, smoke, read, write, open-session, close-session, register, unregister, add-item, remove-item, advise, un-advise, ping, stream-events, galaxy, version")]
    [InlineData("export", "Option '--endpoint' is required|Option '--output' is required")]
    [InlineData("export --endpoint", "Required argument missing for option: '--endpoint'")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key k extra", "'extra'")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key k --page-size 0", "--page-size takes a number from 1 to 5000")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key k --page-size 5001", "--page-size takes a number from 1 to 5000")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key k --page-size many", "--page-size takes a number from 1 to 5000")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key k --time-limit 0", "--time-limit takes a number from 1 to 86400")]
    [InlineData("export --output x --endpoint gateway --api-key k", "no host:port and no URI")]
    [InlineData("export --output x --endpoint gateway:0 --api-key k", "port 0")]
    [InlineData("export --output x --endpoint gateway:70000 --api-key k", "no host:port and no URI")]
    [InlineData("export --output x --endpoint ::1:5000 --api-key k", "no host:port and no URI")]
    [InlineData("export --output x --endpoint ftp://gateway:5000 --api-key k", "no http:// (plaintext) or https:// (TLS) address")]
    [InlineData("export --output x --endpoint http://gateway:5000/path --api-key k", "http://gateway:5000 is enough")]
    [InlineData("export --output x --endpoint http://user:topsecret@gateway:5000 --api-key k", "user name or password")]
    [InlineData("export --output x --endpoint https://gateway:5000 --plaintext --api-key k", "--plaintext contradicts the endpoint https://gateway:5000/")]
    [InlineData("export --output x --endpoint gateway:5000 --plaintext --tls --api-key k", "--plaintext and --tls contradict each other")]
    [InlineData("export --output x --endpoint http://gateway:5000 --tls --api-key k", "--tls contradicts the endpoint http://gateway:5000/")]
    [InlineData("export --output x --endpoint http://gateway:5000 --ca-file ca.pem --api-key k", "--ca-file is for TLS, and the endpoint http://gateway:5000/ is plaintext")]
    [InlineData("export --output x --endpoint gateway:5000 --plaintext --server-name-override gw --api-key k", "--server-name-override is for TLS")]
    [InlineData("export --output x --endpoint gateway:5000 --plaintext --dangerous-accept-any-certificate --api-key k", "--dangerous-accept-any-certificate is for TLS")]
    [InlineData("export --output x --endpoint gateway:5000 --ca-file ca.pem --dangerous-accept-any-certificate --api-key k", "contradict each other")]
    [InlineData("export --output x --endpoint gateway:5000 --server-name-override gw:5000 --api-key k", "--server-name-override is no host name or IP address")]
    [InlineData("export --output x --endpoint gateway:5000 --ca-file '' --api-key k", "error: --ca-file is empty; name a file")]
    [InlineData("export --output x --endpoint gateway:5000 --server-name-override '' --api-key k", "error: --server-name-override is empty")]
    [InlineData("simulate --snapshot x --port 0 --certificate-key x.key", "--certificate-key goes with --certificate, which is missing")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key mxgw_someone_topsecret --api-key-env X", "--api-key and --api-key-env contradict each other")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key mxgw_someone_topsecret --api-key-file x", "--api-key and --api-key-file contradict each other")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key-env X --api-key-file x", "--api-key-env and --api-key-file contradict each other")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key-file ''", "error: --api-key-file is empty; name a file")]
    [InlineData("export --output x --endpoint gateway:5000 --api-ky mxgw_someone_topsecret", "'--api-ky'|'mxgw_***'")]
    [InlineData("export --output x --endpoint mxgw_someone_topsecret --api-key gateway:5000", "no host:port and no URI")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key-env mxgw_someone_topsecret", "mxgw_*** is not set")]
    [InlineData("export --output x --endpoint gateway:5000", "the environment variable MXGATEWAY_API_KEY is not set")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key-env PLANT_KEY", "the environment variable PLANT_KEY is not set")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key-env BROKEN_KEY", "the environment variable BROKEN_KEY holds no API key")]
    [InlineData("export --output '' --endpoint gateway:5000 --api-key k", "error: --output is empty; name a file")]
    [InlineData("export --output x --endpoint '' --api-key k", "no host:port and no URI")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key ''", "--api-key holds no API key")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key-env ''", "error: --api-key-env is empty; name an environment variable")]
    [InlineData("export --output x --endpoint gateway:5000 --api-key k --page-size ''", "--page-size takes a number from 1 to 5000")]
    [InlineData("simulate --port 0 --snapshot ''", "error: --snapshot is empty; name a file")]
    [InlineData("simulate --port 0 --snapshot x --keys ''", "error: --keys is empty; name a file")]
    [InlineData("simulate --snapshot x", "Option '--port' is required")]
    [InlineData("simulate --port 5000", "Option '--snapshot' is required")]
    [InlineData("simulate --snapshot x --port -1", "--port takes a number from 0 to 65535")]
    [InlineData("simulate --snapshot x --port 65536", "--port takes a number from 0 to 65535")]
    [InlineData("simulate --snapshot x --port 1 --changing NaN", "--changing takes a number from 0 to 100")]
    [InlineData("simulate --snapshot x --port 1 --changing 101", "--changing takes a number from 0 to 100")]
    [InlineData("version extra", "'extra'")]
    [InlineData("galaxy", "there is no command of galaxy; there are test-connection, last-deploy, list, watch-deploys|mxgw-typed galaxy --help")]
    [InlineData("galaxy bogus", "'bogus' is no command of galaxy")]
    [InlineData("galaxy watch-deploys --endpoint gateway:5000 --api-key k --last-seen yesterday", "--last-seen takes a time|mxgw-typed galaxy watch-deploys --help")]
    [InlineData("galaxy watch-deploys --endpoint gateway:5000 --api-key k --last-seen 06:15", "--last-seen takes a time")]
    [InlineData("ping --endpoint gateway:5000 --api-key k", "Option '--session-id' is required")]
    [InlineData("ping --endpoint gateway:5000 --api-key k --session-id ''", "--session-id is empty")]
    [InlineData("advise --endpoint gateway:5000 --api-key k --session-id s --server-handle 1", "Option '--item-handle' is required")]
    [InlineData("advise --endpoint gateway:5000 --api-key k --session-id s --server-handle 1 --item-handle x", "--item-handle takes a number")]
    [InlineData("read --endpoint gateway:5000 --api-key k", "Option '--item' is required")]
    [InlineData("read --endpoint gateway:5000 --api-key k --item ''", "--item is empty")]
    [InlineData("read --endpoint gateway:5000 --api-key k --item A.B --session-id s", "--session-id and --server-handle go together")]
    [InlineData("smoke --endpoint gateway:5000 --api-key k --item A.B --max-events 0", "--max-events takes a number from 1 to 1000000")]
    [InlineData("stream-events --endpoint gateway:5000 --api-key k --session-id s --after-sequence -1", "--after-sequence takes a number from 0")]
    [InlineData("write --endpoint gateway:5000 --api-key k --type Float --value 1", "give either --item, or --session-id, --server-handle and --item-handle")]
    [InlineData("write --endpoint gateway:5000 --api-key k --type Float --value 1 --item-handle 1", "give its --session-id and --server-handle too")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Colour --value 1", "--type 'Colour' is no type that can be written; there are Boolean")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Integer --value topsecret", "--value is no Integer: it takes a whole number")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Integer --value 2147483648", "--value is no Integer")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Float --value 1e39", "--value is no Float")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Float[] --value 1", "it takes a JSON array")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type String[] --value [\"a\",null]", "--value is no String[]: element 2 is null; it takes a JSON array of strings")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type String[] --value [1]", "it takes a JSON array of strings")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type BigString[] --value [{\"a\":1}]", "it takes a JSON array of strings")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type QualifiedEnum[] --value [null]", "it takes a JSON array")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Boolean[] --value [1]", "--value is no Boolean[]: element 1 is not true or false")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Integer[] --value [1,\"a\"]", "--value is no Integer[]: element 2 is not a whole number")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Float[] --value [1,1e99]", "--value is no Float[]: element 2 is not a number such as 42.5, of the size that a Float takes")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Float[] --value [1,", "--value is no Float[]: it takes a JSON array such as [1, 2]")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type QualifiedEnum[] --value [1,\"a\"]", "all texts, or all numbers")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Time --value noon", "--value is no Time")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Time --value 06:15", "--value is no Time: it takes a time such as 2026-11-02T06:15:00Z")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Time --value 11/02/2026", "--value is no Time")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Time --value 2026-11-02", "--value is no Time")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Time --value 0001-01-01T00:00:00Z", "--value is no Time: it takes a time such as 2026-11-02T06:15:00Z, of the years 100 to 9999")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Time --value 2026-13-02T06:15:00Z", "--value is no Time")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type Time[] --value [\"2026-11-02T06:15:00Z\",\"06:15\"]", "--value is no Time[]: element 2 is not a time")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type DataTypeEnum --value 999", "--value is no DataTypeEnum: it takes a number of these: -1 (Unknown), 0 (NoData), 1 (Boolean)")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type SecurityClassificationEnum --value 7", "--value is no SecurityClassificationEnum: it takes a number of these: 0 (FreeAccess)")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type StatusType --value 9", "--value is no StatusType: it takes a number of these: -1 (Unknown), 0 (Ok)")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type DataQualityType --value 65536", "--value is no DataQualityType: it takes a whole number from 0 to 65535")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type ElapsedTime --value long", "--value is no ElapsedTime")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type ElapsedTime --value 90", "--value is no ElapsedTime: it takes a time such as 00:01:30, or 2.03:00:00 with days")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type ElapsedTime --value 01:30", "--value is no ElapsedTime")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type ElapsedTime --value 00:61:00", "--value is no ElapsedTime")]
    [InlineData("write --endpoint gateway:5000 --api-key k --item A.B --type ElapsedTime[] --value [90]", "--value is no ElapsedTime[]: element 1 is not a time such as 00:01:30")]
    public async Task Wrong_usage_ends_with_2_and_says_what_is_wrong_without_telling_a_secret(string line, string expected)
    {
        ProcessResult result = await Tool.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "''" ? "" : word), new Dictionary<string, string?> { ["BROKEN_KEY"] = "a key with topsecret blanks" });

        Assert.Equal(ExitCodes.WrongUsage, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.All(expected.Split('|'), part => Assert.Contains(part, result.Error));
        Assert.DoesNotContain("topsecret", result.Error);
        Assert.Contains("--help", result.Error);
    }

    [Theory]
    [InlineData("register --endpoint gateway:5000 --session-id --json", "--session-id")]
    [InlineData("add-item --endpoint gateway:5000 --session-id --server-handle --item X", "--session-id")]
    [InlineData("export --endpoint --output --unless-current", "--endpoint", "--output")]
    [InlineData("read --endpoint gateway:5000 --item --item A.B", "--item")]
    [InlineData("write --endpoint gateway:5000 --item A.B --type String --value --json", "--value")]
    [InlineData("read --endpoint gateway:5000 --item A.B --api-key --topsecret", "--api-key")]
    [InlineData("galaxy list --endpoint gateway:5000 --under --attributes", "--under")]
    public async Task An_option_in_the_place_of_a_text_is_wrong_usage_and_nothing_else_is_said(string line, params string[] options)
    {
        ProcessResult result = await Tool.RunAsync(line.Split(' '));

        Assert.Equal((ExitCodes.WrongUsage, ""), (result.ExitCode, result.Output));
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            options.Select(option => $"error: {option} has no value: another option follows it; if its value is a shell variable, that is empty"),
            lines[..^1]);
        Assert.StartsWith("See: mxgw-typed ", lines[^1]);
    }

    [Theory]
    [InlineData("--value -7", "-7")]
    [InlineData("--value --7", "--7")]
    [InlineData("--value=--text", "--text")]
    public async Task A_text_may_begin_with_dashes(string value, string written)
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        ProcessResult result = await gateway.RunAsync($"write --item Diagnostics_001.Logbook --type String {value}");
        Assert.True(result.ExitCode == ExitCodes.Done, result.ToString());
        Assert.Equal(
            written, (await gateway.JsonAsync("read --item Diagnostics_001.Logbook")).Single().GetProperty("sample").GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("gateway:5000", false, "https://gateway:5000/")]
    [InlineData("gateway:5000", true, "http://gateway:5000/")]
    [InlineData("10.0.0.1:443", false, "https://10.0.0.1/")]
    [InlineData("[::1]:5000", true, "http://[::1]:5000/")]
    [InlineData("[fe80::1%eth0]:5000", true, "http://[fe80::1]:5000/")]
    [InlineData("http://gateway:5000", false, "http://gateway:5000/")]
    [InlineData("http://gateway:5000", true, "http://gateway:5000/")]
    [InlineData("https://gateway.plant.example", false, "https://gateway.plant.example/")]
    public void An_endpoint_is_host_and_port_or_a_uri(string text, bool isPlaintext, string expected) =>
        Assert.Equal(expected, EndpointAddress.Parse(text, isPlaintext).AbsoluteUri);

    [Fact]
    public async Task Nothing_is_tried_when_the_usage_is_wrong()
    {
        using var folder = new TestFolder();
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(1));

        ProcessResult result = await Tool.RunAsync(["export", .. server.Connection, "--output", folder["x.json"], "--page-size", "0"]);

        Assert.Equal(ExitCodes.WrongUsage, result.ExitCode);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public async Task Wrong_usage_of_the_program_itself_ends_with_2()
    {
        ProcessResult unknown = await Tool.ExecuteAsync(["bogus"]);
        ProcessResult keyless = await Tool.ExecuteAsync(["export", "--endpoint", "localhost:5000", "--output", "x"]);

        Assert.Equal((2, ""), (unknown.ExitCode, unknown.Output));
        Assert.Contains("error: 'bogus' is no command", unknown.Error);
        Assert.Equal((2, ""), (keyless.ExitCode, keyless.Output));
        Assert.Contains("MXGATEWAY_API_KEY is not set", keyless.Error);
    }

    [Fact]
    public async Task Version_says_what_the_tool_is_and_speaks()
    {
        ProcessResult words = await Tool.ExecuteAsync(["version"]);
        ProcessResult json = await Tool.ExecuteAsync(["version", "--json"]);

        Assert.Equal((0, ""), (words.ExitCode, words.Error));
        Assert.Matches(@"^mxgw-typed \d+\.\d+\.\d+\n", words.Output);
        using var document = System.Text.Json.JsonDocument.Parse(json.Output);
        Assert.Equal(ToolVersion.Full, document.RootElement.GetProperty("version").GetString());
        Assert.Equal(["mxaccess_gateway.v1", "galaxy_repository.v1"], document.RootElement.GetProperty("protocol").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(1, document.RootElement.GetProperty("snapshotFormat").GetInt32());
        Assert.StartsWith(ToolVersion.MajorMinor + ".", ToolVersion.Full);
    }
}
