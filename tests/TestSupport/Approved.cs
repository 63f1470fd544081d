using System.Runtime.CompilerServices;
using System.Text;

namespace MxGateway.Typed.TestSupport;

/// <summary>
/// Compares output with an approved file beside the test: <c>Name.verified.ext</c>. What differs is written to <c>Name.received.ext</c>; to approve, move it over the other.
/// <c>MXGT_APPROVE=1</c> approves whatever comes, to be read in the diff before it is committed; it does nothing where <c>CI</c> is <c>true</c>.
/// The names are Verify's, so that Verify can take over one day.
/// </summary>
public static class Approved
{
    private static readonly bool s_approve =
        Environment.GetEnvironmentVariable("MXGT_APPROVE") == "1" && Environment.GetEnvironmentVariable("CI") != "true";

    /// <summary>Fails unless the text is what was approved.</summary>
    public static void Verify(string text, string name, string extension = "txt", [CallerFilePath] string testFile = "")
    {
        string folder = Path.Combine(Path.GetDirectoryName(testFile)!, "Approved");
        string verified = Path.Combine(folder, $"{name}.verified.{extension}");
        string received = Path.Combine(folder, $"{name}.received.{extension}");
        string actual = text.ReplaceLineEndings("\n");
        string? expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : null;
        if (expected == actual)
        {
            File.Delete(received);
            return;
        }

        Directory.CreateDirectory(folder);
        if (s_approve)
        {
            File.WriteAllText(verified, actual, new UTF8Encoding(false));
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, actual, new UTF8Encoding(false));
        throw new InvalidOperationException(expected is null
            ? $"nothing is approved yet: read {received} and rename it to {Path.GetFileName(verified)}"
            : $"{FirstDifference(expected, actual)}\nread {received}, and move it over {Path.GetFileName(verified)} if it is right");
    }

    private static string FirstDifference(string expected, string actual)
    {
        string[] expectedLines = expected.Split('\n'), actualLines = actual.Split('\n');
        int line = 0;
        while (line < expectedLines.Length && line < actualLines.Length && expectedLines[line] == actualLines[line])
            line++;
        return $"line {line + 1} is not as approved\n  approved: {expectedLines.ElementAtOrDefault(line) ?? "(end)"}\n  received: {actualLines.ElementAtOrDefault(line) ?? "(end)"}";
    }
}
