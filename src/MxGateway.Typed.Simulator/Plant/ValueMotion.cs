using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>
/// How values move, by data type: numbers with a fraction as a sine or as a ramp, bools toggle, ints count, texts cycle, times follow the clock.
/// The next value is never the one before.
/// </summary>
internal static class ValueMotion
{
    private const int Period = 20;

    /// <summary>What a state cycles through.</summary>
    public static string[] States { get; } = ["Stopped", "Starting", "Running", "Stopping"];

    public static bool IsState(string attributeName) => attributeName is "STATE" or "STATUS" or "MODE";

    /// <summary>The value after <paramref name="current"/>.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="type">Its type.</param>
    /// <param name="initial">The value it started with, around which it moves.</param>
    /// <param name="current">The value now.</param>
    /// <param name="step">How often it has moved, this time included.</param>
    /// <param name="now">The time.</param>
    public static object? Next(RepositoryAttribute attribute, DataType type, object? initial, object? current, int step, DateTimeOffset now) => current switch
    {
        bool value => !value,
        int value when type.Count > 0 => (value + 1) % type.Count,
        int value when type.Wire == Contracts.Proto.MxDataType.DataQualityType => value == 192 ? 216 : 192,
        int value => value == int.MaxValue ? 0 : value + 1,
        long value => value + TimeSpan.TicksPerSecond,
        float value => Other((float)Wave(attribute, (float)initial!, step), value, MathF.BitIncrement),
        double value => Other(Wave(attribute, (double)initial!, step), value, Math.BitIncrement),
        string value => NextText((string)initial!, value, step),
        DateTimeOffset value => now > value ? now : value.AddTicks(1),
        byte[] value => BitConverter.GetBytes(BitConverter.ToUInt32(value) + 1),
        _ => current,
    };

    private static T Other<T>(T next, T current, Func<T, T> nudge)
        where T : IEquatable<T> => next.Equals(current) ? nudge(next) : next;

    /// <summary>A sine for half of the attributes, a ramp for the others, around the value at the start.</summary>
    private static double Wave(RepositoryAttribute attribute, double center, int step)
    {
        double amplitude = Math.Max(Math.Abs(center) * 0.2, 1);
        double shape = StableHash.Of(attribute.FullTagReference, 0) % 2 == 0
            ? Math.Sin(2 * Math.PI * step / Period)
            : (((step + (Period / 2)) % Period) - (Period / 2)) / (Period / 2.0);
        return Math.Round(center + (amplitude * shape), 3);
    }

    private static string NextText(string initial, string current, int step)
    {
        int state = Array.IndexOf(States, current);
        if (state >= 0)
            return States[(state + 1) % States.Length];
        int turn = step % 4;
        string next = turn == 0 ? initial : $"{initial} ({turn})".TrimStart();
        return next != current ? next : $"{next}'";
    }
}
