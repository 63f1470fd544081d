using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>The Galaxy that is deployed now. A redeploy puts another in its place: at once for who reads it, and told to all who watch.</summary>
internal sealed class DeployedGalaxy
{
    /// <summary>How many may watch at a time.</summary>
    public const int MaxWatches = 1_000;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _redeploying = new(1);
    private readonly List<DeployWatch> _watches = [];
    private readonly SimulatedPlant _plant;
    private readonly TimeProvider _time;
    private readonly GatewayRules _rules;
    private DeployEvent _told;
    private volatile Deploy _now;
    private volatile bool _repositoryIsUp = true;

    public DeployedGalaxy(GalaxySnapshot snapshot, SimulatedPlant plant, TimeProvider time, GatewayRules rules)
    {
        _plant = plant;
        _time = time;
        _rules = rules;
        var galaxy = new GalaxyModel(snapshot, snapshot.DeployTime, rules);
        _now = new Deploy(1, time.GetUtcNow(), galaxy, new TagIndex(galaxy, rules), new PageTokens(rules));
        _told = _now.ToMessage();
    }

    public Deploy Now => _now;

    /// <summary>Whether the gateway reaches the repository's database. The hierarchy does not depend on it: it is read from what the gateway keeps.</summary>
    public bool RepositoryIsUp
    {
        get => _repositoryIsUp;
        set => _repositoryIsUp = value;
    }

    /// <summary>Watches deploys from now on.</summary>
    public DeployWatch Watch()
    {
        lock (_lock)
        {
            if (_watches.Count >= MaxWatches)
                throw GrpcFault.Exhausted($"{MaxWatches} callers watch deploys, which is the limit");
            var watch = new DeployWatch(_told, Unwatch);
            _watches.Add(watch);
            return watch;
        }
    }

    /// <summary>Deploys another Galaxy. When this is done, everybody who is concerned has been told.</summary>
    public async Task<Deploy> RedeployAsync(GalaxySnapshot snapshot, CancellationToken cancellationToken)
    {
        await _redeploying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Everything that takes long is made beside the Galaxy that is served.
            return await Task.Run(() => Redeploy(snapshot), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _redeploying.Release();
        }
    }

    /// <summary>The gateway starts anew: its deploys are numbered from the first again, and it knows no page token from before.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _now = new Deploy(1, _time.GetUtcNow(), _now.Galaxy, _now.Tags, new PageTokens(_rules));
            _told = _now.ToMessage();
        }
    }

    private Deploy Redeploy(GalaxySnapshot snapshot)
    {
        Deploy before = _now;
        var galaxy = new GalaxyModel(snapshot, DeployTime(before.Galaxy.DeployTime, snapshot.DeployTime), _rules);
        TagIndex tags = before.Tags.Redeploy(galaxy, out RedeployedTags changes);
        PageTokens tokens = _rules.Hold(GatewayRule.StaleToken) ? new PageTokens(_rules) : before.Tokens;

        // From here on references are looked up in the new Galaxy; then the tags of the one before learn what became of them.
        Deploy deploy;
        lock (_lock)
            _now = deploy = new Deploy(_now.Sequence + (_rules.Hold(GatewayRule.WatchSequence) ? 1UL : 2UL), _time.GetUtcNow(), galaxy, tags, tokens);
        _plant.Redeploy(changes, tellAway: _rules.Hold(GatewayRule.RedeployedAway));
        Tell(deploy.ToMessage());
        return deploy;
    }

    /// <summary>
    /// A deploy is told from the one before by its time, so that always moves on: it is the snapshot's own where that is later than the one before, else the
    /// time now.
    /// </summary>
    private DateTimeOffset DeployTime(DateTimeOffset? before, DateTimeOffset? own)
    {
        if (own is not null && (before is null || own > before))
            return own.Value;
        DateTimeOffset now = _time.GetUtcNow();
        return before is null || now > before ? now : before.Value.AddTicks(1);
    }

    private void Tell(DeployEvent deployed)
    {
        lock (_lock)
        {
            _told = deployed;
            foreach (DeployWatch watch in _rules.Hold(GatewayRule.RedeployTold) ? _watches : _watches.Take(1))
                watch.Tell(deployed);
        }
    }

    private void Unwatch(DeployWatch watch)
    {
        lock (_lock)
            _watches.Remove(watch);
    }
}
