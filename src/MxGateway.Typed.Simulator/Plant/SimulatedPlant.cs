using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>
/// The run-time values of the Galaxy: one per attribute, for all sessions. One lock covers values and listeners, so that who advises
/// misses no change and hears none twice.
/// </summary>
internal sealed class SimulatedPlant
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly PlantOrigin _origin;
    private readonly PlantMovement _movement;

    /// <param name="time">The clock of values and of movement.</param>
    /// <param name="seed">What all values come from.</param>
    /// <param name="changingPerSecond">The fraction of the advised tags that changes each second.</param>
    public SimulatedPlant(TimeProvider time, int seed, double changingPerSecond)
    {
        _time = time;
        _origin = new PlantOrigin(seed, time.GetUtcNow());
        _movement = new PlantMovement(time, new Random(seed), changingPerSecond, MoveSome);
    }

    /// <summary>The value of a tag now, and who of some advises it; null where nobody does.</summary>
    public TagSample Read(PlantTag tag, Predicate<ITagListener> isOne, out ITagListener? advised)
    {
        lock (_lock)
        {
            advised = tag.Listeners?.Find(isOne);
            return tag.Read(_origin, Now());
        }
    }

    /// <summary>Tells the listener the value now, and each change from now on; that it is a wrong reference, where a redeploy has just taken the tag away.</summary>
    public void Advise(PlantTag tag, ITagListener listener)
    {
        lock (_lock)
        {
            if (IsAway(tag, listener))
                return;
            tag.Listeners ??= [];
            tag.Listeners.Add(listener);
            if (tag.CanMove)
                _movement.Add(tag);
            listener.OnDataChange(tag.Read(_origin, Now()));
        }
    }

    /// <summary>Tells the listener nothing any more.</summary>
    public void UnAdvise(PlantTag tag, ITagListener listener)
    {
        lock (_lock)
        {
            tag.Listeners?.Remove(listener);
            if (tag.Listeners is not { Count: > 0 })
                _movement.Remove(tag);
        }
    }

    /// <summary>Tells the listener the value now, once more.</summary>
    public void Repeat(PlantTag tag, ITagListener listener)
    {
        lock (_lock)
        {
            if (!IsAway(tag, listener))
                listener.OnDataChange(tag.Read(_origin, Now()));
        }
    }

    /// <summary>
    /// Takes away what the Galaxy does not have any more, and tells its listeners so, once. What stays goes on with its value and its listeners;
    /// where it is of another type now, they are told its first value.
    /// </summary>
    public void Redeploy(RedeployedTags changes, bool tellAway)
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach (PlantTag tag in changes.Away)
            {
                foreach (ITagListener listener in (tellAway ? tag.Listeners : null) ?? [])
                    listener.OnWrongReference(now);
                tag.IsDeployed = false;
                tag.Listeners = null;
                _movement.Remove(tag);
            }

            foreach ((PlantTag tag, RepositoryAttribute definition) in changes.Kept)
                if (tag.Redefine(definition) && tag.Listeners is { Count: > 0 })
                    StartAnew(tag);
        }
    }

    /// <summary>Gives the tag a value that stays. Writing the value that it has already brings no data change.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value; not changed afterwards.</param>
    /// <param name="completed">Told before any listener, when the value holds.</param>
    public void Write(PlantTag tag, MxValue value, Action completed)
    {
        lock (_lock)
        {
            bool changes = tag.Write(value, Now());
            _movement.Remove(tag);
            completed();
            if (changes)
                Tell(tag, tag.Sample!.Value);
        }
    }

    /// <summary>Stops all movement.</summary>
    public void Stop()
    {
        lock (_lock)
            _movement.Dispose();
    }

    private void StartAnew(PlantTag tag)
    {
        if (tag.CanMove)
            _movement.Add(tag);
        else
            _movement.Remove(tag);
        Tell(tag, tag.Read(_origin, Now()));
    }

    private bool IsAway(PlantTag tag, ITagListener listener)
    {
        if (!tag.IsDeployed)
            listener.OnWrongReference(_time.GetUtcNow());
        return !tag.IsDeployed;
    }

    private void MoveSome()
    {
        lock (_lock)
        {
            Timestamp now = Now();
            foreach (PlantTag tag in _movement.Due())
                Tell(tag, tag.Move(_origin, now));
        }
    }

    private Timestamp Now() => Timestamp.FromDateTimeOffset(_time.GetUtcNow());

    private static void Tell(PlantTag tag, TagSample sample)
    {
        foreach (ITagListener listener in tag.Listeners ?? [])
            listener.OnDataChange(sample);
    }
}
