namespace MxGateway.Typed.Snapshot.Tests;

/// <summary>
/// The sample plant, samples/Plant/Plant.galaxy.json: an invented drinks factory. After a change here, the test that compares the file writes what it should be beside the approved one;
/// move it over.
/// </summary>
internal sealed class SamplePlant
{
    public static readonly DateTimeOffset DeployTime = new(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);

    private const int WinPlatform = 1, AppEngine = 3, ViewEngine = 4, Application = 10, Network = 11, Area = 13;

    private readonly List<RepositoryObject> _objects = [];
    private int _lastId = 1000;

    private SamplePlant()
    {
        int mixing = AddArea("Mixing", 0), filling = AddArea("Filling", 0), utilities = AddArea("Utilities", 0);
        int packaging = AddArea("Packaging", filling), steam = AddArea("Steam", utilities);

        int platform = Add("Platform_001", "$PlantPlatform", utilities, 0, category: WinPlatform);
        int viewPlatform = Add("Platform_002", "$PlantPlatform", utilities, 0, category: WinPlatform);
        int mixingEngine = Add("AppEngine_001", "$PlantEngine", mixing, platform, category: AppEngine);
        int fillingEngine = Add("AppEngine_002", "$PlantEngine", filling, platform, category: AppEngine);
        int utilitiesEngine = Add("AppEngine_003", "$PlantEngine", utilities, platform, category: AppEngine);
        Add("ViewEngine_001", "$PlantView", utilities, viewPlatform, category: ViewEngine);
        Add("PlcLink_001", "$PlcLink", mixing, mixingEngine, category: Network);
        Add("PlcLink_002", "$PlcLink", filling, fillingEngine, category: Network);

        AddMixing(mixing, mixingEngine);
        AddFilling(filling, fillingEngine);
        AddPackaging(packaging, fillingEngine);
        AddUtilities(utilities, utilitiesEngine);
        AddSteam(steam, utilitiesEngine);
    }

    public static IReadOnlyList<RepositoryObject> Objects => new SamplePlant()._objects;

    public static GalaxySnapshot Build() => SnapshotBuilder.Build(Objects, "0.1", DeployTime, SnapshotFilter.None);

    private void AddMixing(int area, int engine)
    {
        Add("Pump_001", "$VfdPump", area, engine);
        Add("Pump_002", "$VfdPump", area, engine);
        Add("Pump_003", "$Pump", area, engine, own: SampleTemplates.Measured("SealPressure")); // the one with a double seal
        Add("Pump#2", "$Pump", area, engine);
        for (int i = 1; i <= 3; i++)
        {
            // The third tank's controller numbers its batches.
            RepositoryAttribute? own = i == 3 ? SampleTemplates.Of("BatchId", 2, 6, 1) : null;
            int tank = Add($"Tank_{i:D3}", "$Tank", area, engine, own: own);
            int agitator = Add($"Agitator_{i:D3}", "$Mixer", tank, engine, "Agitator");
            Add($"Motor_{i:D3}", "$Motor", agitator, engine, "Motor");
            Add($"Valve_{15 + (2 * i):D3}", "$Valve", tank, engine, "InletValve");
            Add($"Valve_{16 + (2 * i):D3}", "$Valve", tank, engine, "OutletValve");
            Add($"Level_{i:D3}", "$LevelTransmitter", tank, engine, "Level");
            Add($"Temperature_{i:D3}", "$TemperatureSensor", tank, engine, "Temperature");
        }

        for (int i = 1; i <= 2; i++)
        {
            int skid = Add($"DosingSkid_{i:D3}", "$DosingSkid", area, engine);
            int pump = Add($"Pump_{9 + i:D3}", "$VfdPump", skid, engine, "Pump");
            Add($"Motor_{9 + i:D3}", "$Motor", pump, engine, "Motor");
            Add($"Valve_{29 + i:D3}", "$ControlValve", skid, engine, "InletValve");
            Add($"Flow_{i:D3}", "$FlowMeter", skid, engine, "Flow");
        }

        Add("Valve_101", "$SafetyValve", area, engine);
        Add("Valve_102", "$IsolationValve", area, engine);
        Add("3WayValve_001", "$ControlValve", area, engine);
        Add("Recipe_001", "$Recipe", area, engine);
    }

