using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Simulator.Tests;

public class KeyTests
{
    [Fact]
    public async Task A_call_without_a_key_or_with_a_wrong_one_is_unauthenticated()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (string? key in new[] { null, "mxgw_a_planted5ecret", gateway.Simulator.GeneratedKey + "x" })
        {
            GrpcHttp2Transport caller = gateway.Caller(key);
            GrpcStatus status = await TestGateway.StatusOf(() => caller.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest(), default, default));
            Assert.Equal(GrpcStatusCode.Unauthenticated, status.Code);
        }
    }

    [Fact]
    public async Task The_generated_key_has_the_documented_form_and_all_scopes()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Assert.Matches("^mxgw_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$", gateway.Simulator.GeneratedKey);
        Assert.True((await gateway.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest())).Ok);
        await (await gateway.OpenAsync()).CloseAsync();
    }

    [Theory]
    [InlineData("session:open", "OpenSession")]
    [InlineData("events:read", "StreamEvents")]
    [InlineData("metadata:read", "TestConnection")]
    [InlineData("metadata:read", "DiscoverHierarchy")]
    [InlineData("session:open", "Ping")]
    [InlineData("invoke:read", "Register")]
    [InlineData("invoke:read", "ReadBulk")]
    [InlineData("invoke:write", "Write")]
    [InlineData("invoke:write", "WriteBulk")]
    [InlineData("invoke:secure", "WriteSecured")]
    [InlineData("invoke:secure", "AuthenticateUser")]
    public async Task Each_call_needs_its_scope_and_no_other(string scope, string call)
    {
        string others = string.Join(", ", GatewayScopes.All.Where(s => s != scope).Select(s => $"\"{s}\""));
        SimulatorKeys keys = TestGateway.Keys($$"""{"keys": [{"key": "mxgw_lacks_planted5ecret", "scopes": [{{others}}]}, {"key": "mxgw_has_planted5ecret", "scopes": ["{{scope}}"]}]}""");
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { Keys = keys });

        GrpcStatus refused = await TestGateway.StatusOf(() => Call(gateway.Caller("mxgw_lacks_planted5ecret")));
        Assert.Equal(GrpcStatusCode.PermissionDenied, refused.Code);
        Assert.Contains(scope, refused.Detail, StringComparison.Ordinal);
        Assert.Null(gateway.Simulator.GeneratedKey);

        // With the scope it gets as far as the session, which is the next check.
        GrpcException? next = await Record.ExceptionAsync(() => Call(gateway.Caller("mxgw_has_planted5ecret"))) as GrpcException;
        Assert.True(next is null || next.Code == GrpcStatusCode.NotFound, next?.Message);

        Task Call(GrpcHttp2Transport caller) => call switch
        {
            "OpenSession" => caller.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default),
            "TestConnection" => caller.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest(), default, default),
            "DiscoverHierarchy" => caller.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest(), default, default),
            "StreamEvents" => caller.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default).MoveNextAsync(default).AsTask(),
            _ => caller.CallAsync(GatewayMethods.Invoke, new MxCommandRequest { Command = new MxCommand { Kind = Enum.Parse<MxCommandKind>(call) } }, default, default),
        };
    }

    [Fact]
    public async Task A_key_can_be_given_as_id_and_hash()
    {
        string hash = Convert.ToHexString(SHA256.HashData("mxgw_op_planted5ecret"u8));
        SimulatorKeys keys = TestGateway.Keys($$"""{"keys": [{"id": "op", "sha256": "{{hash}}", "scopes": ["metadata:read"]}]}""");
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { Keys = keys }, key: "mxgw_op_planted5ecret");
        Assert.True((await gateway.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest())).Ok);
    }

    [Fact]
    public async Task A_key_that_is_kept_to_some_tags_uses_no_other_by_any_name_or_handle()
    {
        SimulatorKeys keys = TestGateway.Keys(
            $$"""{"keys": [{"key": "mxgw_all_planted5ecret", "scopes": {{AllScopes}}}, {"key": "mxgw_some_planted5ecret", "scopes": {{AllScopes}}, "tags": ["tank_001.l*", "Tank_001.Profile", "Filler_???"]}]}""");
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { Keys = keys, ChangingPerSecond = 0 }, key: "mxgw_some_planted5ecret");
        TestSession kept = await gateway.OpenAsync();
        int server = await kept.RegisterAsync();
        foreach (string allowed in new[] { TestPlant.Level, "TANK_001.LEVEL", TestPlant.Profile, "Tank_001.Profile", "Tank_001.Profile[2]", "Filler_001.Nothing" })
            await kept.OkAsync(AddItem(server, allowed));

        // The tag itself counts: not the container that a hierarchical name begins with, and not whether it is there.
        foreach (string refused in new[] { TestPlant.Count, "Tank_001.Inlet.Position", "Valve_017.Position", "Nowhere.At.All" })
        {
            GrpcStatus status = await TestGateway.StatusOf(() => kept.InvokeAsync(AddItem(server, refused)));
            Assert.Equal(new GrpcStatus(GrpcStatusCode.PermissionDenied, $"the API key some may not use \"{refused}\": it is kept to other tags"), status);
        }

        // The session is bound to no key: an item that another key added is still refused to this one.
        var all = new TestSession(gateway, kept.Id, gateway.Caller("mxgw_all_planted5ecret"));
        int item = await all.AddItemAsync(server, TestPlant.Count);
        Assert.Equal(GrpcStatusCode.PermissionDenied, (await TestGateway.StatusOf(() => kept.InvokeAsync(TestSession.Advise(server, item)))).Code);
        await all.AdviseAsync(server, item);
        Assert.Equal(GrpcStatusCode.PermissionDenied, (await TestGateway.StatusOf(() => kept.InvokeAsync(TestSession.Write(server, item, new MxValue { Int32Value = 1 })))).Code);

        BulkReadReply rows = await kept.ReadAsync(server, TestPlant.Level, TestPlant.Count, TestPlant.Profile);
        Assert.Equal([true, false, true], rows.Results.Select(row => row.WasSuccessful));
        Assert.Contains("the API key some may not use", rows.Results[1].ErrorMessage, StringComparison.Ordinal);
        SimulatorCall refusal = gateway.Simulator.Calls.ToList().Single(call => call.Items.Contains("Nowhere.At.All"));
        Assert.Equal(GrpcStatusCode.PermissionDenied, refusal.Refusal);
    }

    private const string AllScopes = """["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read", "metadata:read"]""";

    private static MxCommand AddItem(int server, string reference) =>
        new() { Kind = MxCommandKind.AddItem, AddItem = new AddItemCommand { ServerHandle = server, ItemDefinition = reference } };

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{\"keys\": [\n mxgw_a_planted]}", "line 2")]
    [InlineData("[]", "the file must be an object")]
    [InlineData("{}", "no \"keys\"")]
    [InlineData("{\"keys\": []}", "\"keys\" is empty")]
    [InlineData("{\"keys\": {}}", "\"keys\" must be a list")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\"}]}", "keys[0] has no \"scopes\"")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": [\"all\"]}]}", "keys[0].scopes has an entry that is no scope")]
    [InlineData("{\"keys\": [{\"key\": \"planted\", \"scopes\": []}]}", "keys[0].key is not of the form")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_\", \"scopes\": []}]}", "keys[0].key is not of the form")]
    [InlineData("{\"keys\": [{\"key\": 7, \"scopes\": []}]}", "keys[0].key must be a text")]
    [InlineData("{\"keys\": [{\"key\": \"\\ud800\", \"scopes\": []}]}", "keys[0].key has an escape")]
    [InlineData("{\"keys\": [{\"id\": \"a\", \"scopes\": []}]}", "neither \"key\" nor \"sha256\"")]
    [InlineData("{\"keys\": [{\"id\": \"a\", \"sha256\": \"planted\", \"scopes\": []}]}", "keys[0].sha256 is not a SHA-256")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"id\": \"a\", \"scopes\": []}]}", "keys[0] has \"key\" and also")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": [], \"tags\": \"*\"}]}", "keys[0].tags must be a list")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": [], \"tags\": []}]}", "keys[0].tags is empty")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": [], \"tags\": [\"Tank_*\", 7]}]}", "keys[0].tags[1] must be a text")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": [], \"tags\": [\"\"]}]}", "keys[0].tags[0] is empty")]
    [InlineData("{\"keys\": [{\"mxgw_a_planted\": 1, \"scopes\": []}]}", "keys[0] has a member that is not known")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": []}, {\"key\": \"mxgw_a_planted\", \"scopes\": []}]}", "twice")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": []}], \"users\": [{\"name\": \"a\"}]}", "users[0] has no \"password\"")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": []}], \"users\": [{\"name\": \"a\", \"password\": \"planted\", \"guid\": \"x\"}]}", "users[0].guid is not a GUID")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": []}], \"users\": [{\"name\": \"a\", \"password\": \"planted\"}, {\"name\": \"A\", \"password\": \"planted\"}]}", "two users named \"a\"")]
    [InlineData("{\"keys\": [{\"\\ud800\": 1, \"scopes\": []}]}", "a member's name in the file has an escape")]
    [InlineData("{\"keys\": [{\"key\": \"mxgw_a_planted\", \"scopes\": [\"\\ud800\"]}]}", "keys[0].scopes has an entry that is no scope")]
    public void A_broken_keys_file_is_told_in_words_that_quote_no_secret(string json, string expected)
    {
        string message = Assert.Throws<SimulatorKeysException>(() => TestGateway.Keys(json)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_keys_file_that_is_no_UTF_8_is_told()
    {
        byte[] json = [.. "{\"keys\": [{\"key\": \"mxgw_a_"u8, 0xED, 0xA0, 0x80, .. "\", \"scopes\": []}]}"u8];
        Assert.Contains("not UTF-8", Assert.Throws<SimulatorKeysException>(() => SimulatorKeys.Parse(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_is_kept_holds_a_key_or_a_password()
    {
        SimulatorKeys keys = SimulatorKeys.Parse(Encoding.UTF8.GetBytes("""{"keys": [{"key": "mxgw_a_planted5ecret", "scopes": []}], "users": [{"name": "u", "password": "planted5ecret"}]}"""));
        List<object> kept = [];
        Collect(keys, kept);
        Assert.Contains("a", kept);
        Assert.Contains("u", kept);
        Assert.DoesNotContain(kept, value => value is string text && text.Contains("planted", StringComparison.Ordinal));
        Assert.DoesNotContain(kept, value => value is byte[] bytes && bytes.AsSpan().IndexOf("planted"u8) >= 0);
        Assert.Contains(kept, value => value is byte[] bytes && bytes.AsSpan().SequenceEqual(SHA256.HashData("mxgw_a_planted5ecret"u8)));
        Assert.Contains(kept, value => value is byte[] bytes && bytes.AsSpan().SequenceEqual(SHA256.HashData("planted5ecret"u8)));
    }

    [Fact]
    public void Keys_show_nothing_of_themselves()
    {
        SimulatorKeys keys = SimulatorKeys.Parse(Encoding.UTF8.GetBytes("""{"keys": [{"key": "mxgw_a_planted5ecret", "scopes": []}], "users": [{"name": "u", "password": "planted5ecret"}]}"""));
        Assert.Equal("1 keys, 1 users", keys.ToString());
        Assert.DoesNotContain("planted", new GatewaySimulatorOptions { Keys = keys }.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Everything that an object holds on to, by its fields.</summary>
    private static void Collect(object? value, List<object> found)
    {
        if (value is null || value.GetType().IsPrimitive || found.Contains(value, ReferenceEqualityComparer.Instance))
            return;
        found.Add(value);
        if (value is string or byte[])
            return;
        if (value is System.Collections.IEnumerable entries)
            foreach (object? entry in entries)
                Collect(entry, found);
        else
            foreach (FieldInfo field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                Collect(field.GetValue(value), found);
    }
}
