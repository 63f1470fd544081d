namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>Names of attributes, taken apart at their dots.</summary>
internal static class AttributePath
{
    private const int MostLevels = 32;

    /// <summary>The parts of an attribute's name; what is nested deeper than any Galaxy goes stays together.</summary>
    public static string[] Of(string name) => name.Split(['.'], MostLevels);

    /// <summary>The names up to each dot of an attribute's name: <c>PV</c> and <c>PV.HiHi</c> of <c>PV.HiHi.Limit</c>.</summary>
    public static IEnumerable<string> Above(string name)
    {
        int levels = Of(name).Length;
        for (int end = name.IndexOf('.'); levels > 1; end = name.IndexOf('.', end + 1), levels--)
            yield return name.Substring(0, end);
    }
}
