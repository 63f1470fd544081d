namespace MxGateway.Typed.Snapshot.Tests;

/// <summary>The templates of the sample plant: which attributes each adds to those of its base.</summary>
internal static class SampleTemplates
{
    private const int Calculated = 2, CalculatedRetentive = 3, WriteableU = 4, WriteableS = 5, WriteableUS = 6, WriteableUC = 7, WriteableUSC = 8, ConfigurationOnly = 11, SystemCategory = 13;

    private const int FreeAccess = 0, Operate = 1, SecuredWrite = 2, VerifiedWrite = 3, Tune = 4, Configure = 5, ViewOnly = 6;

    // By number; before the templates, which are made of them.
    private static readonly string[] s_dataTypes =
    [
        "NoData", "Boolean", "Integer", "Float", "Double", "String", "Time", "ElapsedTime", "ReferenceType", "StatusType", "DataTypeEnum", "SecurityClassificationEnum", "DataQualityType",
        "QualifiedEnum", "QualifiedStruct", "InternationalizedString", "BigString",
    ];

    private static readonly Dictionary<string, (string? Base, RepositoryAttribute[] Attributes)> s_templates = new()
    {
        // The Galaxy's own base templates, with the few built-in attributes that an operator looks at.
        ["$WinPlatform"] = (null, [Measured("CPULoad", historized: true), Measured("RAMAvail"), Flag("ScanState"), Flag("ScanStateCmd", WriteableUS, Configure)]),
        ["$AppEngine"] = (null, [Setting("Scheduler.ScanPeriod", ConfigurationOnly, Configure), Measured("Scheduler.ExecutionTimeAvg"), Count("Scheduler.ScanOverrunsCnt"), Flag("ScanState"), Flag("ScanStateCmd", WriteableUS, Configure)]),
        ["$ViewEngine"] = (null, [Flag("ScanState"), Count("SessionCnt")]),
        ["$OPCClient"] = (null, [Text("ServerName", ConfigurationOnly, Configure), Flag("ConnectionStatus"), Flag("Reconnect", WriteableUS, Operate), Measured("ReadRate")]),
        ["$Area"] = (null, [Flag("InAlarm"), Count("AlarmCnt")]),
        ["$UserDefined"] = (null, [Text("ShortDesc", WriteableUSC, Configure), Flag("InAlarm")]),
        ["$AnalogDevice"] = (null, [Text("ShortDesc", WriteableUSC, Configure), Value("PV", WriteableS, FreeAccess, historized: true, alarm: true), Text("PV.EngUnits", ConfigurationOnly, Configure)]),
        ["$DiscreteDevice"] = (null, [Text("ShortDesc", WriteableUSC, Configure), Flag("Cmd", WriteableUS, Operate), Count("State"), Flag("InAlarm")]),

        ["$PlantPlatform"] = ("$WinPlatform", [Time("LastReboot")]),
        ["$PlantEngine"] = ("$AppEngine", []),
        ["$PlantView"] = ("$ViewEngine", []),
        ["$PlcLink"] = ("$OPCClient", [Text("ScanGroups", ConfigurationOnly, Configure, array: 4)]),
        ["$ProcessArea"] = ("$Area", [Text("ShiftLeader", WriteableU, FreeAccess), Measured("Utilisation", historized: true)]),

        ["$Equipment"] = ("$UserDefined", [Value("RunHours", CalculatedRetentive, ViewOnly, historized: true), Measured("Power", historized: true), Flag("MaintenanceDue"), Count("AlarmCnt")]),
        ["$Pump"] = ("$Equipment",
        [
            Measured("Speed", historized: true), Setting("SpeedSetpoint", WriteableUS, Operate), Flag("Running"), Flag("Cmd", WriteableUS, Operate), Number("Mode", WriteableUS, Operate),
            Value("PV", Calculated, ViewOnly, historized: true, alarm: true), Text("PV.EngUnits", ConfigurationOnly, Configure), .. Limit("HiHi"), .. Limit("Hi"), Measured("SuctionPressure"), Measured("DischargePressure"), Measured("Efficiency"),
        ]),
        ["$VfdPump"] = ("$Pump", [Measured("Frequency"), Measured("Current", historized: true), Measured("Torque"), Setting("AccelerationTime", WriteableUSC, Tune), Flag("DriveFault"), Count("DriveFaultCode")]),
        ["$Motor"] = ("$Equipment", [Measured("Current"), Measured("Voltage"), Measured("PowerFactor"), Measured("BearingTemperature", historized: true), Measured("WindingTemperature", historized: true), Setting("TripCurrent", WriteableUSC, Tune), Flag("Running"), Flag("Cmd", WriteableUS, Operate), Count("StartCnt"), Time("LastStart")]),
        ["$Mixer"] = ("$Equipment", [Measured("Torque"), Setting("SpeedSetpoint", WriteableUS, Operate), Flag("Running"), Number("Program", WriteableUS, Operate)]),
        ["$Tank"] = ("$Equipment",
        [
            Text("BatchId", WriteableUS, Operate), Measured("Volume", historized: true), Measured("HeadPressure"), Setting("VolumeSetpoint", WriteableUS, Operate), Measured("LevelProfile", array: 8),
            Double("Mass"), Elapsed("HoldTime", WriteableUS, Operate), Number("Phase", WriteableUS, Operate), Text("Note", WriteableU, FreeAccess),
        ]),
        ["$DosingSkid"] = ("$Equipment", [Setting("RatioSetpoint", WriteableUS, Operate), Measured("Ratio", historized: true), Setting("Deadband", WriteableUSC, Tune), Number("Sequence", WriteableUS, Operate), Flag("Enabled", WriteableUS, Operate)]),
        ["$Recipe"] = ("$UserDefined",
        [
            Text("RecipeName", WriteableUS, Operate), Setting("Setpoints", WriteableUS, Operate, array: 12), Setting("StepTimes", WriteableUS, Operate, array: 12, type: 2),
            Setting("StepNames", WriteableUC, Configure, array: 12, type: 5), Setting("StepEnabled", WriteableUS, Operate, array: 12, type: 1), Number("StepNo", WriteableS, Operate),
            Flag("Release", WriteableUS, VerifiedWrite),
        ]),
        ["$Filler"] = ("$Equipment", [Measured("Rate", historized: true), Setting("RateSetpoint", WriteableUS, Operate), Setting("FillWeight", WriteableUS, Tune), Measured("LastWeight"), Count("BottleCnt"), Flag("lock", WriteableUS, Operate), Text("Product", WriteableUS, Operate)]),
        ["$Conveyor"] = ("$Equipment", [Measured("BeltSpeed"), Measured("BeltTension"), Measured("Load"), Setting("BeltSpeedSetpoint", WriteableUS, Operate), Flag("Jammed"), Flag("Cmd", WriteableUS, Operate), Count("PieceCnt")]),
        ["$Packer"] = ("$Equipment", [Measured("CycleTime"), Measured("AirPressure"), Setting("CycleTimeSetpoint", WriteableUS, Operate), Count("CaseCnt"), Flag("MagazineLow"), Text("Format", WriteableUS, Configure)]),
        ["$Boiler"] = ("$Equipment",
        [
            Measured("SteamFlow", historized: true), Measured("FuelFlow"), Setting("PressureSetpoint", WriteableUS, Operate), Setting("MaxPressure", WriteableUSC, Tune), Flag("FlameOn"),
            Flag("Ignite", WriteableUS, SecuredWrite), Count("FaultCode"), Double("SteamTotal"),
        ]),
        ["$HeatExchanger"] = ("$Equipment", [Measured("InletTemperature"), Measured("OutletTemperature", historized: true), Measured("Duty"), Setting("OutletSetpoint", WriteableUS, Operate), Setting("Kp", WriteableUSC, Tune), Setting("Ti", WriteableUSC, Tune)]),

        ["$Transmitter"] = ("$AnalogDevice", [Setting("PV.Min", ConfigurationOnly, Configure), Setting("PV.Max", ConfigurationOnly, Configure), Setting("Damping", WriteableUSC, Tune), Measured("RawInput"), Measured("RateOfChange"), .. Limit("HiHi"), .. Limit("LoLo")]),
        ["$FlowMeter"] = ("$Transmitter", [Double("Total"), Flag("ResetTotal", WriteableUS, Tune)]),
        ["$LevelTransmitter"] = ("$Transmitter", [Setting("Density", WriteableUSC, Tune)]),
        ["$TemperatureSensor"] = ("$Transmitter", [Measured("ColdJunction")]),

        ["$Valve"] = ("$DiscreteDevice", [Flag("Opened"), Flag("Closed"), Measured("Position"), Measured("PositionError"), Measured("ActuatorPressure"), Measured("TravelTime"), Setting("TravelTimeMax", WriteableUSC, Tune), Count("StrokeCnt")]),
        ["$SafetyValve"] = ("$Valve", [Flag("Command", WriteableUS, VerifiedWrite), Setting("ReliefPressure", ConfigurationOnly, Configure)]),
        ["$IsolationValve"] = ("$Valve", [Flag("Command", WriteableUS, SecuredWrite)]),
        ["$ControlValve"] = ("$Valve", [Setting("PositionSetpoint", WriteableUS, Operate), Setting("Kp", WriteableUSC, Tune), Setting("Ti", WriteableUSC, Tune)]),

        // What a maintenance engineer looks at once a year: the rare data types.
        ["$Diagnostics"] = ("$UserDefined",
        [
            Of("LastWriteStatus", 9, Calculated, ViewOnly), Of("ProbeType", 10, WriteableUC, Configure), Of("ProbeSecurity", 11, Calculated, ViewOnly), Of("ProbeQuality", 12, Calculated, ViewOnly),
            Of("OperatingMode", 13, WriteableUS, Operate), Of("RawFrame", 14, SystemCategory, ViewOnly), Of("Greeting", 15, WriteableUSC, Configure), Of("Logbook", 16, WriteableU, FreeAccess),
            Of("Target", 8, WriteableUC, Configure), Of("VendorBlock", 17, SystemCategory, ViewOnly, typeName: "VendorStruct"), Elapsed("Uptime", Calculated, ViewOnly), Time("LastCheck"),
        ]),
    };

