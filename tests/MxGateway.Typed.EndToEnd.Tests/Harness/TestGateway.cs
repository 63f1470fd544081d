using MxGateway.Contracts.Proto;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>What a test asks of its gateway, in the gateway's own terms.</summary>
public sealed record TestGatewayOptions
{
    /// <summary>All scopes that the gateway knows.</summary>
    public static IReadOnlyList<string> AllScopes { get; } = ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read", "metadata:read"];

    /// <summary>The deployed Galaxy; that of the samples by default.</summary>
    public IReadOnlyList<RepositoryObject> Objects { get; init; } = [.. SnapshotExpander.Expand(SamplePlant.Snapshot)];

    /// <summary>When it was deployed.</summary>
    public DateTimeOffset DeployTime { get; init; } = new(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);

    /// <summary>The key's scopes.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = AllScopes;

    /// <summary>Users and passwords; with one at least, Galaxy security is on.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether advised values move by themselves; else only writes move them.</summary>
    public bool IsMoving { get; init; }

    /// <summary>References of attributes whose writes are taken, and never completed.</summary>
    public IReadOnlyList<string> NeverCompleted { get; init; } = [];

    /// <summary>References of attributes that never have a value, as those of an object that is off scan.</summary>
    public IReadOnlyList<string> OffScan { get; init; } = [];

    /// <summary>Commands that it does not know, as a gateway of an older version.</summary>
    public IReadOnlyList<MxCommandKind> Without { get; init; } = [];
}

/// <summary>A gateway that serves a test's plant, ours or not.</summary>
public abstract class TestGateway : IAsyncDisposable
{
    /// <summary>Where it listens, while it runs.</summary>
    public abstract Uri Endpoint { get; }

    /// <summary>The key that it takes.</summary>
    public abstract string Key { get; }

    /// <summary>How a client reaches it. What is left behind is looked at, so that a busy machine gets the time to release it.</summary>
    public MxGatewayOptions Options => new() { Endpoint = Endpoint, ApiKey = MxApiKey.From(Key), CloseTimeout = TimeSpan.FromMinutes(1) };

    /// <summary>How many commands of a kind it carried out.</summary>
    public abstract int Count(MxCommandKind kind);

    /// <summary>Waits until a command is under way: it has arrived, and has no answer yet.</summary>
    /// <param name="kind">The command; no other one may be under way.</param>
    public abstract Task UnderWayAsync(MxCommandKind kind);

    /// <summary>Fails unless every handle was released and every session closed, and nothing came after that.</summary>
    public abstract void AssertNothingLeftBehind();

    /// <summary>Stops it, as its administrator does.</summary>
    public abstract Task StopAsync();

    /// <summary>Ends it as a crash does: nothing is said to anybody.</summary>
    public abstract Task KillAsync();

    /// <summary>Deploys another Galaxy while it runs.</summary>
    public abstract Task DeployAsync(IReadOnlyList<RepositoryObject> objects, DateTimeOffset time);

    /// <summary>Ends it; may follow <see cref="StopAsync"/> and <see cref="KillAsync"/>.</summary>
    public abstract ValueTask DisposeAsync();
}
