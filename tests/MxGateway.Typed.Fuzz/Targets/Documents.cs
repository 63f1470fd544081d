using System.Text;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Tests;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>Files that people bring: spoiled ones are read, or refused in the reader's own words.</summary>
/// <param name="name">The target's name.</param>
/// <param name="sound">Files that are sound.</param>
/// <param name="words">What may stand in such a file, and is put where it does not belong.</param>
/// <param name="read">Reads a file; returns normally where it is taken or refused.</param>
internal sealed class Documents(string name, IReadOnlyList<string> sound, IReadOnlyList<string> words, Action<byte[]> read) : FuzzTarget(name)
{
    private static readonly string[] s_json =
        ["\"", "\\", "\\ud800", "\\u0000", "{", "}", "[", "]", "[]", "{}", ",", ":", "null", "true", "0", "-1", "1e999", "99999999999999999999", "\"\"", "/*", "//", "\n", "\uFEFF", "\t", "ä"];

    /// <summary>The simulator's keys file.</summary>
    public static Documents Keys() => new("keys-file",
        [
            $$"""{"keys": [{"key": "mxgw_7f3a_planted5ecret", "scopes": ["session:open", "invoke:read"]}, {"id": "b", "sha256": "{{new string('a', 64)}}", "scopes": []}], "users": [{"name": "op", "password": "planted5ecret", "guid": "00000000-0000-0000-0000-000000000001"}]}""",
            """{"keys": [{"key": "mxgw_a_planted5ecret", "scopes": ["metadata:read"]}]}""",
        ],
        ["\"keys\"", "\"key\"", "\"users\"", "\"scopes\"", "\"id\"", "\"sha256\"", "\"guid\"", "\"name\"", "\"password\"", "mxgw_", "_", "invoke:write"],
        bytes =>
        {
            try
            {
                SimulatorKeys.Parse(bytes);
            }
            catch (SimulatorKeysException e) when (!e.Message.Contains("planted5ecret", StringComparison.Ordinal))
            {
                // Refused, and the key is not in the words.
            }
        });

    /// <summary>The snapshot file: what is read is written, and read again as the same.</summary>
    public static Documents Snapshots() => new("snapshot-file", [Written(TestGalaxy.Snapshot)],
        ["\"format\"", "\"templates\"", "\"objects\"", "\"attributes\"", "\"name\"", "\"Pump_001\"", "\"$Pump\"", "\"Speed\"", "\"Float\"", "\"PV.HiHi.Limit\"", "2147483648", "\"2026-01-01T00:00:00Z\""],
        bytes =>
        {
            if (SnapshotReader.Read(bytes).Snapshot is not { } snapshot)
                return;
            string written = Written(snapshot);
            if (SnapshotReader.Read(Encoding.UTF8.GetBytes(written)).Snapshot is not { } again || Written(again) != written)
                throw new FuzzException("what was read and written is read as something else");
            _ = SnapshotExpander.Expand(snapshot).Count();
        });

    public override Task PlayAsync(FuzzInput input)
    {
        read(input.Bytes("data"));
        return Task.CompletedTask;
    }

    protected override IEnumerable<FuzzStep> Steps(Random random)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(sound[random.Next(sound.Count)]);
        for (int left = random.Next(1, 5); left > 0; left--)
        {
            int at = random.Next(bytes.Length + 1), to = random.Next(at, Math.Min(bytes.Length, at + 30) + 1);
            string word = random.Next(2) == 0 ? s_json[random.Next(s_json.Length)] : words[random.Next(words.Count)];
            bytes = random.Next(4) switch
            {
                0 => Mutations.Spoil(random, bytes),
                1 => [.. bytes[..at], .. Encoding.UTF8.GetBytes(word), .. bytes[to..]],
                2 => [.. bytes[..at], .. Encoding.UTF8.GetBytes(word), .. bytes[at..]],
                _ => [.. bytes[..to], .. bytes[at..]],
            };
        }

        yield return new FuzzStep("data", "", bytes);
    }

    private static string Written(GalaxySnapshot snapshot)
    {
        using var stream = new MemoryStream();
        SnapshotWriter.Write(snapshot, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
