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
            return Nothing(SnapshotProblemKind.MalformedJson, new PositionCursor(utf8.Span).At(invalid), "the file is not UTF-8; save it as such, or export the snapshot anew");

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
            return Nothing(SnapshotProblemKind.MalformedJson, Position(utf8.Span, malformed), $"{Reason(malformed)} Mend it (a merge conflict?), or export the snapshot anew");
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
        string writer = rows.ToolVersion is null ? "a newer version" : $"version {JsonText.Quote(rows.ToolVersion)} or newer";
        return FormattableString.Invariant(
            $"the snapshot is of format {rows.ForeignFormat!.Version}, this version reads format {GalaxySnapshot.CurrentFormatVersion}: it takes {writer} of MxGateway.Typed and mxgw-typed; use that, or export the snapshot with this version");
    }

    // System.Text.Json counts columns in bytes; the compiler and the editor count UTF-16 characters.
    private static SnapshotPosition Position(ReadOnlySpan<byte> utf8, JsonException malformed)
    {
        int lineStart = 0;
        for (long line = malformed.LineNumber ?? 0; line > 0; line--)
            lineStart += utf8.Slice(lineStart).IndexOf((byte)'\n') + 1;
        return new PositionCursor(utf8).At((int)Math.Min(lineStart + (malformed.BytePositionInLine ?? 0), utf8.Length));
    }

    private static string Reason(JsonException malformed)
    {
        int place = malformed.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return place < 0 ? malformed.Message : malformed.Message.Substring(0, place);
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
