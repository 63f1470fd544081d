using System.Globalization;

namespace MxGateway.Typed.Snapshot;

/// <summary>The deploy time as text: ISO 8601 in UTC, with as many digits of the second as it has, seven at most.</summary>
internal static class SnapshotTime
{
    private const string Pattern = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(Pattern, CultureInfo.InvariantCulture);

    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(text, Pattern, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
}
