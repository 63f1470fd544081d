using System.Globalization;

namespace MxGateway.Typed.Snapshot;

/// <summary>The repository's objects, sorted by tagname, with nothing in them twice.</summary>
internal sealed class SnapshotSource
{
    private readonly Dictionary<int, RepositoryObject> _byId = [];

    /// <exception cref="SnapshotException">Something is in them twice.</exception>
    public SnapshotSource(IEnumerable<RepositoryObject> objects)
    {
        Objects = [.. objects.OrderBy(o => o.TagName, StringComparer.Ordinal).ThenBy(o => o.GobjectId)];
        for (int i = 0; i < Objects.Count; i++)
        {
            RepositoryObject @object = Objects[i];
            if (i > 0 && Objects[i - 1].TagName == @object.TagName)
                throw new SnapshotException($"two objects have the tagname {JsonText.Quote(@object.TagName)}: gobject ids {Text(Objects[i - 1].GobjectId)} and {Text(@object.GobjectId)}");
            if (_byId.TryGetValue(@object.GobjectId, out RepositoryObject? twin))
                throw new SnapshotException($"two objects have the gobject id {Text(@object.GobjectId)}: {JsonText.Quote(twin.TagName)} and {JsonText.Quote(@object.TagName)}");
            _byId.Add(@object.GobjectId, @object);
            RefuseTwinAttributes(@object);
        }
    }

    public IReadOnlyList<RepositoryObject> Objects { get; }

    /// <summary>The object that contains this one and gives it its contained name; null where there is none. (What lies in an area is not contained.)</summary>
    public RepositoryObject? ContainerOf(RepositoryObject @object) =>
        @object.ContainedName.Length > 0 && @object.ParentGobjectId != 0 && _byId.TryGetValue(@object.ParentGobjectId, out RepositoryObject? parent) && !parent.IsArea ? parent : null;

    private static void RefuseTwinAttributes(RepositoryObject @object)
    {
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RepositoryAttribute attribute in @object.Attributes)
        {
            if (references.TryGetValue(attribute.AttributeName, out string? reference))
            {
                throw new SnapshotException(
                    $"object {JsonText.Quote(@object.TagName)} has two attributes named {JsonText.Quote(attribute.AttributeName)}: references {JsonText.Quote(reference)} and {JsonText.Quote(attribute.FullTagReference)}");
            }

            references.Add(attribute.AttributeName, attribute.FullTagReference);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
