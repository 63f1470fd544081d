using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>A client that is not ours: it checks a gateway against the contract.</summary>
public static class PythonClient
{
    /// <summary>Runs its checks; a failed one fails the test with all that the client said.</summary>
    /// <param name="endpoint">The gateway.</param>
    /// <param name="key">A key with all scopes.</param>
    /// <param name="readKey">A key that cannot write.</param>
    /// <param name="arguments">Options of <c>tests/peers/client.py</c>, such as <c>--headers-late</c> and <c>--leave-out NAME</c>.</param>
    /// <returns>The names of the checks that passed.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(Uri endpoint, string key, string readKey, params string[] arguments)
    {
        Dictionary<string, string?> environment = Peers.Environment();
        environment["MXGATEWAY_API_KEY"] = key;
        environment["MXGATEWAY_READ_KEY"] = readKey;
        ProcessResult result = await ProcessRun.RunAsync(
            Peers.Python,
            [Peers.Script("client.py"), "--endpoint", endpoint.Authority, "--read-key-env", "MXGATEWAY_READ_KEY", .. arguments],
            new ProcessRunOptions { Environment = environment });
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(result.ExitCode == 0 && lines.All(line => line.StartsWith("ok ", StringComparison.Ordinal)), result.ToString());
        return [.. lines.Select(line => line["ok ".Length..])];
    }
}
