using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>A first value for each attribute: by its data type, and plausible for its name.</summary>
internal static class InitialValues
{
    private const int DefaultArrayLength = 4;

    // A snapshot is checked in and reviewed, but a slip in it must not cost the simulator's memory.
    private const int MaxArrayLength = 10_000;

    private static readonly string[] s_units = ["%", "°C", "bar", "m³/h", "rpm", "kW"];

    /// <summary>How many elements an attribute starts with; 1 for one that is no array.</summary>
    public static int Length(RepositoryAttribute attribute) => !attribute.IsArray ? 1
        : attribute is { ArrayDimensionPresent: true, ArrayDimension: > 0 } ? Math.Min(attribute.ArrayDimension, MaxArrayLength)
        : DefaultArrayLength;

    /// <summary>The first value of an attribute's element.</summary>
    public static object? Element(string owner, RepositoryAttribute attribute, DataType type, PlantOrigin origin, int index)
    {
        uint hash = StableHash.Of(attribute.FullTagReference, origin.Seed) + (uint)index;
        string[] names = attribute.AttributeName.Split('.');
        string name = names[^1].ToUpperInvariant();
        string group = names.Length > 1 ? names[^2] : "";
        return type.Kind switch
        {
            WireKind.Bool => Bool(name, hash),
            WireKind.Int32 when type.Count > 0 => (int)(hash % (uint)type.Count),
            WireKind.Int32 when type.Wire == Contracts.Proto.MxDataType.DataQualityType => 192,
            WireKind.Int32 => Integer(name, group, hash),
            WireKind.Int64 => TimeSpan.FromSeconds(hash % 3600).Ticks,
            WireKind.Float => (float)Number(name, group, hash),
            WireKind.Double => Number(name, group, hash),
            WireKind.Text => Text(owner, attribute.AttributeName, name, group, hash, type),
            WireKind.Time => origin.Start - TimeSpan.FromMinutes(hash % 600),
            WireKind.Raw => BitConverter.GetBytes(hash),
            _ => null,
        };
    }

    private static bool Bool(string name, uint hash) => name switch
    {
        "INALARM" => false,
        "ACKED" or "SCANSTATE" or "SCANSTATECMD" or "ENABLED" => true,
        _ => hash % 2 == 0,
    };

    private static int Integer(string name, string group, uint hash) => name switch
    {
        "PRIORITY" => group.Length == 4 ? 100 : 300,
        "MODE" or "STATE" => (int)(hash % 4),
        _ => (int)(hash % 1000),
    };

    private static double Number(string name, string group, uint hash) => name switch
    {
        "LIMIT" => group.ToUpperInvariant() switch
        {
            "HIHI" => 95,
            "HI" => 85,
            "LO" => 15,
            "LOLO" => 5,
            _ => 50,
        },
        "MIN" or "ENGUNITSMIN" or "LOWLIMIT" => 0,
        "MAX" or "ENGUNITSMAX" or "HIGHLIMIT" => 100,
        "DEADBAND" => 0.5,
        "SCANPERIOD" => 1,
        "CPULOAD" => 5 + (hash % 20),
        _ => 20 + (hash % 600 / 10.0),
    };

    private static string Text(string owner, string attribute, string name, string group, uint hash, DataType type) => name switch
    {
        "ENGUNITS" => s_units[hash % s_units.Length],
        "SHORTDESC" or "DESC" or "DESCRIPTION" => group.Length > 0 ? $"{owner} {group}" : owner,
        "ACKMSG" => "",
        _ when type.Wire is Contracts.Proto.MxDataType.ReferenceType => owner,
        _ when type.Wire is Contracts.Proto.MxDataType.QualifiedEnum || ValueMotion.IsState(name) => ValueMotion.States[hash % ValueMotion.States.Length],
        _ => $"{owner} {attribute}",
    };
}