    /// <summary>The template and its bases.</summary>
    public static IReadOnlyList<string> Chain(string template)
    {
        var chain = new List<string>();
        for (string? next = template; next is not null; next = s_templates[next].Base)
            chain.Add(next);
        return chain;
    }

    /// <summary>The attributes of a template and its bases, without their references.</summary>
    public static IEnumerable<RepositoryAttribute> Attributes(string template) => Chain(template).SelectMany(name => s_templates[name].Attributes);

    public static RepositoryAttribute Measured(string name, bool historized = false, int array = 0) => Of(name, 3, Calculated, ViewOnly, historized, array: array);

    public static RepositoryAttribute Of(string name, int type, int category, int security, bool historized = false, bool alarm = false, int array = 0, string? typeName = null) => new()
    {
        AttributeName = name,
        MxDataType = type,
        DataTypeName = typeName ?? s_dataTypes[type],
        IsArray = array > 0,
        ArrayDimension = array,
        ArrayDimensionPresent = array > 0,
        MxAttributeCategory = category,
        SecurityClassification = security,
        IsHistorized = historized,
        IsAlarm = alarm,
    };

    private static RepositoryAttribute[] Limit(string name) =>
        [Setting($"PV.{name}.Limit", WriteableUSC, Tune), Setting($"PV.{name}.Deadband", WriteableUSC, Tune), Flag($"PV.{name}.InAlarm"), Number($"PV.{name}.Priority", WriteableUSC, Configure)];

    private static RepositoryAttribute Value(string name, int category, int security, bool historized = false, bool alarm = false) => Of(name, 3, category, security, historized, alarm);

    private static RepositoryAttribute Setting(string name, int category, int security, int array = 0, int type = 3) => Of(name, type, category, security, array: array);

    private static RepositoryAttribute Double(string name) => Of(name, 4, CalculatedRetentive, ViewOnly, historized: true);

    private static RepositoryAttribute Flag(string name, int category = Calculated, int security = ViewOnly) => Of(name, 1, category, security);

    private static RepositoryAttribute Count(string name) => Of(name, 2, CalculatedRetentive, ViewOnly);

    private static RepositoryAttribute Number(string name, int category, int security) => Of(name, 2, category, security);

    private static RepositoryAttribute Text(string name, int category, int security, int array = 0) => Of(name, 5, category, security, array: array);

    private static RepositoryAttribute Time(string name) => Of(name, 6, Calculated, ViewOnly);

    private static RepositoryAttribute Elapsed(string name, int category, int security) => Of(name, 7, category, security);
}
