using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>
/// Galaxies as a plant has them, but for their names: areas, containment, chains of templates, objects that differ. The same seed gives the same galaxy.
/// </summary>
internal sealed class LargeGalaxies
{
    private static readonly string[] s_attributes =
    [
        "PV", "PV.HiHi.Limit", "PV.HiHi.InAlarm", "PV.Hi.Limit", "PV.EngUnits", "SP", "Cmd", "Mode", "ShortDesc", "InAlarm", "Speed#", "Speed_", "Speed", "Speed$", "class", "Value", "Motor", "Values", "A#B", "A$B",
        "A_B", "1st", "_1st", "ToString", "Pump_001", "Level.Value", "Level#.Value", "Level_.Value", "level.Value",
    ];

    private static readonly string[] s_containedNames = ["Motor", "motor", "Inlet", "Outlet", "Inlet#", "Inlet_", "Speed", "PV", "Skid_1"];

    private readonly Random _random;
    private readonly List<(string[] Chain, string[] Attributes)> _templates = [];
    private int _lastId;

    public LargeGalaxies(int seed, int objects)
    {
        _random = new Random(seed);
        for (int i = 0; i < 60; i++)
        {
            (string[] Chain, string[] Attributes) @base = i < 5 ? ([], []) : _templates[_random.Next(i)];
            _templates.Add(([$"${Pick("Pump", "Tank", "Valve", "Pump#", "Motor", "Speed", "PumpValues")}{(_random.Next(4) == 0 ? "" : $"_{i}")}{new string('x', _random.Next(2))}{(_templates.Count % 7 == 0 ? "$" : "")}", .. @base.Chain],
                [.. @base.Attributes, .. Some(s_attributes, 4)]));
        }

        for (int i = 0; i < objects; i++)
            Objects.Add(Another());
    }

    public List<RepositoryObject> Objects { get; } = [];

    /// <summary>One object more; its tagname is like no other's.</summary>
    public RepositoryObject Another()
    {
        int id = ++_lastId;
        RepositoryObject? parent = id <= 10 ? null : Objects[_random.Next(Math.Min(Objects.Count, _random.Next(3) > 0 ? 40 : Objects.Count))];
        bool isArea = id <= 10 || (parent!.IsArea && _random.Next(40) == 0);
        (string[] chain, string[] attributes) = isArea ? (["$Area"], []) : _templates[_random.Next(_templates.Count)];
        string tagName = $"{Pick("Pump", "Tank", "Speed", "Pump#", "Pump_", "1")}_{id}";
        string contained = isArea || parent!.IsArea ? "" : Pick(s_containedNames);
        IEnumerable<string> own = _random.Next(500) == 0 ? attributes.Skip(1) : _random.Next(20) == 0 ? attributes.Concat(Some(s_attributes, 3)) : attributes;
        return GalaxyText.Object(id, tagName, chain, parent?.GobjectId ?? 0, contained, isArea, [.. own.Distinct().Select(Attribute)]);
    }

    public RepositoryObject Any() => Objects[_random.Next(Objects.Count)];

    // Mostly what the name stands for, so that most objects of a template agree.
    private RepositoryAttribute Attribute(string name) => GalaxyText.Attribute(name, _random.Next(200) == 0 ? 5 : 1 + (name.Length % 4), security: _random.Next(200) == 0 ? 6 : 1);

    private string[] Some(string[] names, int most) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Pick(names))];

    private string Pick(params string[] names) => names[_random.Next(names.Length)];
}
