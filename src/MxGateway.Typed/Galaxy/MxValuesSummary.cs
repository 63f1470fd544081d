namespace MxGateway.Typed;

/// <summary>What is known of some samples together.</summary>
/// <param name="WorstQuality">The worst quality.</param>
/// <param name="Oldest">The oldest timestamp that counts.</param>
/// <param name="Newest">The newest timestamp that counts.</param>
/// <param name="HasSourceTimes">Whether the timestamps are the sources'; where no sample has one, they are ours.</param>
/// <param name="Differs">Whether all of them are attributes that are not what the template says for this object.</param>
internal readonly record struct MxValuesSummary(MxQuality WorstQuality, DateTimeOffset Oldest, DateTimeOffset Newest, bool HasSourceTimes, bool Differs)
{
    public static MxValuesSummary Of(IEnumerable<MxValuesSummary> parts) => parts.Aggregate((a, b) => a.With(b));

    private MxValuesSummary With(in MxValuesSummary other)
    {
        MxQuality worst = Worst(WorstQuality, other.WorstQuality);
        if (HasSourceTimes != other.HasSourceTimes)
            return (HasSourceTimes ? this : other) with { WorstQuality = worst, Differs = Differs && other.Differs };
        return new(worst, Oldest < other.Oldest ? Oldest : other.Oldest, Newest > other.Newest ? Newest : other.Newest, HasSourceTimes, Differs && other.Differs);
    }

    private static MxQuality Worst(MxQuality a, MxQuality b) => (Rank(a), a.Code).CompareTo((Rank(b), b.Code)) <= 0 ? a : b;

    private static int Rank(MxQuality quality) => quality.IsBad ? 0 : quality.IsUncertain ? 1 : 2;
}
