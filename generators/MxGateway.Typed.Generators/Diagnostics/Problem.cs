using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>A diagnostic as a value: a path and a span, so that it can travel between steps.</summary>
internal sealed record Problem(DiagnosticDescriptor Descriptor, string Path, TextSpan Span, LinePositionSpan Lines, string FileName, string Message)
{
    /// <summary>A problem with the file as a whole.</summary>
    public static Problem InFile(DiagnosticDescriptor descriptor, SnapshotFile file, string message) =>
        new(descriptor, file.Path, default, default, file.FileName, message);

    /// <summary>A problem at a place in the file: from there to the end of the line.</summary>
    public static Problem At(DiagnosticDescriptor descriptor, SnapshotFile file, SnapshotPosition position, string message)
    {
        if (file.Text is not { } text || position.Line < 1 || position.Line > text.Lines.Count)
            return InFile(descriptor, file, message);

        TextLine line = text.Lines[position.Line - 1];
        int start = Math.Min(line.Start + Math.Max(position.Column - 1, 0), line.End);
        TextSpan span = TextSpan.FromBounds(start, line.End);
        return new Problem(descriptor, file.Path, span, text.Lines.GetLinePositionSpan(span), file.FileName, message);
    }

    /// <summary>The diagnostic to report.</summary>
    /// <param name="pages">The folder of the diagnostics' pages; null where it is not known.</param>
    public Diagnostic ToDiagnostic(string? pages) =>
        Diagnostic.Create(DiagnosticPages.Linked(Descriptor, pages), Location.Create(Path, Span, Lines), FileName, Message);
}
