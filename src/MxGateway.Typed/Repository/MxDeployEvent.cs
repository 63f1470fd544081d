using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed;

/// <summary>A deploy of the Galaxy, or the state of now with which a watch begins.</summary>
public sealed record MxDeployEvent
{
    /// <summary>The gateway's own number: it rises by one per deploy since that gateway started, and begins again where it starts anew.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>When the gateway saw it, in UTC.</summary>
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary>When the Galaxy was deployed, in UTC; null where the repository does not say. This is what to watch on with.</summary>
    public DateTimeOffset? DeployTime { get; init; }

    /// <summary>How many objects are deployed now.</summary>
    public int ObjectCount { get; init; }

    /// <summary>How many attributes they have together.</summary>
    public int AttributeCount { get; init; }

    /// <summary>
    /// How many deploys the gateway dropped between the event before, of the same watch, and this one: somebody who reads too slowly misses some, never the
    /// last one.
    /// Of the first event of a watch it is 0: what happened before is told by the deploy time alone.
    /// </summary>
    public ulong Missed { get; init; }

    internal static MxDeployEvent Of(DeployEvent message, MxDeployEvent? before) => new()
    {
        Sequence = message.Sequence,
        ObservedAt = Wire.ToTime(message.ObservedAt),
        DeployTime = Wire.ToDeployTime(message.TimeOfLastDeployPresent, message.TimeOfLastDeploy),
        ObjectCount = message.ObjectCount,
        AttributeCount = message.AttributeCount,

        // A number that goes back is a count that was begun anew.
        Missed = before is not null && message.Sequence > before.Sequence ? message.Sequence - before.Sequence - 1 : 0,
    };
}
