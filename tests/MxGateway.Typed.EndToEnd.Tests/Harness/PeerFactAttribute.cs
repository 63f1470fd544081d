namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>
/// A test that needs an implementation that is not ours. It is skipped, with its reason, where the peers are not installed;
/// never where the variable <c>CI</c> is <c>true</c>: there it fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute
{
    /// <summary>Looks whether the peers are there.</summary>
    public PeerFactAttribute() => Skip = Peers.WhySkipped;
}

/// <summary>A test with data that needs an implementation that is not ours; as <see cref="PeerFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks whether the peers are there.</summary>
    public PeerTheoryAttribute() => Skip = Peers.WhySkipped;
}
