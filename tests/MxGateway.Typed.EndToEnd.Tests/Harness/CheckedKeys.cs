using System.Text.Json;
using MxGateway.Typed.Simulator;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>The keys and users that the checks of the Python client go by, as a simulator and as the client get them.</summary>
internal static class CheckedKeys
{
    private static readonly string[] s_scopes = ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read", "metadata:read"];

    private static readonly Dictionary<string, string> s_keys = new()
    {
        ["full"] = "mxgw_full_planted5ecret",
        ["no-open"] = "mxgw_noopen_planted5ecret",
        ["no-read"] = "mxgw_noread_planted5ecret",
        ["no-write"] = "mxgw_nowrite_planted5ecret",
        ["no-secure"] = "mxgw_nosecure_planted5ecret",
        ["no-events"] = "mxgw_noevents_planted5ecret",
        ["no-metadata"] = "mxgw_nometadata_planted5ecret",
        ["some-tags"] = "mxgw_sometags_planted5ecret",
    };

    private static readonly Dictionary<string, Dictionary<string, string>> s_users = new()
    {
        ["ann"] = new() { ["password"] = "a-planted5ecret", ["guid"] = "6f1b6c52-0d0a-4c35-9a3a-1e6b2f0c7a01" },
        ["bob"] = new() { ["password"] = "b-planted5ecret", ["guid"] = "6f1b6c52-0d0a-4c35-9a3a-1e6b2f0c7a02" },
    };

    /// <summary>What the client finds them in.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["MXGATEWAY_API_KEY"] = s_keys["full"],
        ["MXGATEWAY_KEYS"] = JsonSerializer.Serialize(s_keys),
        ["MXGATEWAY_USERS"] = JsonSerializer.Serialize(s_users),
    };

    /// <summary>The simulator's keys.</summary>
    /// <param name="users">Whether Galaxy security is on.</param>
    public static SimulatorKeys Simulator(bool users) => SimulatorKeys.Parse(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
    {
        ["keys"] = s_keys.Select(Key),
        ["users"] = users ? s_users.Select(user => new Dictionary<string, string>(user.Value) { ["name"] = user.Key }) : [],
    }));

    private static Dictionary<string, object> Key(KeyValuePair<string, string> key)
    {
        string? missing = key.Key switch
        {
            "no-open" => "session:open",
            "no-read" => "invoke:read",
            "no-write" => "invoke:write",
            "no-secure" => "invoke:secure",
            "no-events" => "events:read",
            "no-metadata" => "metadata:read",
            _ => null,
        };
        var entry = new Dictionary<string, object> { ["key"] = key.Value, ["scopes"] = s_scopes.Where(scope => scope != missing) };
        if (key.Key == "some-tags")
            entry["tags"] = new[] { "Pump_001*" };
        return entry;
    }
}
