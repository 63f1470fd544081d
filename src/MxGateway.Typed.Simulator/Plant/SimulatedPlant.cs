using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;

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
    private readonly HashSet<PlantTag> _untold = [];
    private Predicate<string>? _isSilent;

    /// <param name="time">The clock of values and of movement.</param>
    /// <param name="seed">What all values come from.</param>
    /// <param name="changingPerSecond">The fraction of the advised tags that changes each second.</param>
    public SimulatedPlant(TimeProvider time, int seed, double changingPerSecond)
    {
        _time = time;
        _origin = new PlantOrigin(seed, time.GetUtcNow());
        _movement = new PlantMovement(time, new Random(seed), changingPerSecond, MoveSome);
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

    /// <summary>Tells the listener the value now, and each change from now on.</summary>
    public void Advise(PlantTag tag, ITagListener listener)
    {
        lock (_lock)
        {
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
            Tell(tag, listener);
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
