using MxGateway.Typed.Fuzz.Targets;

namespace MxGateway.Typed.Fuzz;

/// <summary>All that is fuzzed, and how many inputs each gets of a run: more where an input costs less, or where the depth is.</summary>
internal static class FuzzTargets
{
    /// <summary>The inputs of a short run, by target; together more than 100,000.</summary>
    public static IReadOnlyDictionary<string, int> Shares { get; } = new Dictionary<string, int>
    {
        ["client-answers"] = 25_000,
        ["client-bytes"] = 3_000,
        ["server-requests"] = 20_000,
        ["server-bytes"] = 3_000,
        ["runtime-replies"] = 2_000,
        ["frames"] = 25_000,
        ["keys-file"] = 15_000,
        ["snapshot-file"] = 10_000,
    };

    public static async Task<FuzzTarget> StartAsync(string name) => name switch
    {
        "client-answers" => await ClientAnswers.StartAsync(),
        "client-bytes" => new ClientBytes(),
        "server-requests" => await ServerRequests.StartAsync(),
        "server-bytes" => await ServerBytes.StartAsync(),
        "runtime-replies" => await RuntimeReplies.StartAsync(),
        "frames" => new Frames(),
        "keys-file" => Documents.Keys(),
        "snapshot-file" => Documents.Snapshots(),
        _ => throw new ArgumentException($"there is no target '{name}'; there are {string.Join(", ", Shares.Keys)}"),
    };
}
