using System.Globalization;

namespace MxGateway.Typed;

/// <summary>What verifying found.</summary>
public sealed class MxVerifyReport
{
    private const int ToldByException = 10;

    internal MxVerifyReport(DateTimeOffset? snapshot, DateTimeOffset? galaxy, int objects, int attributes, IReadOnlyList<MxVerifiedMember> members)
    {
        SnapshotDeployTime = snapshot;
        GalaxyDeployTime = galaxy;
        ObjectCount = objects;
        AttributeCount = attributes;
        Members = members;
        Mismatches = [.. members.Where(member => !member.IsAsExpected)];
    }

    /// <summary>When the Galaxy was deployed that the snapshot is of, in UTC; null where the snapshot does not say.</summary>
    public DateTimeOffset? SnapshotDeployTime { get; }

    /// <summary>When the Galaxy was deployed that is live now, in UTC; null where the repository does not say.</summary>
    public DateTimeOffset? GalaxyDeployTime { get; }

    /// <summary>
    /// Whether the Galaxy was deployed anew since the snapshot; null where one of the times is not known. By itself no mismatch: a deploy need not concern what
    /// the program uses.
    /// </summary>
    public bool? IsDeployedAnew => SnapshotDeployTime is { } then && GalaxyDeployTime is { } now ? then != now : null;

    /// <summary>How many objects were compared.</summary>
    public int ObjectCount { get; }

    /// <summary>How many attributes were compared.</summary>
    public int AttributeCount { get; }

    /// <summary>
    /// The objects and attributes that were compared, each object followed by its attributes; of <see cref="MxVerifyScope.WholePlant"/> those only that are not
    /// as they should be.
    /// </summary>
    public IReadOnlyList<MxVerifiedMember> Members { get; }

    /// <summary>The members that are not as they should be.</summary>
    public IReadOnlyList<MxVerifiedMember> Mismatches { get; }

    /// <summary>Whether everything is as the classes say.</summary>
    public bool IsAsExpected => Mismatches.Count == 0;

    /// <summary>Throws where something is not as it should be, for a program that had better not start then.</summary>
    /// <exception cref="MxGalaxyException">There is a mismatch; the message has the first ones.</exception>
    public void ThrowIfMismatched()
    {
        if (IsAsExpected)
            return;
        IEnumerable<string> told = Mismatches.Take(ToldByException).Select(member => member.Text);
        string more = Mismatches.Count > ToldByException ? string.Create(CultureInfo.InvariantCulture, $"; and {Mismatches.Count - ToldByException} more") : "";
        throw new MxGalaxyException($"{this}: {string.Join("; ", told)}{more}. Export the snapshot anew, or correct the Galaxy");
    }

    /// <summary>How many members were compared, and how many are not as they should be.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Mismatches.Count} of {Count(ObjectCount + AttributeCount, "member")} ") +
        $"({Count(ObjectCount, "object")}, {Count(AttributeCount, "attribute")}) are not in the Galaxy as the snapshot says"
        + (IsDeployedAnew == true ? ", and the Galaxy was deployed anew since" : "");

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");
}

/// <summary>An object or attribute that was compared with the live Galaxy.</summary>
public sealed record MxVerifiedMember
{
    /// <summary>The object's tagname.</summary>
    public required string TagName { get; init; }

    /// <summary>The attribute's full tag reference, as the classes use it; the tagname where it is the object itself that was compared.</summary>
    public required string Reference { get; init; }

    /// <summary>In what the Galaxy differs; none where it does not.</summary>
    public MxMismatch Mismatch { get; init; }

    /// <summary>What the Galaxy has; null where it has no such attribute, and for objects.</summary>
    public MxGalaxyAttribute? Actual { get; init; }

    /// <summary>What differs, in words; empty where nothing does.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether the Galaxy has it as the classes say.</summary>
    public bool IsAsExpected => Mismatch == MxMismatch.None;

    /// <summary>What differs, in words, or that nothing does.</summary>
    public override string ToString() => IsAsExpected ? $"{Reference} is as the snapshot says" : Text;
}

/// <summary>In what the live Galaxy differs from the snapshot. An attribute may differ in more than one.</summary>
[Flags]
public enum MxMismatch
{
    /// <summary>In nothing.</summary>
    None = 0,

    /// <summary>The object is not in the Galaxy.</summary>
    ObjectGone = 1,

    /// <summary>The object has no such attribute.</summary>
    AttributeGone = 2,

    /// <summary>The attribute's values are of another type.</summary>
    Type = 4,

    /// <summary>An array where the snapshot has none, or the other way about.</summary>
    Array = 8,

    /// <summary>It takes something else to write it, or it cannot be written (any more).</summary>
    Access = 16,

    /// <summary>The attribute has another tag reference.</summary>
    Reference = 32,
}
