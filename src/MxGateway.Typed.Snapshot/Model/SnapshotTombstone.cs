namespace MxGateway.Typed.Snapshot;

/// <summary>A member that went away with this export. For one export it compiles to an obsolete member that names its successor.</summary>
/// <param name="Owner">The template (<c>$Pump</c>) or the object's tagname that had the member; empty for the plant itself.</param>
/// <param name="Member">The attribute's name, or the child's contained name or tagname.</param>
/// <param name="Name">The name that the member had in C#.</param>
/// <param name="Successor">What to use instead, as the Galaxy names it; null where nothing is known.</param>
/// <param name="Position">Where the row stands in the file.</param>
public sealed record SnapshotTombstone(string Owner, string Member, string Name, string? Successor, SnapshotPosition Position = default);
