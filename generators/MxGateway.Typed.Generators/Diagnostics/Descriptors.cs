using Microsoft.CodeAnalysis;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>All that the generator may have to say. Ids are permanent: MXGT1xxx is about the snapshot. Each has a page in docs/diagnostics, named after its id.</summary>
internal static class Descriptors
{
    public static readonly DiagnosticDescriptor MalformedJson = Snapshot("MXGT1001", "The snapshot is not JSON");

    public static readonly DiagnosticDescriptor UnknownFormatVersion = Snapshot("MXGT1002", "The snapshot is of a format that this version does not read");

    public static readonly DiagnosticDescriptor InvalidRow = Snapshot("MXGT1003", "A row of the snapshot cannot be used");

    public static readonly DiagnosticDescriptor Duplicate = Snapshot("MXGT1004", "The snapshot has something twice");

    public static readonly DiagnosticDescriptor Unreadable = Snapshot("MXGT1005", "The snapshot cannot be read or is empty");

    public static readonly DiagnosticDescriptor InvalidName = Snapshot("MXGT1006", "The namespace, root type or visibility of a snapshot is not one");

    public static readonly DiagnosticDescriptor SharedNamespace = Snapshot("MXGT1007", "Two snapshots would emit into one namespace");

    public static readonly DiagnosticDescriptor InvalidFilter = Snapshot("MXGT1011", "The filter of a snapshot is not one");

    public static readonly DiagnosticDescriptor NothingSelected = Snapshot("MXGT1012", "The filter of a snapshot, or a term of it, selects nothing", DiagnosticSeverity.Warning);

    /// <summary>The descriptor of what the reader found.</summary>
    public static DiagnosticDescriptor Of(SnapshotProblemKind kind) => kind switch
    {
        SnapshotProblemKind.MalformedJson => MalformedJson,
        SnapshotProblemKind.UnknownFormatVersion => UnknownFormatVersion,
        SnapshotProblemKind.Duplicate => Duplicate,
        _ => InvalidRow,
    };

    private static DiagnosticDescriptor Snapshot(string id, string title, DiagnosticSeverity severity = DiagnosticSeverity.Error) => new(
        id,
        title,
        "{0}: {1}",
        "MxGateway.Snapshot",
        severity,
        isEnabledByDefault: true);
}
