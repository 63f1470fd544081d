using System.Text;
using System.Text.Json;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>The sample plant, simulated; its values move by writes only. The key goes to the tool by the environment.</summary>
internal sealed class SampleGateway : IAsyncDisposable
{
    private const string Key = "mxgw_full_planted5ecret";

    private SampleGateway(GatewaySimulator simulator) => Simulator = simulator;

    public GatewaySimulator Simulator { get; }

    public string[] Connection => ["--endpoint", Simulator.Endpoint.ToString()];

    public static Task<SampleGateway> StartAsync(params string[] scopes) => StartAsync(hasUsers: false, scopes);

    /// <summary>Starts it.</summary>
    /// <param name="hasUsers">Whether its Galaxy has a user, so that Galaxy security is on.</param>
    /// <param name="scopes">The key's scopes; all, where there is none.</param>
    public static async Task<SampleGateway> StartAsync(bool hasUsers, params string[] scopes)
    {
        if (scopes.Length == 0)
            scopes = ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read", "metadata:read"];
        byte[] keys = JsonSerializer.SerializeToUtf8Bytes(new
        {
            keys = new[] { new { key = Key, scopes } },
            users = hasUsers ? [new { name = "operator", password = "planted5ecret" }] : Array.Empty<object>(),
        });
        GalaxySnapshot snapshot = SnapshotReader.Read(File.ReadAllBytes(RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.json"))).Snapshot!;
        return new SampleGateway(await GatewaySimulator.StartAsync(snapshot, new() { ChangingPerSecond = 0, Keys = SimulatorKeys.Parse(keys) }));
    }

    /// <summary>Runs a command against it.</summary>
    public Task<ProcessResult> RunAsync(string line, CancellationToken cancellationToken = default) =>
        Tool.RunAsync([.. line.Split(' '), .. Connection], Environment, cancellationToken);

    /// <summary>Runs a command that must succeed, and gives its lines of JSON.</summary>
    public async Task<JsonElement[]> JsonAsync(string line)
    {
        ProcessResult result = await RunAsync(line + " --json");
        Assert.True(result.ExitCode == ExitCodes.Done, result.ToString());
        return Lines(result);
    }

    /// <summary>Runs the built program in a shell: a command, and what the shell does with its output. The exit code is the program's.</summary>
    public Task<ProcessResult> ShellAsync(string line) => Tool.ShellAsync(line, Connection, Environment);

    /// <summary>Starts the built program against it.</summary>
    public ProcessRun Start(string line) => Tool.Start([.. line.Split(' '), .. Connection], Environment);

    public static JsonElement[] Lines(ProcessResult result) =>
        [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Fails unless every session was closed with all that it had.</summary>
    public void AssertNothingLeftBehind() => Assert.Equal(default, Simulator.Counts);

    public ValueTask DisposeAsync() => Simulator.DisposeAsync();

    private static Dictionary<string, string?> Environment => new() { [ConnectionOptions.DefaultKeyVariable] = Key };
}
