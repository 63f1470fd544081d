using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Rules;
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
    private readonly WrittenValues _written;

    // Advised tags whose value was kept back because they are silent.
    private readonly HashSet<PlantTag> _untold = [];
    private Predicate<string>? _isSilent;

    /// <param name="time">The clock of values and of movement.</param>
    /// <param name="seed">What all values come from.</param>
    /// <param name="changingPerSecond">The fraction of the advised tags that changes each second.</param>
    /// <param name="rules">The rules that it keeps.</param>
    public SimulatedPlant(TimeProvider time, int seed, double changingPerSecond, GatewayRules rules)
    {
        _written = new WrittenValues(rules);
        _time = time;
        _origin = new PlantOrigin(seed, time.GetUtcNow());
        _movement = new PlantMovement(time, new Random(seed), changingPerSecond, MoveSome);
    }

    /// <summary>When writes are completed.</summary>
    public WriteCompletions Completions { get; } = new();

    /// <summary>The value of a tag now, and who of some advises it; null where nobody does.</summary>
    /// <returns>Null for a silent tag that none of those advises.</returns>
    public TagSample? Read(PlantTag tag, Predicate<ITagListener> isOne, out ITagListener? advised)
    {
        lock (_lock)
        {
            advised = tag.Listeners?.Find(isOne);
            return advised is null && IsSilent(tag) ? null : tag.Read(_origin, Now());
        }
    }

    /// <summary>
    /// Tells the listener the value now, and each change from now on; that it is a wrong reference, where a redeploy has just taken the tag away.
    /// </summary>
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
            Tell(tag, listener);
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
                Tell(tag, listener);
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

    /// <summary>
    /// Gives a tag, or a part of it, a value that stays. Writing the value that it has already brings no data change, unless its time stamp is another one.
    /// </summary>
    /// <param name="target">What is written.</param>
    /// <param name="written">The value; not changed afterwards.</param>
    /// <param name="time">The time stamp that the write gives it; null for the time now.</param>
    /// <param name="changeFirst">Whether the listeners are told before the writer.</param>
    /// <param name="completed">Told when the value holds, or why it does not.</param>
    public void Write(TagReference target, MxValue? written, Timestamp? time, bool changeFirst, Action<WriteRefusal?> completed)
    {
        lock (_lock)
        {
            Timestamp now = Now();
            WriteRefusal? refusal = _written.Take(target, target.Tag.Read(_origin, now).Value, written, out MxValue? value);
            bool changes = refusal is null && target.Tag.Write(value!, time, now);
            if (refusal is null)
                _movement.Remove(target.Tag);

            if (!changeFirst)
                completed(refusal);
            if (changes)
                Tell(target.Tag, target.Tag.Sample!.Value);
            if (changeFirst)
                completed(refusal);
        }
    }

    /// <summary>
    /// Silences the attributes of some references, as of objects that are off scan: their values are not told, and who advises them anew waits for a first one.
    /// Those that were silent before and are not any more tell their value. Null for none.
    /// </summary>
    public void Silence(Predicate<string>? isSilent)
    {
        lock (_lock)
        {
            _isSilent = isSilent;
            foreach (PlantTag tag in _untold.Where(tag => !IsSilent(tag)).ToList())
            {
                _untold.Remove(tag);
                Tell(tag, tag.Read(_origin, Now()));
            }
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
            foreach (PlantTag tag in _movement.Due().Where(tag => !IsSilent(tag)))
                Tell(tag, tag.Move(_origin, now));
        }
    }

    private Timestamp Now() => Timestamp.FromDateTimeOffset(_time.GetUtcNow());

    private bool IsSilent(PlantTag tag) => _isSilent is not null && _isSilent(tag.Definition.FullTagReference);

    private void Tell(PlantTag tag, ITagListener listener)
    {
        if (IsSilent(tag))
            _untold.Add(tag);
        else
            listener.OnDataChange(tag.Read(_origin, Now()));
    }

    private void Tell(PlantTag tag, TagSample sample)
    {
        if (IsSilent(tag))
        {
            _untold.Add(tag);
            return;
        }

        foreach (ITagListener listener in tag.Listeners ?? [])
            listener.OnDataChange(sample);
    }
}
