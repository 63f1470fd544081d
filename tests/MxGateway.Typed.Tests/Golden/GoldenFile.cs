using System.Text;
using Google.Protobuf;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>
/// A message in <c>tests/Golden</c>, as protobuf JSON: what clients of the gateway are held against. <c>MXGT_APPROVE=1</c> writes what comes, to be read in the diff before it is committed;
/// it does nothing where <c>CI</c> is <c>true</c>.
/// </summary>
internal static class GoldenFile
{
    private static readonly bool s_approve =
        Environment.GetEnvironmentVariable("MXGT_APPROVE") == "1" && Environment.GetEnvironmentVariable("CI") != "true";

    private static readonly JsonFormatter s_formatter = new(JsonFormatter.Settings.Default.WithIndentation("  "));

    /// <summary>The names of a folder's files of one kind, without the kind, sorted.</summary>
    public static string[] Names(string folder, string kind = ".json") =>
    [
        .. Directory.GetFiles(RepositoryRoot.PathTo("tests", "Golden", folder), "*" + kind)
            .Select(file => Path.GetFileName(file)[..^kind.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The message of a file.</summary>
    /// <param name="name">Such as <c>values/Float</c>.</param>
    public static T Read<T>(string name)
        where T : IMessage<T>, new() => new MessageParser<T>(() => new T()).ParseJson(File.ReadAllText(PathOf(name)));

    /// <summary>Fails unless the message is the file's.</summary>
    public static void Verify<T>(string name, T message)
        where T : IMessage<T>, new()
    {
        string path = PathOf(name);
        if (s_approve && (!File.Exists(path) || !Read<T>(name).Equals(message)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, s_formatter.Format(message).ReplaceLineEndings("\n") + "\n", new UTF8Encoding(false));
        }

        Assert.True(File.Exists(path), $"tests/Golden has no {name}.json yet; run this test with MXGT_APPROVE=1, and read what it writes");
        Assert.Equal(Read<T>(name), message);
    }

    private static string PathOf(string name) => RepositoryRoot.PathTo(["tests", "Golden", .. $"{name}.json".Split('/')]);
}
