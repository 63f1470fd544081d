namespace MxGateway.Typed.Snapshot;

/// <summary>What the snapshot before said; nothing where there was none.</summary>
internal sealed class PreviousSnapshot(GalaxySnapshot? snapshot)
{
    private readonly Dictionary<string, SnapshotTemplate> _templates = (snapshot?.Templates ?? []).ToDictionary(template => template.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, SnapshotObject> _objects = (snapshot?.Objects ?? []).ToDictionary(@object => @object.TagName, StringComparer.Ordinal);

    public IEnumerable<SnapshotTemplate> Templates => _templates.Values;

    public SnapshotTemplate? Template(string name) => _templates.TryGetValue(name, out SnapshotTemplate? template) ? template : null;

    public SnapshotObject? Object(string tagName) => _objects.TryGetValue(tagName, out SnapshotObject? @object) ? @object : null;
}
