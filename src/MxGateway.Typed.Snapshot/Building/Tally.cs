namespace MxGateway.Typed.Snapshot;

/// <summary>Counts votes. There are few different ones, so a list is all it takes.</summary>
internal sealed class Tally<T>
{
    private readonly List<(T Value, int Count)> _votes = [];

    public int Count { get; private set; }

    public void Add(T value, int count = 1)
    {
        Count += count;
        for (int i = 0; i < _votes.Count; i++)
        {
            if (EqualityComparer<T>.Default.Equals(_votes[i].Value, value))
            {
                _votes[i] = (value, _votes[i].Count + count);
                return;
            }
        }

        _votes.Add((value, count));
    }

    public void Add(Tally<T> other)
    {
        foreach ((T value, int count) in other._votes)
            Add(value, count);
    }

    /// <summary>What most voted for; of those with equally many, the first by the comparison.</summary>
    public T Most(Comparison<T> tie)
    {
        (T Value, int Count) best = _votes[0];
        foreach ((T Value, int Count) vote in _votes)
            if (vote.Count > best.Count || (vote.Count == best.Count && tie(vote.Value, best.Value) < 0))
                best = vote;
        return best.Value;
    }

    public bool IsMost(T value) => _votes.Any(vote => EqualityComparer<T>.Default.Equals(vote.Value, value) && _votes.All(other => other.Count <= vote.Count));
}
