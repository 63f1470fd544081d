using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>How a <see cref="PythonGateway"/> behaves.</summary>
public sealed record PythonGatewayOptions
{
    /// <summary>
    /// Options of <c>tests/peers/gateway.py</c> (its <c>--help</c> lists them): <c>--shuffle SEED</c>, <c>--tick SECONDS</c>, <c>--headers-late</c>, <c>--change-first</c>,
    /// <c>--reject-writes-to REF</c>, <c>--never-complete REF</c>, <c>--off-scan REF</c>, <c>--without COMMAND</c>, <c>--scopes LIST</c>, <c>--deploy-time RFC3339|none</c>, <c>--gzip</c>, <c>--port N</c>.
    /// </summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Users and passwords; with one at least, Galaxy security is on.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// A gateway that is not ours: Python's grpcio, written from the contract. It holds values that only writes move, and records every call. For tests under <see cref="PeerFactAttribute"/>:
/// <code>
/// await using PythonGateway gateway = await PythonGateway.StartAsync(hierarchy, new() { Arguments = ["--change-first"] });
/// await using (var connection = await MxGatewayConnection.ConnectAsync(new() { Endpoint = gateway.Endpoint, ApiKey = MxApiKey.From(gateway.Key) })) { ... }
/// Assert.Empty(CallRecord.LeftBehind(gateway.Calls));
/// </code>
/// The hierarchy is a DiscoverHierarchyReply with all the objects; <see cref="Hierarchy.Of"/> makes one of a snapshot. Every data type has a first value that is not its default.
/// Disposal stops the process, and fails when a call made it throw.
/// </summary>
public sealed class PythonGateway : TestGateway
{
    private readonly ProcessRun _process;
    private readonly DirectoryInfo _folder;
    private readonly string _record;
    private Uri? _endpoint;
    private bool _isKilled;

