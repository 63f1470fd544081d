namespace MxGateway.Typed.Simulator.Plant;

/// <summary>A hash that is the same in each run; .NET's own differs.</summary>
internal static class StableHash
{
    /// <summary>FNV-1a, ignoring case.</summary>
    public static uint Of(string text, int seed)
    {
        uint hash = 2166136261 ^ (uint)seed;
        foreach (char c in text)
            hash = (hash ^ char.ToUpperInvariant(c)) * 16777619;
        return hash;
    }
}
