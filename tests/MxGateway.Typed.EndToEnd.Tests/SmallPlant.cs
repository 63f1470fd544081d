using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>A Galaxy for the tests of the peers: every data type, every security classification, an array.</summary>
internal static class SmallPlant
{
    public static DiscoverHierarchyReply Hierarchy { get; } = Make();

    private static DiscoverHierarchyReply Make()
    {
        var reply = new DiscoverHierarchyReply();
        for (int number = 1; number <= 40; number++)
        {
            string tagname = $"Pump_{number:000}";
            var pump = new GalaxyObject { GobjectId = number, TagName = tagname, BrowseName = tagname, CategoryId = 10, TemplateChain = { "$Pump", "$UserDefined" } };
            for (int type = 1; type <= 16; type++)
                pump.Attributes.Add(Attribute(tagname, $"Type{type}", type, 1));
            for (int security = 0; security <= 6; security++)
                pump.Attributes.Add(Attribute(tagname, $"Security{security}", 1, security));
            GalaxyAttribute list = Attribute(tagname, "Levels", 2, 1);
            list.FullTagReference += "[]";
            list.IsArray = list.ArrayDimensionPresent = true;
            list.ArrayDimension = 4;
            pump.Attributes.Add(list);
            reply.Objects.Add(pump);
        }

        return reply;
    }

    private static GalaxyAttribute Attribute(string tagname, string name, int type, int security) => new()
    {
        AttributeName = name,
        FullTagReference = $"{tagname}.{name}",
        MxDataType = type,
        MxAttributeCategory = 10,
        SecurityClassification = security,
    };
}
