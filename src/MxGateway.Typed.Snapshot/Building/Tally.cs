namespace MxGateway.Typed.Snapshot;

/// <summary>Counts votes.</summary>
internal sealed class Tally<T>
{
    // A tuple of one is a key even where the value is null.
    private readonly Dictionary<ValueTuple<T>, int> _votes = [];

    public int Count { get; private set; }

    public void Add(T value, int count = 1)
    {
        var key = new ValueTuple<T>(value);
        _votes[key] = (_votes.TryGetValue(key, out int before) ? before : 0) + count;
        Count += count;
    }

    public void Add(Tally<T> other)
    {
        foreach (KeyValuePair<ValueTuple<T>, int> vote in other._votes)
            Add(vote.Key.Item1, vote.Value);
    }

    /// <summary>What most voted for; of those with equally many, the first by the comparison.</summary>
    public T Most(Comparison<T> tie)
    {
        KeyValuePair<ValueTuple<T>, int> best = _votes.First();
        foreach (KeyValuePair<ValueTuple<T>, int> vote in _votes)
            if (vote.Value > best.Value || (vote.Value == best.Value && tie(vote.Key.Item1, best.Key.Item1) < 0))
                best = vote;
        return best.Key.Item1;
    }

    public bool Has(T value) => _votes.ContainsKey(new ValueTuple<T>(value));

    public bool IsMost(T value) => _votes.TryGetValue(new ValueTuple<T>(value), out int count) && _votes.Values.All(other => other <= count);
}
