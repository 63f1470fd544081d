namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>Names of attributes, taken apart at their dots.</summary>
internal static class AttributePath
{
    private const int MostLevels = 32;

    /// <summary>The parts of an attribute's name; what is nested deeper than any Galaxy goes stays together.</summary>
    public static string[] Of(string name) => name.Split(['.'], MostLevels);
}
