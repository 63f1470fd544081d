using System.Text;

namespace MxGateway.Typed.Snapshot.Tests;

/// <summary>What most tests do with snapshots.</summary>
internal static class Snapshots
{
    public static GalaxySnapshot Build(IEnumerable<RepositoryObject> objects, GalaxySnapshot? previous = null) =>
        SnapshotBuilder.Build(objects, "0.1", new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero), SnapshotFilter.None, previous);

    public static string Write(GalaxySnapshot snapshot)
    {
        using var stream = new MemoryStream();
        SnapshotWriter.Write(snapshot, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static GalaxySnapshot Read(string text)
    {
        SnapshotReadResult result = SnapshotReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.Empty(result.Problems);
        return result.Snapshot!;
    }

    /// <summary>The objects as one text, equal for equal sets of messages.</summary>
    public static string Describe(IEnumerable<RepositoryObject> objects)
    {
        var text = new StringBuilder();
        foreach (RepositoryObject o in objects.OrderBy(o => o.TagName, StringComparer.Ordinal))
        {
            text.Append($"{o.GobjectId}|{Units(o.TagName)}|{Units(o.ContainedName)}|{Units(o.BrowseName)}|{o.ParentGobjectId}|{o.IsArea}|{o.CategoryId}|{o.HostedByGobjectId}");
            text.Append($"|{string.Join(",", o.TemplateChain.Select(Units))}|{o.TemplateChain.Count}\n");
            foreach (RepositoryAttribute a in o.Attributes.OrderBy(a => a.AttributeName, StringComparer.Ordinal))
            {
                text.Append($"  {Units(a.AttributeName)}|{Units(a.FullTagReference)}|{a.MxDataType}|{Units(a.DataTypeName)}|{a.IsArray}|{a.ArrayDimension}|{a.ArrayDimensionPresent}");
                text.Append($"|{a.MxAttributeCategory}|{a.SecurityClassification}|{a.IsHistorized}|{a.IsAlarm}\n");
            }
        }

        return text.ToString();
    }

    // Plain letters as they are, everything else as its number, so that nothing is confused or lost in a message.
    private static string Units(string text) => string.Concat(text.Select(unit => char.IsAsciiLetterOrDigit(unit) ? unit.ToString() : $"<{(int)unit:x}>"));
}
