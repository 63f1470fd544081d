using MxGateway.Typed.Generators.Emit;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators.Modeling;

/// <summary>What documentation and messages say of attributes.</summary>
internal static class Words
{
    /// <summary>A name as code inside documentation.</summary>
    public static string Code(string name) => $"<c>{Literal.Xml(name)}</c>";

    /// <summary>
    /// Such as <c>Float, written with Operate permission (Writeable_USC), historized</c>: data type, security, category,
    /// whether it is historized and has an alarm.
    /// Where uses of a shared class differ, each of what they are.
    /// </summary>
    public static string Describe(IReadOnlyCollection<SnapshotAttribute> attributes)
    {
        string types = Either(attributes.Select(Type));
        string access = Either(attributes.Select(attribute => $"{Access(attribute)} ({Security(attribute)}{AccessTable.CategoryName(attribute.Category)})"));
        return Literal.Xml($"{types}, {access}{Flag(attributes, attribute => attribute.IsHistorized, "historized")}{Flag(attributes, attribute => attribute.IsAlarm, "alarmed")}");
    }

    /// <summary>Such as <c>Float, written with Operate permission</c>, for messages.</summary>
    public static string Briefly(SnapshotAttribute attribute) => $"{Type(attribute)}, {Access(attribute)}";

    private static string Type(SnapshotAttribute attribute)
    {
        string name = ValueTypes.NameOf(attribute);
        return !attribute.IsArray ? name : attribute.ArrayDimension > 0 ? $"array of {attribute.ArrayDimension} {name}" : $"array of {name}";
    }

    private static string Access(SnapshotAttribute attribute) => AccessTable.Of(attribute) switch
    {
        AttributeAccess.Secured => "each write is signed by an operator",
        AttributeAccess.Verified => "each write is signed by an operator and verified by another user",
        AttributeAccess.Plain => attribute.Security switch
        {
            1 => "written with Operate permission",
            4 => "written with Tune permission",
            5 => "written with Configure permission",
            _ => "anyone may write",
        },
        _ when AccessTable.IsAbsentAtRunTime(attribute.Category) => "read-only, and absent at run time",
        _ when attribute.Category == AccessTable.WriteableSupervisory => "read-only, as only supervisory clients write it",
        _ => "read-only",
    };

    // The Galaxy's word, unless the access has said it.
    private static string Security(SnapshotAttribute attribute) => AccessTable.Of(attribute) == AttributeAccess.Plain && attribute.Security is 1 or 4 or 5
        ? ""
        : (GalaxyNames.Securities.NameOf(attribute.Security) ?? $"unknown security {attribute.Security}") + ", ";

    private static string Either(IEnumerable<string> words) => string.Join(" or ", words.Distinct().OrderBy(word => word, StringComparer.Ordinal));

    private static string Flag(IReadOnlyCollection<SnapshotAttribute> attributes, Func<SnapshotAttribute, bool> isSet, string word) =>
        attributes.All(isSet) ? $", {word}" : attributes.Any(isSet) ? $", {word} in part of its uses" : "";
}
