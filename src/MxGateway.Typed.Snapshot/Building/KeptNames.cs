namespace MxGateway.Typed.Snapshot;

/// <summary>The names in C# of a member and of its class; null for what has none, or one that needs not be kept.</summary>
internal readonly record struct KeptNames(string? Name, string? Class);
