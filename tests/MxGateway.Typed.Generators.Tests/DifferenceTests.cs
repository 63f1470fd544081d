using System.Reflection;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Objects that are not what their template says.</summary>
public class DifferenceTests
{
    private static readonly PropertyInfo s_fault = typeof(MxNode).GetProperty("Fault", BindingFlags.NonPublic | BindingFlags.Instance)!;

    [Fact]
    public void An_attribute_of_another_type_is_right_in_the_objects_own_class_and_fails_by_name_through_the_templates()
    {
        using LoadedPlant plant = Load(
            Pump(2, "Pump_001", Attribute("PV"), Attribute("PV.Hi.Limit")),
            Pump(3, "Pump_002", Attribute("PV"), Attribute("PV.Hi.Limit")),
            Pump(4, "Pump_003", Attribute("PV"), Attribute("PV.Hi.Limit", type: 5, security: 3)));

        Assert.IsType<MxVerifiedStringAttribute>(plant.At("Mixing.Pump_003.PV.Hi.Limit"));
        MxTag limit = ThroughTemplate(plant, "Pump_003", "PV", "Hi", "Limit");
        Assert.IsType<MxAttribute<float>>(limit);
        string fault = Assert.IsType<string>(s_fault.GetValue(limit));
        Assert.Contains("Pump_003.PV.Hi.Limit", fault, StringComparison.Ordinal);
        Assert.Contains("String, each write is signed by an operator and verified by another user", fault, StringComparison.Ordinal);
        Assert.Contains("Float, written with Operate permission", fault, StringComparison.Ordinal);
        Assert.Contains("PV.Hi.Limit of Acme.Plant.Objects.Pump_003", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_differ_is_as_good_through_the_template_as_before()
    {
        using LoadedPlant plant = Load(
            Pump(2, "Pump_001", Attribute("PV"), Attribute("PV.Hi.Limit"), Attribute("PV.Hi.Priority", type: 2)),
            Pump(3, "Pump_002", Attribute("PV"), Attribute("PV.Hi.Limit"), Attribute("PV.Hi.Priority", type: 2)),
            Pump(4, "Pump_003", Attribute("PV"), Attribute("PV.Hi.Limit", type: 5), Attribute("PV.Hi.Priority", type: 2)));

        Assert.Null(s_fault.GetValue(ThroughTemplate(plant, "Pump_003", "PV")));
        Assert.Null(s_fault.GetValue(ThroughTemplate(plant, "Pump_003", "PV", "Hi", "Priority")));
        Assert.Null(s_fault.GetValue(ThroughTemplate(plant, "Pump_001", "PV", "Hi", "Limit")));
    }

    [Fact]
    public void An_attribute_that_an_object_lacks_says_so()
    {
        // The exporter puts on a template what all its objects have; one that came later may lack it.
        string snapshot = Of(GalaxyText.Snapshot(Area(1, "Mixing"), Pump(2, "Pump_001", Attribute("PV"), Attribute("SP"))));
        string row = snapshot.Split('\n').Single(line => line.Contains("\"tag\":\"Pump_001\"", StringComparison.Ordinal));
        string lacking = row.Replace("Pump_001", "Pump_002").Replace("\"id\":2", "\"id\":3").Replace("\"category\":10,", "\"category\":10,\"without\":[\"SP\"],");
        string late = snapshot.Replace(row, $"{row},\n{lacking}");
        using var plant = new LoadedPlant(GeneratorHost.Run(new SnapshotItem(late)).MustCompile());

        Assert.Equal("Pump_002.SP is not in the snapshot, though the template's other objects have SP; do not use it for Pump_002", s_fault.GetValue(ThroughTemplate(plant, "Pump_002", "SP")));
        Assert.Null(s_fault.GetValue(ThroughTemplate(plant, "Pump_002", "PV")));

        // It is read whole by a record of its own, for which what it lacks does not count.
        object lackingPump = plant.At("Mixing.Pump_002");
        MethodInfo read = lackingPump.GetType().GetMethod("ReadAllAsync", BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance)!;
        Assert.Equal("Pump_002Values", read.ReturnType.GetGenericArguments().Single().Name);
    }

    [Fact]
    public void An_object_knows_its_own_attributes_whatever_class_it_is_reached_by()
    {
        using LoadedPlant plant = Load(
            Pump(2, "Pump_001", Attribute("PV"), Attribute("PV.Hi.Limit"), Attribute("SP")),
            Pump(3, "Pump_002", Attribute("PV"), Attribute("PV.Hi.Limit"), Attribute("SP")),
            Pump(4, "Pump_003", Attribute("PV"), Attribute("PV.Hi.Limit", type: 5), Attribute("SP"), Attribute("Extra")));

        MxNode[] pumps = [plant.Root["Pump_001"], plant.Root["Pump_003"]];
        Assert.Equal(["Pump_001.PV", "Pump_001.PV.Hi.Limit", "Pump_001.SP"], References(pumps[0]));
        Assert.Equal(["Pump_003.PV", "Pump_003.SP", "Pump_003.Extra", "Pump_003.PV.Hi.Limit"], References(pumps[1]));
        Assert.IsType<MxStringAttribute>(LoadedPlant.TagsOf(pumps[1])[3]);
        Assert.Equal([plant.At("Mixing.Pump_003.PV"), plant.At("Mixing.Pump_003.PV.Hi.Limit")], [LoadedPlant.TagsOf(pumps[1])[0], LoadedPlant.TagsOf(pumps[1])[3]]);

        Assert.Equal(["Pump_001.PV", "Pump_001.PV.Hi.Limit"], References((MxNode)plant.At("Mixing.Pump_001.PV")));
        Assert.Equal(["Pump_001.PV.Hi.Limit"], References((MxNode)plant.At("Mixing.Pump_001.PV.Hi")));
        Assert.Equal(["Pump_001.SP"], References((MxNode)plant.At("Mixing.Pump_001.SP")));
        Assert.Empty(References(plant.Root["Mixing"])); // no attributes of its own; what it holds does not count
        Assert.Empty(References(ThroughTemplate(plant, "Pump_003", "PV", "Hi", "Limit")));
    }

    [Fact]
    public void A_reference_that_is_not_put_together_of_the_names_is_used_as_it_is()
    {
        using LoadedPlant plant = Load(Pump(2, "Pump_001", Attribute("PV")), Pump(3, "Pump_002", Attribute("PV", reference: "Skid_7.Pump.PV")));

        Assert.Equal("Skid_7.Pump.PV", plant.At("Mixing.Pump_002.PV").ToString());
        Assert.Equal("Pump_001.PV", plant.At("Mixing.Pump_001.PV").ToString());
    }

    [Fact]
    public void A_difference_that_code_cannot_see_makes_no_class()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(Area(1, "Mixing"), Pump(2, "Pump_001", Attribute("PV")), Pump(3, "Pump_002", Attribute("PV", security: 4, historized: true)))).MustCompile();

        Assert.DoesNotContain(outcome.Result.GeneratedSources, source => source.HintName.Contains("Pump_00", StringComparison.Ordinal));
    }

