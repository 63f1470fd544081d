namespace MxGateway.Typed.Generators.Model;

/// <summary>
/// Spreads models over a fixed number of buckets, each by its file's name. A step compares its outputs with the ones before by position: in one long list a newcomer would move,
/// and so emit again, everything after it; like this it moves what is in its own bucket only.
/// </summary>
internal static class Buckets
{
    // Many for the models that there are, so that most have a bucket of their own; few enough that empty ones cost nothing.
    private const int Count = 4096;

    public static IEnumerable<EquatableArray<T>> Of<T>(IReadOnlyList<T> models, Func<T, string> hint)
        where T : IEquatable<T>
    {
        var buckets = new List<T>?[Count];
        foreach (T model in models)
            (buckets[Hash(hint(model)) % Count] ??= []).Add(model);
        return buckets.Select(bucket => bucket is null ? default : bucket.OrderBy(hint, StringComparer.Ordinal).ToEquatable());
    }

    // FNV-1a: the same in each process, so that the files come in the same order and a build is repeatable.
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char unit in text)
            hash = unchecked((hash ^ unit) * 16777619);
        return hash;
    }
}