    private void AddFilling(int area, int engine)
    {
        for (int i = 1; i <= 2; i++)
        {
            int filler = Add($"Filler_{i:D3}", "$Filler", area, engine);
            Add($"Valve_{199 + (2 * i):D3}", "$Valve", filler, engine, "ProductValve");
            Add($"Flow_{10 + i:D3}", "$FlowMeter", filler, engine, "Flow");
        }

        for (int i = 1; i <= 3; i++)
        {
            RepositoryAttribute? own = i == 2 ? SampleTemplates.Of("ReverseCmd", 1, 6, 1) : null;
            int conveyor = Add($"Conveyor_{i:D3}", "$Conveyor", area, engine, own: own);
            Add($"Motor_{20 + i:D3}", "$Motor", conveyor, engine, "Motor");
        }
    }

    private void AddPackaging(int area, int engine)
    {
        Add("Labeler_001", "$Packer", area, engine);
        Add("CasePacker_001", "$Packer", area, engine);
        Add("Palletizer_001", "$Packer", area, engine);
        int conveyor = Add("Conveyor_011", "$Conveyor", area, engine);
        Add("Motor_031", "$Motor", conveyor, engine, "Motor");
    }

    private void AddUtilities(int area, int engine)
    {
        for (int i = 1; i <= 2; i++)
        {
            int exchanger = Add($"HeatExchanger_{i:D3}", "$HeatExchanger", area, engine);
            Add($"Valve_{299 + i:D3}", "$ControlValve", exchanger, engine, "CoolantValve");
            Add($"Temperature_{10 + i:D3}", "$TemperatureSensor", exchanger, engine, "Return");
        }

        Add("Pump_021", "$Pump", area, engine);
        Add("Pump_022", "$Pump", area, engine);
        Add("Flow_021", "$FlowMeter", area, engine);
        Add("Ambient_001", "$AnalogDevice", area, engine);
        Add("FrostSwitch_001", "$DiscreteDevice", area, engine);
        Add("Diagnostics_001", "$Diagnostics", area, engine);
    }

    private void AddSteam(int area, int engine)
    {
        int boiler = Add("Boiler_001", "$Boiler", area, engine);
        Add("Pump_031", "$VfdPump", boiler, engine, "FeedPump");
        Add("Valve_401", "$SafetyValve", boiler, engine, "ReliefValve");
        Add("Valve_402", "$IsolationValve", boiler, engine, "FuelValve");
        Add("Pressure_001", "$Transmitter", boiler, engine, "SteamPressure");
        Add("Level_021", "$LevelTransmitter", boiler, engine, "DrumLevel");
        Add("Temperature_021", "$TemperatureSensor", boiler, engine, "SteamTemperature");
    }

    private int AddArea(string name, int parent) => Add(name, "$ProcessArea", parent, 0, category: Area);

    /// <param name="own">An attribute of the object's own, in place of its template's where that has one of the name.</param>
    private int Add(string tagName, string template, int parent, int host, string containedName = "", int category = Application, RepositoryAttribute? own = null)
    {
        IEnumerable<RepositoryAttribute> attributes = SampleTemplates.Attributes(template).Where(attribute => attribute.AttributeName != own?.AttributeName);
        _objects.Add(new RepositoryObject
        {
            GobjectId = ++_lastId,
            TagName = tagName,
            ContainedName = containedName,
            BrowseName = containedName.Length > 0 ? containedName : tagName,
            ParentGobjectId = parent,
            IsArea = category == Area,
            CategoryId = category,
            HostedByGobjectId = host,
            TemplateChain = SampleTemplates.Chain(template),
            Attributes = [.. (own is null ? attributes : attributes.Append(own)).Select(attribute => WithReference(tagName, attribute))],
        });
        return _lastId;
    }

    private static RepositoryAttribute WithReference(string tagName, RepositoryAttribute attribute) => new()
    {
        AttributeName = attribute.AttributeName,
        FullTagReference = $"{tagName}.{attribute.AttributeName}{(attribute.IsArray ? "[]" : "")}",
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
