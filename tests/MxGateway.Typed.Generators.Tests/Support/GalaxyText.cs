using System.Text;
using System.Text.RegularExpressions;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Galaxies for tests, and their snapshots as text: made as the exporter makes them.</summary>
internal static partial class GalaxyText
{
    public static GalaxySnapshot Snapshot(params RepositoryObject[] objects) =>
        SnapshotBuilder.Build(objects, "0.1", new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero), SnapshotFilter.None);

    public static string Of(GalaxySnapshot snapshot)
    {
        using var stream = new MemoryStream();
        SnapshotWriter.Write(snapshot, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The text without the names in C# that an export gives: all are given by rule then.</summary>
    public static string Unnamed(GalaxySnapshot snapshot) => Names().Replace(Of(snapshot), "");

    public static SnapshotItem Item(params RepositoryObject[] objects) => new(Of(Snapshot(objects)));

    public static RepositoryObject Area(int id, string tagName, int parent = 0) =>
        Object(id, tagName, ["$Area"], parent, isArea: true);

    public static RepositoryObject Object(int id, string tagName, string[] chain, int parent = 0, string contained = "", bool isArea = false, params RepositoryAttribute[] attributes) => new()
    {
        GobjectId = id,
        TagName = tagName,
        ContainedName = contained,
        BrowseName = contained.Length > 0 ? contained : tagName,
        ParentGobjectId = parent,
        IsArea = isArea,
        CategoryId = isArea ? 13 : 10,
        TemplateChain = chain,
        Attributes = [.. attributes.Select(attribute => WithReference(attribute, tagName))],
    };

    /// <summary>An attribute; its reference is put together when it gets its object.</summary>
    public static RepositoryAttribute Attribute(string name, int type = 3, int category = 8, int security = 1, bool isArray = false, string? reference = null, bool historized = false, bool alarm = false) => new()
    {
        AttributeName = name,
        FullTagReference = reference ?? "",
        MxDataType = type,
        DataTypeName = type switch { 1 => "Boolean", 2 => "Integer", 3 => "Float", 4 => "Double", 5 => "String", _ => "Other" },
        IsArray = isArray,
        ArrayDimension = isArray ? 10 : 0,
        ArrayDimensionPresent = isArray,
        MxAttributeCategory = category,
        SecurityClassification = security,
        IsHistorized = historized,
        IsAlarm = alarm,
    };

    [GeneratedRegex("""(?s),"(as|class)":"[^"]*"|,"groups":\[.*?\]""")]
    private static partial Regex Names();

    private static RepositoryAttribute WithReference(RepositoryAttribute attribute, string tagName) => new()
    {
        AttributeName = attribute.AttributeName,
        FullTagReference = attribute.FullTagReference.Length > 0 ? attribute.FullTagReference : $"{tagName}.{attribute.AttributeName}{(attribute.IsArray ? "[]" : "")}",
        MxDataType = attribute.MxDataType,
        DataTypeName = attribute.DataTypeName,
        IsArray = attribute.IsArray,
        ArrayDimension = attribute.ArrayDimension,
        ArrayDimensionPresent = attribute.ArrayDimensionPresent,
        MxAttributeCategory = attribute.MxAttributeCategory,
        SecurityClassification = attribute.SecurityClassification,
        IsHistorized = attribute.IsHistorized,
        IsAlarm = attribute.IsAlarm,
    };
}
