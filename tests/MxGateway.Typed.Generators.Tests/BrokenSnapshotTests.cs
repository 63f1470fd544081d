using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>The generator under snapshots that no exporter wrote: merges gone wrong, editors that slipped, disks that forgot.</summary>
public class BrokenSnapshotTests
{
    private const int Runs = 150;

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

    // What breaks things: the signs of JSON, ends of lines, halves of characters, and names and numbers that stand elsewhere in the file.
    private static readonly byte[][] s_bits =
    [
        .. new[] { "", "{", "}", "[", "]", "\"", ",", ":", "\\", "\0", " ", "\n", "\r", "\u2028", "0", "-1", "99999999999", "null", "true", "{}", "[]", "\"\"", "#", ".", "..", "$", "name", "tag", "as", "class", "parent", "base" }.Select(Encoding.UTF8.GetBytes),
        .. new[] { "$Pump", "$Motor", "$Equipment", "Pump_001", "Motor_001", "Mixing", "PV", "PV.Hi", "Motor", "\"Motor\"", "\"parent\":\"Motor_001\",", "\"base\":\"$Pump\",", "\"id\":2,", "<<<<<<< HEAD\n" }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xE2, 0x80], [0xF0, 0x9F], [0xED, 0xA0, 0x80],
    ];

    // Each edit replaces some bytes somewhere by a bit, or by a piece of the file itself, as a merge does.
    private static readonly Arbitrary<(int At, int Length, int Bit, int From)[]> s_edits = (
        from at in Gen.Choose(0, s_sound.Length)
        from length in Gen.Frequency((4, Gen.Choose(0, 2)), (2, Gen.Choose(3, 20)), (1, Gen.Choose(20, 200)))
        from bit in Gen.Choose(0, s_bits.Length * 3 / 2)
        from start in Gen.Choose(0, s_sound.Length)
        select (at, length, bit, start)).NonEmptyListOf().Where(edits => edits.Count() <= 4).Select(edits => edits.ToArray()).ToArbitrary();

    [Fact]
    public void Whatever_happened_to_the_bytes_the_types_compile_or_an_error_says_where() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(20261102, 1017), Prop.ForAll(s_edits, edits => CompilesOrSays(edits.Aggregate(s_sound, Edit))));

    [Fact]
    public void The_sound_one_compiles_and_nothing_is_wrong_with_it() =>
        Assert.DoesNotContain(GeneratorHost.Run(new SnapshotItem(Encoding.UTF8.GetString(s_sound))).MustCompile().Diagnostics, diagnostic => diagnostic.Severity > DiagnosticSeverity.Info);

    private static byte[] Edit(byte[] file, (int At, int Length, int Bit, int From) edit)
    {
        int at = Math.Min(edit.At, file.Length), end = Math.Min(at + edit.Length, file.Length), start = Math.Min(edit.From, file.Length);
        byte[] bit = edit.Bit < s_bits.Length ? s_bits[edit.Bit] : file[start..Math.Min(start + 40, file.Length)];
        return [.. file[..at], .. bit, .. file[end..]];
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
}
