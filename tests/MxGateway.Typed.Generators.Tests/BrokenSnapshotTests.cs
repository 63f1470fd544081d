using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>The generator under snapshots that no exporter wrote: merges gone wrong, editors that slipped, disks that forgot.</summary>
public class BrokenSnapshotTests
{
    private const int Runs = 200;

    // Small, and with all that a snapshot may have: kept names, groups, chains, own rows, circles.
    private static readonly byte[] s_sound = Encoding.UTF8.GetBytes(
        """
        {
          "format": 1,
          "tool": "0.1",
          "deployed": "2026-11-02T06:15:00Z",
          "filter": {},
          "content": "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
          "templates": [
            {"name":"$Area"},
            {"name":"$Equipment","as":"Equipment","attributes":[
              {"name":"PV","type":"Float","category":"Writeable_US","security":"Operate","class":"PVAttribute"},
              {"name":"PV.Hi.Limit","type":"Float","category":"Writeable_USC","security":"Tune","alarm":true},
              {"name":"Speed#","as":"Speed_","type":"Integer","category":"Calculated","security":"ViewOnly","historized":true}
            ],"children":[
              {"name":"Motor","template":"$Motor","as":"Motor"}
            ],"groups":[
              {"name":"PV.Hi","as":"High","class":"HighGroup"}
            ]},
            {"name":"$Motor"},
            {"name":"$Pump","base":"$Equipment","attributes":[
              {"name":"Cmd","type":"Boolean","category":"Writeable_US","security":"VerifiedWrite"},
              {"name":"List","type":"String","category":"Writeable_USC","security":"SecuredWrite","array":10},
              {"name":"Odd","type":99,"typeName":"Odd","category":"Undefined","security":9}
            ]}
          ],
          "objects": [
            {"tag":"Mixing","id":1,"area":true,"category":13,"template":"$Area"},
            {"tag":"Motor_001","id":3,"name":"Motor","parent":"Pump_001","category":10,"template":"$Motor"},
            {"tag":"Motor_002","id":5,"name":"Motor","parent":"Pump_002","category":10,"template":"$Motor","attributes":[
              {"name":"Own.Value","type":"Double","category":"Writeable_US","security":"Operate","reference":"Else.Value"}
            ]},
            {"tag":"Pump_001","id":2,"parent":"Mixing","host":99,"category":10,"template":"$Pump","as":"ThePump"},
            {"tag":"Pump_002","id":4,"parent":"Mixing","category":10,"chain":["$Pump","$Motor"],"without":["Cmd"]}
          ],
          "tombstones": [
            {"owner":"$Pump","member":"Old","name":"Old","successor":"Cmd"}
          ]
        }
        """);