    [Fact]
    public void A_contained_child_is_a_member_of_the_template_and_one_of_another_template_is_redeclared()
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "Skid_001", ["$Skid"], 1),
            Object(3, "Motor_001", ["$Motor"], 2, contained: "Motor", attributes: [Attribute("Current")]),
            Object(4, "Skid_002", ["$Skid"], 1),
            Object(5, "Motor_002", ["$Motor"], 4, contained: "Motor", attributes: [Attribute("Current")]),
            Object(6, "Skid_003", ["$Skid"], 1),
            Object(7, "Vfd_003", ["$Vfd"], 6, contained: "Motor", attributes: [Attribute("Frequency")]))).MustCompile());

        Assert.Equal("Motor_001.Current", plant.At("Mixing.Skid_001.Motor.Current").ToString());
        Assert.Equal("Vfd_003.Frequency", plant.At("Mixing.Skid_003.Motor.Frequency").ToString());
        MxObject skid = plant.Root["Skid_003"];
        PropertyInfo ofTemplate = skid.GetType().BaseType!.GetProperty("Motor")!;
        var refusal = Assert.IsType<MxGalaxyException>(Assert.Throws<TargetInvocationException>(() => ofTemplate.GetValue(skid)).InnerException);
        Assert.Contains("Vfd_003", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_contained_child_that_an_object_lacks_is_named()
    {
        string snapshot = Of(GalaxyText.Snapshot(Area(1, "Mixing"), Object(2, "Skid_001", ["$Skid"], 1), Object(3, "Motor_001", ["$Motor"], 2, contained: "Motor#1")));
        string row = snapshot.Split('\n').Single(line => line.Contains("\"tag\":\"Skid_001\"", StringComparison.Ordinal));
        string late = snapshot.Replace(row, $"{row},\n{row.Replace("Skid_001", "Skid_002").Replace("\"id\":2", "\"id\":4")}");
        using var plant = new LoadedPlant(GeneratorHost.Run(new SnapshotItem(late.Replace(",,", ","))).MustCompile());

        MxObject skid = plant.Root["Skid_002"];
        var refusal = Assert.IsType<MxGalaxyException>(Assert.Throws<TargetInvocationException>(() => skid.GetType().GetProperty("Motor_1")!.GetValue(skid)).InnerException);
        Assert.StartsWith("Skid_002 has no 'Motor#1', though its template's other objects have one: it is not in the snapshot", refusal.Message, StringComparison.Ordinal);
    }

    private static MxTag ThroughTemplate(LoadedPlant plant, string tagName, params string[] path)
    {
        MxObject pump = plant.Root[tagName];
        Type template = plant.Assembly.GetType("Acme.Plant.Pump")!;
        object node = template.GetProperty(path[0])!.GetValue(pump)!;
        return (MxTag)path.Skip(1).Aggregate(node, (current, member) => current.GetType().GetProperty(member)!.GetValue(current)!);
    }

    private static LoadedPlant Load(params MxGateway.Typed.Snapshot.RepositoryObject[] pumps) => new(GeneratorHost.Run(Item([Area(1, "Mixing"), .. pumps])).MustCompile());

    private static MxGateway.Typed.Snapshot.RepositoryObject Pump(int id, string tagName, params MxGateway.Typed.Snapshot.RepositoryAttribute[] attributes) =>
        Object(id, tagName, ["$Pump"], 1, attributes: attributes);

    private static IEnumerable<string> References(MxNode node) => LoadedPlant.TagsOf(node).Select(tag => tag.Reference);
}
