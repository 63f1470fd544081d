namespace MxGateway.Typed.Snapshot;

/// <summary>
/// Names in C# of what has no attribute row where it stands but has attributes below it: a plain group (<c>PV.HiHi</c> of <c>PV.HiHi.Limit</c>),
/// or an attribute of a base to which members were added.
/// </summary>
/// <param name="Name">The attributes' name up to a dot.</param>
/// <param name="KeptName">The member's name in C#, where it was given once and is kept; null: by rule.</param>
/// <param name="KeptClass">The name of its class in C#, where it was given once and is kept; null: by rule.</param>
/// <param name="Position">Where the row stands in the file.</param>
public sealed record SnapshotGroup(string Name, string? KeptName = null, string? KeptClass = null, SnapshotPosition Position = default);