    // The signs of JSON, ends of lines, halves of characters.
    private static readonly byte[][] s_bits =
    [
        .. new[] { "", "{", "}", "[", "]", "\"", ",", ":", "\\", "\0", "\n", "\r", "\u2028", "0", "<<<<<<< HEAD\n" }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xE2, 0x80], [0xF0, 0x9F], [0xED, 0xA0, 0x80],
    ];

    // Values and names that do not stand in the file, or not as such.
    private static readonly string[] s_values =
    [
        "null", "true", "-1", "0", "99999999999", "{}", "[]", "[[{}]]", "\"\"", "\"$\"", "\"#\"", "\".\"", "\"..\"", "\"PV.\"", "\".PV\"", "\"PV\\u2028\"", "\"PV\u2028\"", "\"\\ud800\"", "\"class\"", "\"ToString\"", "\"Value\"",
        "\"PlantGalaxy\"", "\"Pump\"", "\"Objects\"", "\"1st\"", "\"" + string.Join(".", Enumerable.Repeat("a", 50)) + "\"",
    ];

    // Most edits leave JSON behind: a value or name replaced by another, a row that goes, or comes again elsewhere. The others replace some bytes.
    private static readonly Arbitrary<Edit[]> s_edits = (
        from kind in Gen.Frequency((12, Gen.Constant(EditKind.Token)), (4, Gen.Constant(EditKind.Row)), (1, Gen.Constant(EditKind.Bytes)))
        from at in Gen.Choose(0, int.MaxValue)
        from with in Gen.Choose(0, int.MaxValue)
        from length in Gen.Choose(0, 8)
        select new Edit(kind, at, with, length)).NonEmptyListOf().Select(edits => edits.Take(5).ToArray()).ToArbitrary();

    private enum EditKind
    {
        Token,
        Row,
        Bytes,
    }

    [Fact]
    public void Whatever_happened_to_the_bytes_the_types_compile_or_an_error_says_where() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(20261102, 1017), Prop.ForAll(s_edits, edits => CompilesOrSays(edits.Aggregate(s_sound, Apply))));

    [Fact]
    public void The_sound_one_compiles_and_nothing_is_wrong_with_it() =>
        Assert.DoesNotContain(GeneratorHost.Run(new SnapshotItem(Encoding.UTF8.GetString(s_sound))).MustCompile().Diagnostics, diagnostic => diagnostic.Severity > DiagnosticSeverity.Info);

    private static byte[] Apply(byte[] file, Edit edit) => edit.Kind switch
    {
        EditKind.Token => Encoding.UTF8.GetBytes(ReplaceToken(Encoding.UTF8.GetString(file), edit)),
        EditKind.Row => Encoding.UTF8.GetBytes(MoveRow(Encoding.UTF8.GetString(file), edit)),
        _ => ReplaceBytes(file, edit),
    };

    private static string ReplaceToken(string text, Edit edit)
    {
        Match[] tokens = [.. Regex.Matches(text, "\"[^\"\n]*\"|\\b[0-9]+\\b|\\btrue\\b").Cast<Match>()];
        if (tokens.Length == 0)
            return text;
        string[] others = [.. tokens.Select(token => token.Value), .. s_values];
        Match old = tokens[edit.At % tokens.Length];
        return text[..old.Index] + others[edit.With % others.Length] + text[(old.Index + old.Length)..];
    }

    private static string MoveRow(string text, Edit edit)
    {
        List<string> lines = [.. text.Split('\n')];
        int[] rows = [.. Enumerable.Range(0, lines.Count).Where(line => lines[line].EndsWith("},", StringComparison.Ordinal))];
        if (rows.Length == 0)
            return text;
        string row = lines[rows[edit.At % rows.Length]];
        lines.Insert(rows[edit.With % rows.Length], row);
        if (edit.Length % 2 == 0)
            lines.Remove(row);
        return string.Join('\n', lines);
    }

    private static byte[] ReplaceBytes(byte[] file, Edit edit)
    {
        int at = edit.At % (file.Length + 1), end = Math.Min(at + edit.Length, file.Length);
        return [.. file[..at], .. s_bits[edit.With % s_bits.Length], .. file[end..]];
    }

    private static bool CompilesOrSays(byte[] file)
    {
        string text = Encoding.UTF8.GetString(file);
        GeneratorOutcome outcome = GeneratorHost.Run(new SnapshotItem(text));

        TextLineCollection lines = SourceText.From(text).Lines;
        Assert.All(outcome.Diagnostics, diagnostic =>
        {
            TextSpan span = diagnostic.Location.SourceSpan;
            Assert.InRange(span.End, span.Start, text.Length);
            Assert.Equal(lines.GetLinePositionSpan(span), diagnostic.Location.GetLineSpan().Span);
        });
        // What is emitted compiles whether or not there was something to say; where nothing is, an error says why.
        Assert.DoesNotContain(outcome.Compilation.GetDiagnostics(), diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
        Assert.True(outcome.Result.GeneratedSources.Length > 0 || outcome.Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), "nothing is emitted, and nobody says why");
        return true;
    }

    private sealed record Edit(EditKind Kind, int At, int With, int Length);
}
