using System.Text.Json;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>A client that is not ours: it checks a gateway against the contract.</summary>
public static class PythonClient
{
    private const string LeftOut = "left out ";

    /// <summary>Runs its checks; a failed one fails the test with all that the client said.</summary>
    /// <param name="endpoint">The gateway.</param>
    /// <param name="key">A key with all scopes.</param>
    /// <param name="readKey">A key that cannot write.</param>
    /// <param name="arguments">Options of <c>tests/peers/client.py</c>, such as <c>--headers-late</c> and <c>--leave-out NAME</c>.</param>
    /// <returns>The names of the checks that passed. Those that need what this gateway does not have (a control endpoint, users) are not among them.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(Uri endpoint, string key, string readKey, params string[] arguments)
    {
        Dictionary<string, string?> environment = Peers.Environment();
        environment["MXGATEWAY_API_KEY"] = key;
        environment["MXGATEWAY_READ_KEY"] = readKey;
        ProcessResult result = await ProcessRun.RunAsync(
            Peers.Python,
            [Peers.Script("client.py"), "--endpoint", endpoint.Authority, "--read-key-env", "MXGATEWAY_READ_KEY", .. arguments],
            new ProcessRunOptions { Environment = environment });
        string[] lines = [.. Lines(result).Where(line => !line.StartsWith(LeftOut, StringComparison.Ordinal))];
        Assert.True(result.ExitCode == 0 && lines.All(line => line.StartsWith("ok ", StringComparison.Ordinal)), result.ToString());
        return [.. lines.Select(line => line["ok ".Length..])];
    }

    /// <summary>The names of its checks, and what each needs of the gateway.</summary>
    public static async Task<IReadOnlyDictionary<string, PeerCheck>> ListAsync()
    {
        ProcessResult result = await ProcessRun.RunAsync(Peers.Python, [Peers.Script("client.py"), "--list"], new ProcessRunOptions { Environment = Peers.Environment() });
        Assert.True(result.ExitCode == 0, result.ToString());
        return JsonSerializer.Deserialize<Dictionary<string, PeerCheck>>(result.Output, JsonSerializerOptions.Web)!;
    }

    /// <summary>Checks several simulators with <see cref="CheckedKeys"/> at once.</summary>
    /// <param name="jobs">The simulators, and which checks to run on each.</param>
    /// <param name="patience">How long an answer or event may take; null for the client's own.</param>
    /// <returns>What the client said of each.</returns>
    public static async Task<ILookup<string, PeerVerdict>> RunAsync(IReadOnlyCollection<PeerJob> jobs, TimeSpan? patience = null)
    {
        Dictionary<string, string?> environment = Peers.Environment();
        foreach ((string name, string value) in CheckedKeys.Environment)
            environment[name] = value;
        if (patience is { } limit)
            environment["MXGATEWAY_PATIENCE"] = limit.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        ProcessResult result = await ProcessRun.RunAsync(
            Peers.Python,
            [Peers.Script("client.py"), "--keys-env", "MXGATEWAY_KEYS", "--users-env", "MXGATEWAY_USERS", "--jobs", "8"],
            new ProcessRunOptions { Environment = environment, Input = JsonSerializer.Serialize(jobs, JsonSerializerOptions.Web), TimeLimit = TimeSpan.FromMinutes(5) });
        Assert.True(result.ExitCode is 0 or 1, result.ToString());
        return Lines(result).Select(PeerVerdict.Parse).ToLookup(verdict => verdict.Job);
    }

    private static string[] Lines(ProcessResult result) => result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What a check of the Python client needs.</summary>
/// <param name="Control">The simulator's control endpoint.</param>
/// <param name="Users">Whether Galaxy security must be on or off; null where it does not matter.</param>
public sealed record PeerCheck(bool Control, bool? Users);

/// <summary>A simulator for the Python client to check.</summary>
/// <param name="Name">What its lines start with.</param>
/// <param name="Endpoint">Host and port.</param>
/// <param name="Control">The control endpoint.</param>
/// <param name="Users">Whether Galaxy security is on.</param>
/// <param name="Only">The checks to run; null for all.</param>
public sealed record PeerJob(string Name, string Endpoint, Uri? Control, bool Users, IReadOnlyList<string>? Only = null);

/// <summary>What the Python client said of one check on one simulator.</summary>
/// <param name="Job">The simulator.</param>
/// <param name="Check">The check.</param>
/// <param name="Passed">Whether it found nothing wrong; null where it was left out.</param>
/// <param name="Line">Its words.</param>
public sealed record PeerVerdict(string Job, string Check, bool? Passed, string Line)
{
    internal static PeerVerdict Parse(string line)
    {
        (string job, string said) = line.Split(": ", 2) is [var first, var rest] ? (first, rest) : throw new FormatException($"the client said \"{line}\"");
        (bool? passed, string word) = said switch
        {
            _ when said.StartsWith("ok ", StringComparison.Ordinal) => ((bool?)true, "ok "),
            _ when said.StartsWith("FAILED ", StringComparison.Ordinal) => (false, "FAILED "),
            _ when said.StartsWith("left out ", StringComparison.Ordinal) => (null, "left out "),
            _ => throw new FormatException($"the client said \"{line}\""),
        };
        return new PeerVerdict(job, said[word.Length..].Split(':')[0], passed, said);
    }
}
