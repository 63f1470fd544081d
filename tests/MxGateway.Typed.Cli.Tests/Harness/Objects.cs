using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>Objects of a small Galaxy, as the repository gives them.</summary>
internal static class Objects
{
    public static GalaxyObject Pump(int id, params IEnumerable<string> attributes)
    {
        var pump = new GalaxyObject { GobjectId = id, TagName = $"Pump_{id:000}", BrowseName = $"Pump_{id:000}", CategoryId = 10, TemplateChain = { "$Pump", "$UserDefined" } };
        foreach (string name in attributes.DefaultIfEmpty("Speed"))
            pump.Attributes.Add(new GalaxyAttribute { AttributeName = name, FullTagReference = $"{pump.TagName}.{name}", MxDataType = 3, DataTypeName = "Float", MxAttributeCategory = 6 });
        return pump;
    }

    public static IEnumerable<GalaxyObject> Pumps(int count) => Enumerable.Range(1, count).Select(id => Pump(id));
}
