using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>The Galaxy of the samples.</summary>
internal static class SamplePlant
{
    /// <summary>The snapshot's file.</summary>
    public static string File { get; } = RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.json");

    /// <summary>What is in it.</summary>
    public static GalaxySnapshot Snapshot
    {
        get
        {
            SnapshotReadResult read = SnapshotReader.Read(System.IO.File.ReadAllBytes(File));
            Assert.Empty(read.Problems);
            return read.Snapshot!;
        }
    }
}
