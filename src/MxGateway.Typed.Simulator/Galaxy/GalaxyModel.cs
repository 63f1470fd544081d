using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>The deployed Galaxy that the simulator serves: its objects, and who stands below whom. It does not change; a deploy makes a new one.</summary>
internal sealed class GalaxyModel
{
    private readonly Dictionary<int, RepositoryObject> _byId = [];
    private readonly Dictionary<string, RepositoryObject> _byTagName = new(StringComparer.OrdinalIgnoreCase);
    private readonly ILookup<int, RepositoryObject> _byParent;
    private readonly Dictionary<string, RepositoryObject> _contained = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, RepositoryObject> _browsed = new(StringComparer.OrdinalIgnoreCase);

    public GalaxyModel(GalaxySnapshot snapshot, DateTimeOffset? deployTime, GatewayRules rules)
    {
        Objects = [.. SnapshotExpander.Expand(snapshot)];
        DeployTime = deployTime;
        AttributeCount = Objects.Sum(o => o.Attributes.Count);
        foreach (RepositoryObject o in Objects)
        {
            _byId[o.GobjectId] = o;
            _byTagName[o.TagName] = o;
        }

        // An object whose parent is not deployed stands at the top, so that nothing is out of reach.
        bool StandsAtTheTop(RepositoryObject o) =>
            (rules.Hold(GatewayRule.OrphansAreRoots) && !_byId.ContainsKey(o.ParentGobjectId)) || o.ParentGobjectId == o.GobjectId;
        _byParent = Objects.ToLookup(o => StandsAtTheTop(o) ? 0 : o.ParentGobjectId);
        foreach (IGrouping<int, RepositoryObject> children in _byParent)
        {
            foreach (RepositoryObject o in children)
            {
                _browsed.TryAdd(ChildKey(children.Key, o.BrowseName), o);
                if (children.Key != 0 && o.ContainedName.Length > 0)
                    _contained.TryAdd(ChildKey(children.Key, o.ContainedName), o);
            }
        }
    }

    /// <summary>All objects, sorted by tagname.</summary>
    public IReadOnlyList<RepositoryObject> Objects { get; }

    public DateTimeOffset? DeployTime { get; }

    public int AttributeCount { get; }

    /// <summary>What stands at the top.</summary>
    public IEnumerable<RepositoryObject> Roots => _byParent[0];

    public RepositoryObject? ById(int id) => _byId.GetValueOrDefault(id);

    public RepositoryObject? ByTagName(string tagName) => _byTagName.GetValueOrDefault(tagName);

    /// <summary>The object at the end of a path of browse names, such as <c>Area1/Line3</c>.</summary>
    public RepositoryObject? ByPath(string path)
    {
        RepositoryObject? found = null;
        foreach (string name in path.Split('/'))
        {
            // Nothing stands below an object without a number.
            found = found is { GobjectId: 0 } ? null : _browsed.GetValueOrDefault(ChildKey(found?.GobjectId ?? 0, name));
            if (found is null)
                return null;
        }

        return found;
    }

    /// <summary>What stands directly below an object.</summary>
    public IEnumerable<RepositoryObject> Children(RepositoryObject parent) => parent.GobjectId == 0 ? [] : _byParent[parent.GobjectId];

    /// <summary>The child that an object contains under a name; null where it has none.</summary>
    public RepositoryObject? Contained(RepositoryObject container, string containedName) =>
        _contained.GetValueOrDefault(ChildKey(container.GobjectId, containedName));

    /// <summary>Objects from some on down, themselves included, to a depth; each once, also where parents go round in a circle.</summary>
    public IEnumerable<RepositoryObject> Below(IEnumerable<RepositoryObject> tops, int maxDepth)
    {
        var seen = new HashSet<RepositoryObject>(ReferenceEqualityComparer.Instance);
        List<RepositoryObject> level = [.. tops.Where(seen.Add)];
        for (int depth = 0; level.Count > 0; depth++)
        {
            foreach (RepositoryObject o in level)
                yield return o;
            if (depth == maxDepth)
                yield break;
            level = [.. level.SelectMany(Children).Where(seen.Add)];
        }
    }

    /// <summary>An object as the repository's message. This is the one place where the two meet.</summary>
    /// <param name="o">The object.</param>
    /// <param name="withAttributes">Whether its attributes come along.</param>
    /// <param name="rules">The rules that are kept.</param>
    public static GalaxyObject ToMessage(RepositoryObject o, bool withAttributes, GatewayRules rules)
    {
        var message = new GalaxyObject
        {
            GobjectId = o.GobjectId,
            TagName = o.TagName,
            ContainedName = o.ContainedName,
            BrowseName = o.BrowseName,
            ParentGobjectId = o.ParentGobjectId,
            IsArea = o.IsArea,
            CategoryId = o.CategoryId,
            HostedByGobjectId = o.HostedByGobjectId,
            TemplateChain = { o.TemplateChain },
        };
        if (withAttributes)
            message.Attributes.AddRange(o.Attributes.Select(attribute => ToMessage(attribute, rules)));
        return message;
    }

    private static string ChildKey(int parent, string name) => $"{parent}/{name}";

    private static GalaxyAttribute ToMessage(RepositoryAttribute attribute, GatewayRules rules) => new()
    {
        AttributeName = attribute.AttributeName,
        FullTagReference = rules.Hold(GatewayRule.ArrayReferencesEndInBrackets) ? attribute.FullTagReference : attribute.FullTagReference.TrimEnd('[', ']'),
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
