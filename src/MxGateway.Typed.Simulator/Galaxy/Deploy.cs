using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Simulator.Plant;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>A deploy of the Galaxy, and what is kept for those who read it: all of it dies with the next deploy.</summary>
/// <param name="Sequence">The deploys are numbered from the start; loading the Galaxy is the first.</param>
/// <param name="ObservedAt">When it happened here.</param>
/// <param name="Galaxy">What was deployed.</param>
/// <param name="Tags">Its attributes.</param>
/// <param name="Tokens">The page tokens that are good for it.</param>
internal sealed record Deploy(ulong Sequence, DateTimeOffset ObservedAt, GalaxyModel Galaxy, TagIndex Tags, PageTokens Tokens)
{
    /// <summary>What readers found in it last.</summary>
    public FoundObjects Found { get; } = new();

    /// <summary>When it was deployed; null where the snapshot does not say.</summary>
    public Timestamp? Time { get; } = Galaxy.DeployTime is { } deployed ? Timestamp.FromDateTimeOffset(deployed) : null;

    /// <summary>What those who watch are told.</summary>
    public DeployEvent ToMessage() => new()
    {
        Sequence = Sequence,
        ObservedAt = Timestamp.FromDateTimeOffset(ObservedAt),
        TimeOfLastDeployPresent = Time is not null,
        TimeOfLastDeploy = Time,
        ObjectCount = Galaxy.Objects.Count,
        AttributeCount = Galaxy.AttributeCount,
    };
}
