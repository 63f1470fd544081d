namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>
/// The name of an attribute's class that was given once: in the plant's namespace, or, with <c>Objects.</c> in front, with the objects' own classes.
/// </summary>
/// <param name="Name">The name without its namespace and without <c>@</c>.</param>
/// <param name="IsOfObjects">Whether it stands with the objects' own classes.</param>
internal sealed record KeptClass(string Name, bool IsOfObjects)
{
    private const string Prefix = ReservedNames.ObjectsNamespace + ".";

    /// <summary>The name that a snapshot keeps; null where it keeps none, or one that cannot be a name.</summary>
    public static KeptClass? From(string? kept) => kept is not null && Of(kept) is var name && Names.Kept(name.Name) is not null ? name : null;

    /// <summary>The parts of what a snapshot keeps, be it a name or not.</summary>
    public static KeptClass Of(string kept) =>
        kept.StartsWith(Prefix, StringComparison.Ordinal) ? new(Names.Bare(kept.Substring(Prefix.Length)), true) : new(Names.Bare(kept), false);

    /// <summary>As a snapshot keeps it.</summary>
    public override string ToString() => IsOfObjects ? Prefix + Name : Name;
}
