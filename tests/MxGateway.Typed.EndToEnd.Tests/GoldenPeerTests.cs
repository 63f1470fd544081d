using System.Text.Json;
using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>
/// The fixtures of <c>tests/Golden</c> by a protobuf that is not ours: Python's reads each file as the same message, to the byte, and writes what we read as the same one.
/// That the runtime sends and reads them is tested in MxGateway.Typed.Tests.
/// </summary>
public sealed class GoldenPeerTests
{
    [PeerFact]
    public async Task Python_reads_each_file_as_the_same_bytes_and_writes_it_as_the_same_message()
    {
        string folder = RepositoryRoot.PathTo("tests", "Golden");
        string[] files = [.. Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))];
        ProcessResult result = await ProcessRun.RunAsync(Peers.Python, [Peers.Script("golden.py"), folder], new ProcessRunOptions { Environment = Peers.Environment() });
        Assert.True(result.ExitCode == 0, result.ToString());
        Dictionary<string, Said> said = JsonSerializer.Deserialize<Dictionary<string, Said>>(result.Output, JsonSerializerOptions.Web)!;

        Assert.True(files.Length > 100, $"only {files.Length} fixtures");
        Assert.Equal(files.Order(StringComparer.Ordinal), said.Keys.Order(StringComparer.Ordinal));
        foreach ((string file, Said python) in said)
        {
            IMessage ours = Parse(file, File.ReadAllText(Path.Combine(folder, file)));
            Assert.True(python.Bytes.AsSpan().SequenceEqual(ours.ToByteArray()), $"{file}: Python's bytes are others");
            Assert.Equal(ours, Parse(file, python.Json));
        }
    }

    private static IMessage Parse(string file, string json) => file switch
    {
        _ when file.StartsWith("values/", StringComparison.Ordinal) => MxValue.Parser.ParseJson(json),
        _ when file.StartsWith("events/", StringComparison.Ordinal) => MxEvent.Parser.ParseJson(json),
        _ when file.EndsWith(".command.json", StringComparison.Ordinal) => MxCommand.Parser.ParseJson(json),
        _ when file.EndsWith(".reply.json", StringComparison.Ordinal) => MxCommandReply.Parser.ParseJson(json),
        _ => throw new InvalidOperationException($"tests/Golden/README.md does not say what {file} holds"),
    };

    private sealed record Said(byte[] Bytes, string Json);
}
