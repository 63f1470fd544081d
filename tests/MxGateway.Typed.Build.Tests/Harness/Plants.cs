using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Build.Tests;

/// <summary>A small plant, of one deploy or another.</summary>
internal static class Plants
{
    /// <summary>One pump with one attribute.</summary>
    /// <param name="attribute">The attribute's name.</param>
    /// <param name="deploy">Counts the deploys: a minute lies between two.</param>
    public static GalaxySnapshot WithPump(string attribute, int deploy) => SnapshotBuilder.Build(
        [
            new RepositoryObject { GobjectId = 1, TagName = "Mixing", BrowseName = "Mixing", IsArea = true, CategoryId = 13, TemplateChain = ["$Area"] },
            new RepositoryObject
            {
                GobjectId = 2,
                TagName = "Pump_001",
                BrowseName = "Pump_001",
                ParentGobjectId = 1,
                CategoryId = 10,
                TemplateChain = ["$Pump"],
                Attributes =
                [
                    new RepositoryAttribute
                    {
                        AttributeName = attribute, FullTagReference = $"Pump_001.{attribute}", MxDataType = 3, DataTypeName = "Float", MxAttributeCategory = 6,
                    },
                ],
            },
        ],
        "0.1",
        new DateTimeOffset(2026, 11, 2, 6, deploy, 0, TimeSpan.Zero),
        SnapshotFilter.None);

    /// <summary>The snapshot as its file holds it.</summary>
    public static string ToText(this GalaxySnapshot snapshot)
    {
        using var stream = new MemoryStream();
        SnapshotWriter.Write(snapshot, stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
