using System.IO.Enumeration;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>
/// Patterns for tags, such as <c>Pump_*</c>: one matches the tagname, or the whole reference with or without the <c>[]</c> of an array. Case does not matter.
/// </summary>
internal static class TagGlobs
{
    public static Predicate<string> Of(IEnumerable<string> globs)
    {
        string[] all = [.. globs];
        return reference => Array.Exists(all, glob => Match(glob, reference));
    }

    public static bool Match(string glob, string reference) =>
        Matches(glob, reference)
        || Matches(glob, reference.Split('.')[0])
        || (reference.EndsWith("[]", StringComparison.Ordinal) && Matches(glob, reference[..^2]));

    private static bool Matches(string glob, string name) => FileSystemName.MatchesSimpleExpression(glob, name);
}
