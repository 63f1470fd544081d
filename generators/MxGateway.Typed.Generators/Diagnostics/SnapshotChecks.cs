using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>
/// What to say of a snapshot that could be read and planned: where it comes from, what it has that is not understood,
/// and where objects hang that do not hang where they say.
/// </summary>
internal static class SnapshotChecks
{
    private const int MostNames = 10;

    private static readonly Version s_own = typeof(SnapshotChecks).Assembly.GetName().Version;

    public static void Check(PlantPlanner plan, ProblemSet problems, Looks looks)
    {
        CheckTool(plan.Snapshot, problems);
        CheckDataTypes(plan.Snapshot, problems, looks);
        CheckHierarchy(plan, problems, looks);
        NameChecks.Check(plan, problems, looks);
        OutlierChecks.Check(plan, problems, looks);
    }

    /// <summary>Names for a message; of many the first.</summary>
    public static string Some(IEnumerable<string> names, int count, string separator = ", ") =>
        string.Join(separator, names.Take(MostNames)) + (count > MostNames ? $"{separator}{count - MostNames} more" : "");

    private static void CheckTool(GalaxySnapshot snapshot, ProblemSet problems)
    {
        string tool = snapshot.ToolVersion, own = $"{s_own.Major}.{s_own.Minor}";
        if (tool.Length == 0)
            return; // the reader said so
        if (!Version.TryParse(tool, out Version? version))
            problems.Add(Descriptors.ToolVersion, snapshot.ToolPosition, () =>
                $"\"tool\" is {JsonText.Quote(tool)}, which is not a version such as {own}; export the snapshot anew with mxgw-typed {own}");
        else if (version.Major != s_own.Major || version.Minor > s_own.Minor)
            problems.Add(Descriptors.ToolVersion, snapshot.ToolPosition, () =>
                $"mxgw-typed {tool} wrote the snapshot, and MxGateway.Typed {own} reads it: "
                + $"what the tool wrote and this version does not know is left out. {Remedy(version, own)}");
    }

    private static string Remedy(Version tool, string own) => tool > s_own
        ? $"Update the package MxGateway.Typed to {tool.Major}.{tool.Minor}, or export the snapshot anew with mxgw-typed {own}"
        : $"Export the snapshot anew with mxgw-typed {own}";

    private static void CheckDataTypes(GalaxySnapshot snapshot, ProblemSet problems, Looks looks)
    {
        foreach (SnapshotTemplate template in snapshot.Templates)
            CheckDataTypes(template.Name, template.Attributes, problems, looks);
        foreach (SnapshotObject @object in snapshot.Objects)
            CheckDataTypes(@object.TagName, @object.Attributes, problems, looks);
    }

    private static void CheckDataTypes(string owner, IReadOnlyList<SnapshotAttribute> attributes, ProblemSet problems, Looks looks)
    {
        looks.Row();
        foreach (SnapshotAttribute attribute in attributes)
        {
            looks.Row();
            if (!ValueTypes.IsKnown(attribute.DataType))
                SayDataType(owner, attribute, problems);
        }
    }

    private static void SayDataType(string owner, SnapshotAttribute attribute, ProblemSet problems) =>
        problems.Add(Descriptors.UnknownDataType, attribute.Position, () =>
        {
            string name = attribute.DataTypeName.Length > 0 ? $" ({attribute.DataTypeName})" : "";
            return $"attribute {JsonText.Quote(attribute.Name)} of {JsonText.Quote(owner)} has data type {attribute.DataType}{name}, "
                + "which this version does not know: it is read-only, and its values are MxVariant";
        });

    private static void CheckHierarchy(PlantPlanner plan, ProblemSet problems, Looks looks)
    {
        IReadOnlyList<SnapshotObject> objects = plan.Snapshot.Objects;
        foreach (IReadOnlyList<int> circle in plan.Hierarchy.Circles)
        {
            looks.Row();
            problems.Add(Descriptors.Circle, objects[circle[0]].ParentPosition, () => Circle(objects, circle));
        }

        foreach (int row in plan.Hierarchy.Orphans)
        {
            looks.Row();
            problems.Add(Descriptors.Orphan, objects[row].ParentPosition, () =>
                $"object {JsonText.Quote(objects[row].TagName)} has the parent with gobject id {objects[row].ParentId}, "
                + "which is not in the snapshot: the object stands at the plant's root. Export the parent too if it should not");
        }
    }

    private static string Circle(IReadOnlyList<SnapshotObject> objects, IReadOnlyList<int> circle)
    {
        string names = Some(circle.Select(row => JsonText.Quote(objects[row].TagName)), circle.Count, " -> ");
        string where = circle.Count == 1 ? "it stands" : "each of these stands";
        return $"parents run in a circle: {names} -> {JsonText.Quote(objects[circle[0]].TagName)}. "
            + $"It is cut at all of its objects: {where} at the plant's root. Put the parent right in the Galaxy, and export the snapshot anew";
    }
}
