using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MxGateway.Typed.Snapshot;

/// <summary>Reads a snapshot file.</summary>
public static class SnapshotReader
{
    /// <summary>Reads a snapshot and says everything that is wrong with it (1,000 problems at most), each at its place. Never throws for what the file contains.</summary>
    /// <param name="utf8">The file's bytes; a byte order mark is skipped.</param>
    /// <param name="cancellationToken">Looked at every 256 rows.</param>
    /// <exception cref="OperationCanceledException">Reading was given up.</exception>
    public static SnapshotReadResult Read(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken = default) => Read(utf8, new Looks(cancellationToken));

    internal static SnapshotReadResult Read(ReadOnlyMemory<byte> utf8, Looks looks)
    {
        if (utf8.Span.StartsWith((byte[])[0xEF, 0xBB, 0xBF]))
            utf8 = utf8.Slice(3);
        if (FirstInvalidByte(utf8) is { } invalid)
            return Nothing(SnapshotProblemKind.MalformedJson, new PositionCursor(utf8.Span).At(invalid), "the file is not UTF-8; save it as such, or take the file back from version control");

        var problems = new ProblemList();
        var rows = new ParsedRows();
        try
        {
            bool isSnapshot = new SnapshotParser(utf8.Span, problems, looks).ReadFile(rows);
            if (rows.ForeignFormat is null)
                return new SnapshotReadResult(isSnapshot ? new SnapshotAssembler(rows, problems, looks).Assemble() : null, problems.InOrder());
        }
        catch (JsonException malformed) when (rows.ForeignFormat is null)
        {
            SnapshotPosition at = Position(utf8.Span, malformed);
            string what = IsConflict(utf8.Span, malformed)
                ? "a merge conflict is not resolved here; keep the rows of both sides, each once, or take the file back from version control"
                : HowCutOff(utf8.Span) is { } cutOff ? $"{cutOff}; take it back from version control, or export it anew"
                : $"{Reason(malformed)} Mend it, or take the file back from version control";
            return Nothing(SnapshotProblemKind.MalformedJson, at, what);
        }
        catch (JsonException)
        {
            // A file of another format is not for this version to judge.
        }

        return Nothing(SnapshotProblemKind.UnknownFormatVersion, rows.ForeignFormat!.Position, ForeignFormat(rows));
    }

    private static SnapshotReadResult Nothing(SnapshotProblemKind kind, SnapshotPosition position, string message) => new(null, [new SnapshotProblem(kind, position, message)]);

    private static string ForeignFormat(ParsedRows rows)
    {
        string format = FormattableString.Invariant($"the snapshot is of format {rows.ForeignFormat!.Version}, and this version reads format {GalaxySnapshot.CurrentFormatVersion}");
        string writer = rows.ToolVersion is null ? "a newer version" : $"version {JsonText.Quote(rows.ToolVersion)}, or a newer one,";
        return $"{format}: it takes {writer} of MxGateway.Typed and mxgw-typed. Use that, or, if \"format\" was edited, take the file back from version control";
    }

    // System.Text.Json counts columns in bytes; the compiler and the editor count UTF-16 characters.
    private static SnapshotPosition Position(ReadOnlySpan<byte> utf8, JsonException malformed) =>
        new PositionCursor(utf8).At((int)Math.Min(LineStart(utf8, malformed) + (malformed.BytePositionInLine ?? 0), utf8.Length));

    private static int LineStart(ReadOnlySpan<byte> utf8, JsonException malformed)
    {
        int start = 0;
        for (long line = malformed.LineNumber ?? 0; line > 0; line--)
            start += utf8.Slice(start).IndexOf((byte)'\n') + 1;
        return start;
    }

    // The marks that a merge leaves at the start of a line.
    private static bool IsConflict(ReadOnlySpan<byte> utf8, JsonException malformed)
    {
        ReadOnlySpan<byte> line = utf8.Slice(LineStart(utf8, malformed));
        return line.StartsWith("<<<<<<<"u8) || line.StartsWith("======="u8) || line.StartsWith(">>>>>>>"u8);
    }

    // Nothing is wrong with what is there, as the reader sees it that waits for more.
    private static string? HowCutOff(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8, isFinalBlock: false, default);
        try
        {
            while (json.Read())
            {
            }

            return json.TokenType == JsonTokenType.None ? "the file is empty" : "the file ends in the middle";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Reason(JsonException malformed)
    {
        int place = malformed.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (place < 0 ? malformed.Message : malformed.Message.Substring(0, place)).Replace(" Change the reader options.", "");
    }

    private static int? FirstInvalidByte(ReadOnlyMemory<byte> utf8)
    {
        if (!MemoryMarshal.TryGetArray(utf8, out ArraySegment<byte> bytes))
            bytes = new ArraySegment<byte>(utf8.ToArray());
        try
        {
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(bytes.Array ?? [], bytes.Offset, bytes.Count);
            return null;
        }
        catch (DecoderFallbackException invalid)
        {
            return Math.Max(0, invalid.Index);
        }
    }
}
