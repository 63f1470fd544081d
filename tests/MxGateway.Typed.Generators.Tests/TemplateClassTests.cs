using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

public class TemplateClassTests
{
    [Fact]
    public void Attributes_of_a_template_are_members_of_its_class_and_derive_along_the_chain()
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "Pump_001", ["$Pump", "$Equipment"], 1, attributes: [Attribute("Speed"), Attribute("ShortDesc", type: 5)]),
            Object(3, "Valve_001", ["$Valve", "$Equipment"], 1, attributes: [Attribute("Open", type: 1, security: 6), Attribute("ShortDesc", type: 5)]))).MustCompile());

        Assert.IsType<MxAttribute<float>>(plant.At("Mixing.Pump_001.Speed"));
        Assert.IsType<MxReadOnlyAttribute<bool>>(plant.At("Mixing.Valve_001.Open"));
        Assert.Equal("Valve_001.ShortDesc", plant.At("Mixing.Valve_001.ShortDesc").ToString());
        Assert.Equal("Acme.Plant.Equipment", plant.At("Mixing.Pump_001").GetType().BaseType!.FullName);
        Assert.Same(plant.At("Mixing.Pump_001.Speed"), plant.At("Mixing.Pump_001.Speed"));
    }
}
