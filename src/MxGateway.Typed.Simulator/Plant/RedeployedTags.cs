using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>What a redeploy means for the tags that there were.</summary>
/// <param name="Away">Those that the Galaxy does not have any more.</param>
/// <param name="Kept">Those that it still has, each with its new definition.</param>
internal sealed record RedeployedTags(IReadOnlyList<PlantTag> Away, IReadOnlyList<(PlantTag Tag, RepositoryAttribute Definition)> Kept);
