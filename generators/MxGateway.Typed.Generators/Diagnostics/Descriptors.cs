using Microsoft.CodeAnalysis;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>
/// All that the generator may have to say. Ids are permanent: MXGT1xxx is about the snapshot, MXGT2xxx is kept for how the types are used.
/// Each has a page in docs/diagnostics, named after its id, which the package carries.
/// </summary>
internal static class Descriptors
{
    public static readonly DiagnosticDescriptor MalformedJson = Snapshot("MXGT1001", "The snapshot is not JSON");

    public static readonly DiagnosticDescriptor UnknownFormatVersion = Snapshot("MXGT1002", "The snapshot is of a format that this version does not read");

    public static readonly DiagnosticDescriptor InvalidRow = Snapshot("MXGT1003", "A row of the snapshot cannot be used");

    public static readonly DiagnosticDescriptor Duplicate = Snapshot("MXGT1004", "The snapshot has something twice");

    public static readonly DiagnosticDescriptor Unreadable = Snapshot("MXGT1005", "The snapshot cannot be read or is empty");

    public static readonly DiagnosticDescriptor InvalidName = Snapshot("MXGT1006", "The namespace, root type or visibility of a snapshot is not one");

    public static readonly DiagnosticDescriptor SharedNamespace = Snapshot("MXGT1007", "Two snapshots would emit into one namespace");

    public static readonly DiagnosticDescriptor UnknownDataType =
        Snapshot("MXGT1008", "An attribute has a data type that this version does not know", DiagnosticSeverity.Info);

    public static readonly DiagnosticDescriptor Circle = Snapshot("MXGT1009", "Objects contain each other in a circle", DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor Orphan = Snapshot("MXGT1010", "An object's parent is not in the snapshot", DiagnosticSeverity.Info);

    public static readonly DiagnosticDescriptor InvalidFilter = Snapshot("MXGT1011", "The filter of a snapshot is not one");

    public static readonly DiagnosticDescriptor NothingSelected =
        Snapshot("MXGT1012", "The filter of a snapshot, or a term of it, selects nothing", DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor NameByRule = Snapshot("MXGT1013", "A name in C# is not the Galaxy's", DiagnosticSeverity.Info);

    public static readonly DiagnosticDescriptor ToolVersion =
        Snapshot("MXGT1014", "The snapshot was written by a tool of another version", DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor Outlier = Snapshot("MXGT1015", "An object differs from its template", DiagnosticSeverity.Info);

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
