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

    [Fact]
    public void All_gives_the_objects_of_a_template_and_of_those_that_derive_from_it()
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "Pump_001", ["$Pump", "$Equipment"], 1, attributes: [Attribute("Speed")]),
            Object(3, "Pump_002", ["$Pump", "$Equipment"], 1, attributes: [Attribute("Speed"), Attribute("Extra")]),
            Object(4, "Valve_001", ["$Valve", "$Equipment"], 1, attributes: [Attribute("Open", type: 1)]))).MustCompile());

        Assert.Equal(["Pump_001", "Pump_002"], AllOf("Pump"));
        Assert.Equal(["Pump_001", "Pump_002", "Valve_001"], AllOf("Equipment"));

        IEnumerable<string> AllOf(string template) =>
            ((IEnumerable<MxObject>)typeof(MxGalaxy).GetMethod("All")!.MakeGenericMethod(plant.Assembly.GetType($"Acme.Plant.{template}")!).Invoke(plant.Root, [])!).Select(o => o.TagName);
    }

    [Fact]
    public void An_attribute_with_members_is_an_attribute_and_a_name_before_a_dot_that_is_none_is_a_group()
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "Pump_001", ["$Pump"], 1, attributes: [Attribute("PV", historized: true), Attribute("PV.HiHi.Limit", security: 4), Attribute("Log", isArray: true), Attribute("Log.Count", type: 2)]))).MustCompile());

        Assert.IsAssignableFrom<MxAttribute<float>>(plant.At("Mixing.Pump_001.PV"));
        Assert.IsAssignableFrom<MxAttributeGroup>(plant.At("Mixing.Pump_001.PV.HiHi"));
        Assert.Equal("Pump_001.PV.HiHi.Limit", plant.At("Mixing.Pump_001.PV.HiHi.Limit").ToString());
        Assert.Equal("Pump_001.Log[]", plant.At("Mixing.Pump_001.Log").ToString());
        Assert.Equal("Pump_001.Log.Count", plant.At("Mixing.Pump_001.Log.Count").ToString());
    }

    [Fact]
    public void Attributes_of_one_shape_share_a_class_across_templates()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "Pump_001", ["$Pump"], 1, attributes: [Attribute("PV"), Attribute("PV.Limit", security: 4)]),
            Object(3, "Tank_001", ["$Tank"], 1, attributes: [Attribute("PV", historized: true), Attribute("PV.Limit", security: 1)]))).MustCompile();

        string shape = outcome.Source("PVAttribute");
        Assert.Contains("historized in part of its uses", shape, StringComparison.Ordinal);
        Assert.Contains("written with Operate permission (Writeable_USC) or written with Tune permission (Writeable_USC)", shape, StringComparison.Ordinal);
        Assert.Contains("public PVAttribute PV ", outcome.Source("Pump"), StringComparison.Ordinal);
        Assert.Contains("public PVAttribute PV ", outcome.Source("Tank"), StringComparison.Ordinal);
    }
}
