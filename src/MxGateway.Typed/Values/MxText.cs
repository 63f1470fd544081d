using System.Collections;
using System.Globalization;

namespace MxGateway.Typed;

/// <summary>Values as text, the same in every culture.</summary>
internal static class MxText
{
    private const int MostElements = 8;

    public static string Of<T>(T value) => value switch
    {
        null => "null",
        string text => text,
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        ReadOnlyMemory<byte> bytes => $"{bytes.Length} bytes",
        IList list => OfList(list),
        _ => value.ToString() ?? "",
    };

    /// <summary>A result code of MXAccess, as its documentation has them.</summary>
    public static string OfHResult(int? hresult) => hresult is null ? "null" : $"0x{hresult:X8}";

    private static string OfList(IList list)
    {
        IEnumerable<string> shown = list.Cast<object?>().Take(MostElements).Select(Of);
        return $"[{string.Join(", ", shown)}{(list.Count > MostElements ? $", ... {list.Count} in all" : "")}]";
    }
}
