using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>The plant of the samples.</summary>
internal static class SamplePlantFile
{
    public static string Path { get; } = RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.json");

    public static GalaxySnapshot Snapshot { get; } = SnapshotReader.Read(File.ReadAllBytes(Path)).Snapshot!;

    public static DiscoverHierarchyReply Hierarchy => Harness.Hierarchy.Of(Snapshot);
}
