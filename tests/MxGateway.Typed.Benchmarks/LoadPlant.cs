using System.Globalization;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Benchmarks;

/// <summary>A Galaxy with as many tags as sessions advise: an object of its own for each session, with the plant's usual mix of types.</summary>
internal static class LoadPlant
{
    public static GalaxySnapshot Snapshot(int sessions, int items) => SnapshotBuilder.Build(
        Enumerable.Range(0, sessions).Select(session => new RepositoryObject
        {
            GobjectId = session + 1,
            TagName = Owner(session),
            BrowseName = Owner(session),
            CategoryId = 10,
            TemplateChain = ["$Load"],
            Attributes = [.. Enumerable.Range(0, items).Select(item => Attribute(session, item))],
        }),
        "0.1", deployTime: null, SnapshotFilter.None);

    public static IEnumerable<string> References(int session, int items) => Enumerable.Range(0, items).Select(item => Reference(session, item));

    // 50 % float, 25 % bool, 15 % int, 10 % string.
    private static RepositoryAttribute Attribute(int session, int item)
    {
        int type = (item % 20) switch { < 10 => 3, < 15 => 1, < 18 => 2, _ => 5 };
        return new RepositoryAttribute
        {
            AttributeName = Name(item), FullTagReference = Reference(session, item), MxDataType = type, DataTypeName = string.Create(CultureInfo.InvariantCulture, $"Type{type}"), MxAttributeCategory = 10,
        };
    }

    private static string Reference(int session, int item) => $"{Owner(session)}.{Name(item)}";

    private static string Owner(int session) => string.Create(CultureInfo.InvariantCulture, $"Load_{session:000}");

    private static string Name(int item) => string.Create(CultureInfo.InvariantCulture, $"A{item:0000}");
}
