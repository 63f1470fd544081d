using System.Globalization;
using System.Text;

namespace MxGateway.Typed.Snapshot;

/// <summary>Writes a snapshot: deterministic, sorted, a row a line.</summary>
public static class SnapshotWriter
{
    /// <summary>Writes the snapshot as UTF-8 without a byte order mark, lines ended by LF, rows in the snapshot's own order (the builder's and the reader's are sorted).</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="stream">Where it goes; left open.</param>
    public static void Write(GalaxySnapshot snapshot, Stream stream)
    {
        using var output = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16 * 1024, leaveOpen: true);
        var rows = new RowWriter(output);
        WriteHead(rows, snapshot);

        var tagNames = new Dictionary<int, string>();
        foreach (SnapshotObject @object in snapshot.Objects)
            tagNames[@object.Id] = @object.TagName;

        rows.Text("  \"templates\": ").Rows(snapshot.Templates, "  ", template => WriteTemplate(rows, template));
        rows.EndLine(",");
        rows.Text("  \"objects\": ").Rows(snapshot.Objects, "  ", @object => WriteObject(rows, @object, tagNames));
        rows.EndLine(",");
        rows.Text("  \"tombstones\": ").Rows(snapshot.Tombstones, "  ", tombstone => WriteTombstone(rows, tombstone));
        rows.EndLine();
        rows.Text("}").EndLine();
    }

    private static void WriteHead(RowWriter rows, GalaxySnapshot snapshot)
    {
        rows.Text("{").EndLine();
        rows.Text("  \"format\": ").Text(GalaxySnapshot.CurrentFormatVersion.ToString(CultureInfo.InvariantCulture)).EndLine(",");
        rows.Text("  \"tool\": ").Text(JsonText.Quote(snapshot.ToolVersion)).EndLine(",");
        if (snapshot.DeployTime is { } deployed)
            rows.Text("  \"deployed\": ").Text(JsonText.Quote(SnapshotTime.Format(deployed))).EndLine(",");
        rows.Text("  \"filter\": ");
        WriteFilter(rows, snapshot.Filter);
        rows.EndLine(",");
        rows.Text("  \"content\": ").Text(JsonText.Quote("sha256:" + snapshot.ContentHash)).EndLine(",");
    }

    private static void WriteFilter(RowWriter rows, SnapshotFilter filter)
    {
        rows.Open("").Optional("rootTagName", filter.RootTagName);
        if (filter.MaxDepth is { } depth)
            rows.Field("maxDepth", depth);
        if (filter.CategoryIds.Count > 0)
            rows.Field("categoryIds", filter.CategoryIds);
        rows.Optional("templateChainContains", filter.TemplateChainContains)
            .Optional("tagNameGlob", filter.TagNameGlob)
            .Flag("alarmBearingOnly", filter.AlarmBearingOnly)
            .Flag("historizedOnly", filter.HistorizedOnly)
            .Close();
    }

    private static void WriteTemplate(RowWriter rows, SnapshotTemplate template) =>
        rows.Open("    ")
            .Field("name", template.Name)
            .Optional("base", template.Base)
            .Optional("as", template.KeptName)
            .Rows("attributes", template.Attributes, "    ", attribute => WriteAttribute(rows, attribute))
            .Rows("children", template.Children, "    ", child => rows.Open("      ").Field("name", child.ContainedName).Optional("template", child.Template).Optional("as", child.KeptName).Close())
            .Rows("groups", template.Groups, "    ", group => WriteGroup(rows, group))
            .Close();

    private static void WriteObject(RowWriter rows, SnapshotObject @object, Dictionary<int, string> tagNames)
    {
        rows.Open("    ").Field("tag", @object.TagName).Field("id", @object.Id);
        if (@object.ContainedName.Length > 0)
            rows.Field("name", @object.ContainedName);
        if (@object.BrowseName != (@object.ContainedName.Length > 0 ? @object.ContainedName : @object.TagName))
            rows.Field("browse", @object.BrowseName);
        Reference("parent", @object.ParentId);
        Reference("host", @object.HostId);
        rows.Flag("area", @object.IsArea).Field("category", @object.CategoryId);
        if (@object.Chain is { } chain)
            rows.Field("chain", chain);
        else
            rows.Optional("template", @object.Template);
        rows.Optional("as", @object.KeptName)
            .Optional("class", @object.KeptClass)
            .Optional("without", @object.Without)
            .Rows("attributes", @object.Attributes, "    ", attribute => WriteAttribute(rows, attribute))
            .Rows("groups", @object.Groups, "    ", group => WriteGroup(rows, group))
            .Close();

        void Reference(string field, int id)
        {
            if (id == 0)
                return;
            if (tagNames.TryGetValue(id, out string? tagName))
                rows.Field(field, tagName);
            else
                rows.Field(field, id);
        }
    }

    private static void WriteAttribute(RowWriter rows, SnapshotAttribute attribute)
    {
        rows.Open("      ").Field("name", attribute.Name).Field("type", attribute.DataType, GalaxyNames.DataTypes);
        if (attribute.DataTypeName != GalaxyNames.DataTypes.NameOf(attribute.DataType))
            rows.Field("typeName", attribute.DataTypeName);

        // Nearly always an array has a dimension and nothing else has one; what else the repository may say is kept as well.
        if (attribute.IsArray && attribute.ArrayDimensionPresent)
            rows.Field("array", attribute.ArrayDimension);
        else
            rows.Flag("array", attribute.IsArray);
        if (!attribute.IsArray && attribute.ArrayDimensionPresent)
            rows.Field("dimension", attribute.ArrayDimension);
        else if (!attribute.ArrayDimensionPresent && attribute.ArrayDimension != 0)
            rows.Field("absentDimension", attribute.ArrayDimension);

        rows.Field("category", attribute.Category, GalaxyNames.Categories)
            .Field("security", attribute.Security, GalaxyNames.Securities)
            .Flag("historized", attribute.IsHistorized)
            .Flag("alarm", attribute.IsAlarm)
            .Optional("reference", attribute.Reference)
            .Optional("as", attribute.KeptName)
            .Optional("class", attribute.KeptClass)
            .Close();
    }

    private static void WriteGroup(RowWriter rows, SnapshotGroup group) =>
        rows.Open("      ").Field("name", group.Name).Optional("as", group.KeptName).Optional("class", group.KeptClass).Close();

    private static void WriteTombstone(RowWriter rows, SnapshotTombstone tombstone) =>
        rows.Open("    ").Field("owner", tombstone.Owner).Field("member", tombstone.Member).Field("name", tombstone.Name).Optional("successor", tombstone.Successor).Close();
}
