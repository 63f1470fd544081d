namespace MxGateway.Typed.Simulator.Rules;

/// <summary>Which rules of the gateway the simulator keeps: all, but for the one that a test may switch off to see that its check notices.</summary>
/// <param name="broken">The rule that is switched off; null for none.</param>
internal sealed class GatewayRules(GatewayRule? broken)
{
    /// <summary>All rules hold.</summary>
    public static GatewayRules All { get; } = new(null);

    /// <summary>Whether a rule holds.</summary>
    public bool Hold(GatewayRule rule) => rule != broken;
}