    private PythonGateway(ProcessRun process, DirectoryInfo folder, string record, string key, string readKey)
    {
        _process = process;
        _folder = folder;
        _record = record;
        Key = key;
        ReadKey = readKey;
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:port</c>.</summary>
    public override Uri Endpoint => _endpoint ?? throw new InvalidOperationException("the gateway does not listen yet");

    /// <summary>The key that it takes; all scopes, unless <c>--scopes</c> says less.</summary>
    public override string Key { get; }

    /// <summary>A second key, without the scopes of writes and secured writes.</summary>
    public string ReadKey { get; }

    /// <summary>The calls so far, until disposal. A call is here before its answer is on the wire.</summary>
    public IReadOnlyList<GatewayCall> Calls
    {
        get
        {
            using var reader = new StreamReader(new FileStream(_record, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            string text = reader.ReadToEnd();
            // The last row may be on its way still.
            return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(GatewayCall.Parse)];
        }
    }

    /// <summary>Starts a gateway for a test that any gateway passes.</summary>
    /// <param name="options">What the test asks for.</param>
    /// <param name="arguments">What else this gateway is told; see <see cref="PythonGatewayOptions.Arguments"/>.</param>
    public static async Task<TestGateway> StartAsync(TestGatewayOptions options, params string[] arguments) => await StartAsync(
        Hierarchy.Of(options.Objects),
        new PythonGatewayOptions
        {
            Arguments =
            [
                "--scopes", string.Join(',', options.Scopes), "--deploy-time", Text(options.DeployTime),
                .. options.IsMoving ? ["--tick", "0.02"] : Array.Empty<string>(),
                .. options.NeverCompleted.SelectMany(reference => new[] { "--never-complete", reference }),
                .. options.OffScan.SelectMany(reference => new[] { "--off-scan", reference }),
                .. options.Without.SelectMany(kind => new[] { "--without", Name(kind) }), .. arguments,
            ],
            Users = options.Users,
        });

    /// <summary>Starts a gateway on a free port.</summary>
    /// <param name="hierarchy">Its Galaxy.</param>
    /// <param name="options">How it behaves.</param>
    public static async Task<PythonGateway> StartAsync(DiscoverHierarchyReply hierarchy, PythonGatewayOptions? options = null)
    {
        options ??= new PythonGatewayOptions();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxgateway-peer-");
        string file = Path.Combine(folder.FullName, "hierarchy.json"), record = Path.Combine(folder.FullName, "calls.jsonl");
        await File.WriteAllTextAsync(file, JsonFormatter.Default.Format(hierarchy));

        Dictionary<string, string?> environment = Peers.Environment();
        string key = environment["MXGATEWAY_API_KEY"] = $"mxgw_full_planted5ecret{Guid.NewGuid():N}";
        string readKey = environment["MXGATEWAY_READ_KEY"] = $"mxgw_read_planted5ecret{Guid.NewGuid():N}";
        string[] users = [];
        if (options.Users.Count > 0)
        {
            environment["MXGATEWAY_USERS"] = JsonSerializer.Serialize(options.Users.ToDictionary(user => user.Key, user => new { password = user.Value }));
            users = ["--users-env", "MXGATEWAY_USERS"];
        }

        var process = ProcessRun.Start(
            Peers.Python,
            [Peers.Script("gateway.py"), "--hierarchy", file, "--record", record, "--read-key-env", "MXGATEWAY_READ_KEY", .. users, .. options.Arguments],
            new ProcessRunOptions { Environment = environment, KeepInputOpen = true, TimeLimit = TimeSpan.FromMinutes(5) });
        var gateway = new PythonGateway(process, folder, record, key, readKey);
        try
        {
            string line = await process.LineAsync("the port that the gateway listens on", line => line.StartsWith("listening on ", StringComparison.Ordinal));
            gateway._endpoint = new Uri("http://127.0.0.1:" + int.Parse(line["listening on ".Length..], CultureInfo.InvariantCulture));
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first call, made already or still to come, that matches.</summary>
    /// <param name="what">What is waited for; part of the message when it does not come.</param>
    /// <param name="matches">Whether a call is the one.</param>
    public async Task<GatewayCall> CallAsync(string what, Func<GatewayCall, bool> matches)
    {
        GatewayCall? found = null;
        int seen = 0;
        // The gateway says a line per call, "call 7 ADD_ITEM OK", after it has recorded it.
        await _process.LineAsync(what, line =>
        {
            if (!line.StartsWith("call ", StringComparison.Ordinal) || int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) <= seen)
                return false;
            IReadOnlyList<GatewayCall> calls = Calls;
            seen = calls.Count;
            found = calls.FirstOrDefault(matches);
            return found is not null;
        });
        return found!;
    }

    /// <inheritdoc/>
    public override async Task DeployAsync(IReadOnlyList<RepositoryObject> objects, DateTimeOffset time)
    {
        string file = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.json"), moment = Text(time);
        await File.WriteAllTextAsync(file, JsonFormatter.Default.Format(Hierarchy.Of(objects)));
        _process.Say($"deploy {file} {moment}");
        await _process.LineAsync("the deploy", line => line == $"deployed {moment}");
    }

    /// <inheritdoc/>
    public override Task KillAsync()
    {
        _isKilled = true;
        return _process.KillAsync();
    }

    /// <inheritdoc/>
    public override int Count(MxCommandKind kind)
    {
        string name = Name(kind);
        return Calls.Count(call => call.Kind == name);
    }

    /// <inheritdoc/>
    public override Task UnderWayAsync(MxCommandKind kind)
    {
        // The gateway says a line per call when it comes, "begun READ_BULK", and one when it has recorded it.
        string line = $"begun {Name(kind)}";
        int ended = Count(kind), begun = 0;
        return _process.LineAsync(line, said => said == line && ++begun > ended);
    }

    /// <inheritdoc/>
    public override async Task StopAsync()
    {
        _process.CloseInput();
        await _process.ExitAsync();
    }

    /// <inheritdoc/>
    public override void AssertNothingLeftBehind()
    {
        IReadOnlyList<GatewayCall> calls = Calls;
        IReadOnlyList<string> left = CallRecord.LeftBehind(calls);
        Assert.True(left.Count == 0, $"left behind:\n{string.Join('\n', left)}\nby these calls:\n{string.Join('\n', calls)}");
        Assert.Equal("CloseSession", calls[^1].Name);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await using ProcessRun process = _process;
        process.CloseInput();
        ProcessResult result = await process.ExitAsync();
        _folder.Delete(recursive: true);
        if ((result.ExitCode != 0 && !_isKilled) || result.Error.Contains("Traceback", StringComparison.Ordinal))
            throw new InvalidOperationException($"the Python gateway failed: {result}");
    }

    private static string Name(MxCommandKind kind) =>
        MxaccessGatewayReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(MxCommandKind))
            .FindValueByNumber((int)kind).Name["MX_COMMAND_KIND_".Length..];

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
