namespace MxGateway.Typed.Snapshot.Tests;

public class PlacementTests
{
    private const int Float = 3, Integer = 2, Boolean = 1;

    [Fact]
    public void An_attribute_of_every_object_stands_on_the_most_basic_template()
    {
        GalaxySnapshot snapshot = Snapshots.Build(
        [
            Object(1, "P1", ["$Pump", "$Equipment"], ("Speed", Float), ("RunHours", Float)),
            Object(2, "P2", ["$VfdPump", "$Pump", "$Equipment"], ("Speed", Float), ("RunHours", Float), ("Torque", Float)),
            Object(3, "M1", ["$Motor", "$Equipment"], ("RunHours", Float)),
        ]);
        Assert.Equal(["$Equipment: RunHours", "$Motor:", "$Pump: Speed", "$VfdPump: Torque"], Placed(snapshot));
        Assert.Equal([null, "$Equipment", "$Equipment", "$Pump"], snapshot.Templates.Select(t => t.Base));
        Assert.All(snapshot.Objects, o => Assert.Empty(o.Attributes));
    }

    [Fact]
    public void An_attribute_that_one_object_lacks_is_the_others_own()
    {
        GalaxySnapshot snapshot = Snapshots.Build([Object(1, "P1", ["$Pump"], ("Speed", Float)), Object(2, "P2", ["$Pump"])]);
        Assert.Equal(["$Pump:"], Placed(snapshot));
        Assert.Equal("Speed", Assert.Single(snapshot.Objects[0].Attributes).Name);
        Assert.Empty(snapshot.Objects[1].Without);
    }

    [Fact]
    public void The_definition_is_the_one_that_most_objects_have()
    {
        GalaxySnapshot snapshot = Snapshots.Build(
            [Object(1, "P1", ["$Pump"], ("Mode", Integer)), Object(2, "P2", ["$Pump"], ("Mode", Float)), Object(3, "P3", ["$Pump"], ("Mode", Float))]);
        Assert.Equal(Float, snapshot.Templates[0].Attributes[0].DataType);
        Assert.Equal(Integer, Assert.Single(snapshot.Objects[0].Attributes).DataType);
        Assert.Empty(snapshot.Objects[1].Attributes);
    }

    [Fact]
    public void An_odd_reference_is_the_objects_own()
    {
        var odd = new RepositoryObject
        {
            GobjectId = 1,
            TagName = "P1",
            BrowseName = "P1",
            TemplateChain = ["$Pump"],
            Attributes = [new RepositoryAttribute { AttributeName = "PV", FullTagReference = "Elsewhere.PV", MxDataType = Float, DataTypeName = "Float" }],
        };
        SnapshotObject row = Snapshots.Build([odd]).Objects[0];
        Assert.Equal("Elsewhere.PV", Assert.Single(row.Attributes).Reference);
    }

    [Fact]
    public void Contained_children_stand_on_templates_by_contained_name()
    {
        GalaxySnapshot snapshot = Snapshots.Build(
        [
            Object(1, "Area", ["$Area"], isArea: true),
            Object(2, "T1", ["$Tank"], parent: 1),
            Object(3, "T2", ["$Tank"], parent: 1),
            Object(4, "V1", ["$Valve"], parent: 2, contained: "Inlet"),
            Object(5, "V2", ["$Valve"], parent: 3, contained: "Inlet"),
            Object(6, "V3", ["$Valve"], parent: 3, contained: "Outlet"),
            Object(7, "V4", ["$Valve"], parent: 1, contained: "NotContainedInAnArea"),
        ]);
        Assert.Equal([new SnapshotChild("Inlet", "$Valve")], snapshot.Templates.Single(t => t.Name == "$Tank").Children);
        Assert.Empty(snapshot.Templates.Single(t => t.Name == "$Area").Children);
    }

    [Fact]
    public void The_base_is_the_one_that_most_chains_say_and_the_others_carry_their_chain()
    {
        GalaxySnapshot snapshot = Snapshots.Build([Object(1, "P1", ["$P", "$B"]), Object(2, "P2", ["$P", "$B"]), Object(3, "P3", ["$P", "$C"])]);
        Assert.Equal("$B", snapshot.Templates.Single(t => t.Name == "$P").Base);
        Assert.Equal([null, null, "$P,$C"], snapshot.Objects.Select(o => o.Chain is null ? null : string.Join(",", o.Chain)));
    }

    [Fact]
    public void Bases_never_run_in_a_circle()
    {
        GalaxySnapshot snapshot = Snapshots.Build([Object(1, "P1", ["$A", "$B"]), Object(2, "P2", ["$B", "$C"]), Object(3, "P3", ["$C", "$A"])]);
        Assert.Equal([null, "$C", "$A"], snapshot.Templates.Select(t => t.Base));
        Assert.Equal(["$A,$B", "$B,$C", "$C,$A"], SnapshotExpander.Expand(snapshot).Select(o => string.Join(",", o.TemplateChain)));
    }

    [Fact]
    public void A_chain_of_any_length_survives()
    {
        string[] chain = [.. Enumerable.Range(0, 1000).Select(i => $"$T{i:D4}")];
        GalaxySnapshot snapshot = Snapshots.Build([Object(1, "P1", chain)]);
        Assert.Equal(chain, SnapshotExpander.Expand(Snapshots.Read(Snapshots.Write(snapshot))).Single().TemplateChain);
    }

    [Fact]
    public void A_placement_stays_where_it_was_when_an_object_without_it_comes()
    {
        RepositoryObject[] objects = [Object(1, "P1", ["$Pump", "$Eq"], ("Speed", Float)), Object(2, "M1", ["$Motor", "$Eq"])];
        GalaxySnapshot before = Snapshots.Build(objects);
        GalaxySnapshot after = Snapshots.Build([.. objects, Object(3, "P2", ["$Pump", "$Eq"])], before);
        Assert.Equal(["$Eq:", "$Motor:", "$Pump: Speed"], Placed(after));
        Assert.Equal(["Speed"], after.Objects.Single(o => o.TagName == "P2").Without);
    }

    [Fact]
    public void A_placement_does_not_rise_to_a_base_when_the_object_that_lacked_it_goes()
    {
        RepositoryObject pump = Object(1, "P1", ["$Pump", "$Eq"], ("Speed", Float));
        GalaxySnapshot before = Snapshots.Build([pump, Object(2, "M1", ["$Motor", "$Eq"])]);
        Assert.Equal(["$Eq:", "$Pump: Speed"], Placed(Snapshots.Build([pump], before)));
        Assert.Equal(["$Eq: Speed", "$Pump:"], Placed(Snapshots.Build([pump])));
    }

    [Fact]
    public void A_placement_goes_with_the_last_object_that_has_it()
    {
        GalaxySnapshot before = Snapshots.Build([Object(1, "P1", ["$Pump"], ("Speed", Float))]);
        GalaxySnapshot after = Snapshots.Build([Object(1, "P1", ["$Pump"])], before);
        Assert.Equal(["$Pump:"], Placed(after));
        Assert.Empty(after.Objects[0].Without);
    }

    [Fact]
    public void What_was_an_objects_own_does_not_rise_when_the_object_that_lacked_it_goes()
    {
        RepositoryObject one = Object(1, "P1", ["$Pump"], ("Speed", Float)), other = Object(2, "P2", ["$Pump"]);
        GalaxySnapshot before = Snapshots.Build([one, other]);
        Assert.Equal(["$Pump:"], Placed(Snapshots.Build([one], before)));
        Assert.Equal(["$Pump:"], Placed(Snapshots.Build([one], Snapshots.Build([one], before))));
        Assert.Equal(["$Pump: Speed"], Placed(Snapshots.Build([one])));
    }

    [Fact]
    public void It_rises_when_an_object_that_was_there_gets_it()
    {
        GalaxySnapshot before = Snapshots.Build([Object(1, "P1", ["$Pump"], ("Speed", Float)), Object(2, "P2", ["$Pump"])]);
        Assert.Equal(["$Pump: Speed"],
            Placed(Snapshots.Build([Object(1, "P1", ["$Pump"], ("Speed", Float)), Object(2, "P2", ["$Pump"], ("Speed", Float))], before)));
    }

    [Fact]
    public void A_child_that_one_object_lacked_does_not_rise_when_that_goes()
    {
        RepositoryObject[] objects = [Object(1, "T1", ["$Tank"]), Object(2, "T2", ["$Tank"]), Object(3, "V1", ["$Valve"], parent: 1, contained: "Inlet")];
        GalaxySnapshot before = Snapshots.Build(objects);
        Assert.Empty(Snapshots.Build([objects[0], objects[2]], before).Templates.Single(t => t.Name == "$Tank").Children);
        GalaxySnapshot after = Snapshots.Build([.. objects, Object(4, "V2", ["$Valve"], parent: 2, contained: "Inlet")], before);
        Assert.Equal("Inlet", Assert.Single(after.Templates.Single(t => t.Name == "$Tank").Children).ContainedName);
    }

    [Fact]
    public void A_definition_stays_while_objects_only_come_and_go()
    {
        RepositoryObject old = Object(1, "P1", ["$Pump"], ("Mode", Integer));
        GalaxySnapshot before = Snapshots.Build([old]);
        RepositoryObject[] more = [old, Object(2, "P2", ["$Pump"], ("Mode", Boolean)), Object(3, "P3", ["$Pump"], ("Mode", Boolean))];
        GalaxySnapshot after = Snapshots.Build(more, before);
        Assert.Equal(Boolean, Snapshots.Build(more).Templates[0].Attributes[0].DataType);
        Assert.Equal(Integer, after.Templates[0].Attributes[0].DataType);
        Assert.Equal(Integer, Snapshots.Build(more, after).Templates[0].Attributes[0].DataType);
        Assert.Equal(Boolean, Snapshots.Build(more[1..], after).Templates[0].Attributes[0].DataType);
    }

    [Fact]
    public void A_definition_changes_when_objects_that_were_there_changed_and_most_have_it_now()
    {
        GalaxySnapshot before = Snapshots.Build(
            [Object(1, "P1", ["$Pump"], ("Mode", Integer)), Object(2, "P2", ["$Pump"], ("Mode", Integer)), Object(3, "P3", ["$Pump"], ("Mode", Integer))]);
        RepositoryObject changed = Object(1, "P1", ["$Pump"], ("Mode", Boolean));
        GalaxySnapshot one = Snapshots.Build([changed, Object(2, "P2", ["$Pump"], ("Mode", Integer)), Object(3, "P3", ["$Pump"], ("Mode", Integer))], before);
        GalaxySnapshot two = Snapshots.Build([changed, Object(2, "P2", ["$Pump"], ("Mode", Boolean)), Object(3, "P3", ["$Pump"], ("Mode", Integer))], one);
        Assert.Equal([Integer, Boolean], new[] { one, two }.Select(snapshot => snapshot.Templates[0].Attributes[0].DataType));
    }

    [Fact]
    public void A_base_stays_while_any_object_derives_by_it()
    {
        GalaxySnapshot before = Snapshots.Build([Object(1, "P1", ["$Pump", "$Equipment"])]);
        RepositoryObject[] more = [Object(1, "P1", ["$Pump", "$Equipment"]), Object(2, "P2", ["$Pump", "$Machine"]), Object(3, "P3", ["$Pump", "$Machine"])];
        Assert.Equal("$Equipment", Snapshots.Build(more, before).Templates.Single(t => t.Name == "$Pump").Base);
        Assert.Equal("$Machine", Snapshots.Build(more[1..], before).Templates.Single(t => t.Name == "$Pump").Base);
    }

    [Fact]
    public void Kept_names_are_carried_over()
    {
        GalaxySnapshot before = Snapshots.Read(ReaderTests.File(
            """
            {"name":"$Tank","as":"Vessel","attributes":[{"name":"PV","type":"Float","category":6,"security":1,"as":"ProcessValue"}],"children":[{"name":"Inlet","template":"$Valve","as":"Feed"}]},
            {"name":"$Valve"}
            """,
            """
            {"tag":"T1","id":1,"category":10,"template":"$Tank","as":"First","attributes":[{"name":"Own","type":"Float","category":6,"security":1,"as":"Mine"}]},
            {"tag":"V1","id":2,"parent":"T1","name":"Inlet","category":10,"template":"$Valve"}
            """));
        GalaxySnapshot after = Snapshots.Build(
            [Object(1, "T1", ["$Tank"], ("PV", Float), ("Own", Float)), Object(3, "T2", ["$Tank"], ("PV", Float)),
             Object(2, "V1", ["$Valve"], parent: 1, contained: "Inlet")],
            before);
        SnapshotTemplate tank = after.Templates[0];
        Assert.Equal(("Vessel", "ProcessValue", "Feed"), (tank.KeptName, tank.Attributes[0].KeptName, tank.Children[0].KeptName));
        Assert.Equal(("First", "Mine"), (after.Objects[0].KeptName, after.Objects[0].Attributes[0].KeptName));
    }

    [Fact]
    public void Only_the_first_dollar_of_a_templates_name_is_no_part_of_it()
    {
        GalaxySnapshot before = Snapshots.Read(ReaderTests.File("""{"name":"$$Tank","as":"Tank"}""", """{"tag":"T1","id":1,"category":10,"template":"$$Tank"}"""));
        RepositoryObject[] objects = [Object(1, "T1", ["$$Tank"])];
        Assert.Equal(["Tank", "_Tank"], new[] { Snapshots.Build(objects, before), Snapshots.Build(objects) }.Select(snapshot => snapshot.Templates[0].KeptName));
    }

    [Fact]
    public void Kept_names_of_classes_and_groups_are_carried_over_while_there_is_something_below_them()
    {
        GalaxySnapshot before = Snapshots.Read(ReaderTests.File(
            """
            {"name":"$Tank","attributes":[
              {"name":"PV","type":"Float","category":6,"security":1,"as":"Level","class":"TankLevel"},
              {"name":"PV.Hi","type":"Float","category":6,"security":1,"as":"High","class":"TankHigh"},
              {"name":"PV.Hi.Limit","type":"Float","category":6,"security":1},
              {"name":"PV.HiHi.Limit","type":"Float","category":6,"security":1},
              {"name":"Gone.Limit","type":"Float","category":6,"security":1}
            ],"groups":[{"name":"Gone","as":"G"},{"name":"PV.HiHi","as":"HighHigh","class":"TankHighHigh"}]}
            """,
            """{"tag":"T1","id":1,"category":10,"template":"$Tank","attributes":[{"name":"Own.Limit","type":"Float","category":6,"security":1}],"groups":[{"name":"Own","class":"Objects.OwnThings"},{"name":"Nothing","as":"N"}]}"""));
        GalaxySnapshot after = Snapshots.Build(
            [
                Object(1, "T1", ["$Tank"], ("PV", Float), ("PV.HiHi", Float), ("PV.HiHi.Limit", Float), ("PV.Hi.Limit", Float), ("Own.Limit", Float)),
                Object(2, "T2", ["$Tank"], ("PV", Float), ("PV.HiHi", Float), ("PV.HiHi.Limit", Float), ("PV.Hi.Limit", Float)),
            ],
            before);
        SnapshotTemplate tank = after.Templates.Single(t => t.Name == "$Tank");
        Assert.Equal(
            [("PV", "Level", "TankLevel"), ("PV.HiHi", "HighHigh", "TankHighHigh")],
            tank.Attributes.Where(a => a.KeptName is not null).Select(a => (a.Name, a.KeptName!, a.KeptClass!)));
        Assert.Equal([new SnapshotGroup("PV.Hi", "High", "TankHigh")], tank.Groups);
        Assert.Equal([new SnapshotGroup("Own", null, "Objects.OwnThings")], after.Objects[0].Groups);
        Assert.Equal(Snapshots.Write(after), Snapshots.Write(Snapshots.Read(Snapshots.Write(after))));
    }

    [Fact]
    public void Two_objects_of_one_tagname_are_refused_by_name() =>
        Refuses("two objects have the tagname \"P1\": gobject ids 1 and 2", Object(2, "P1", []), Object(1, "P1", []));

    [Fact]
    public void Two_objects_of_one_id_are_refused_by_name() =>
        Refuses("two objects have the gobject id 1: \"P1\" and \"P2\"", Object(1, "P2", []), Object(1, "P1", []));

    [Fact]
    public void Two_attributes_of_one_name_are_refused_by_name() =>
        Refuses("object \"P1\" has two attributes named \"PV\": references \"P1.PV\" and \"P1.PV\"", Object(1, "P1", [], ("PV", Float), ("PV", Integer)));

    [Fact]
    public void Names_that_differ_by_case_are_different_names() => Assert.Equal(2, Snapshots.Build([Object(1, "p1", []), Object(2, "P1", [])]).Objects.Count);

    private static void Refuses(string message, params RepositoryObject[] objects) =>
        Assert.Equal(message, Assert.Throws<SnapshotException>(() => Snapshots.Build(objects)).Message);

    private static IEnumerable<string> Placed(GalaxySnapshot snapshot) =>
        snapshot.Templates.Select(t => $"{t.Name}: {string.Join(" ", t.Attributes.Select(a => a.Name))}".TrimEnd());

    private static RepositoryObject Object(int id, string tagName, string[] chain, params (string Name, int Type)[] attributes) =>
        Object(id, tagName, chain, 0, "", false, attributes);

    private static RepositoryObject Object(
        int id, string tagName, string[] chain, int parent = 0, string contained = "", bool isArea = false, (string Name, int Type)[]? attributes = null) => new()
    {
        GobjectId = id,
        TagName = tagName,
        ContainedName = contained,
        BrowseName = contained.Length > 0 ? contained : tagName,
        ParentGobjectId = parent,
        IsArea = isArea,
        CategoryId = isArea ? 13 : 10,
        TemplateChain = chain,
        Attributes =
        [
            .. (attributes ?? []).Select(a => new RepositoryAttribute
            {
                AttributeName = a.Name,
                FullTagReference = $"{tagName}.{a.Name}",
                MxDataType = a.Type,
                DataTypeName = a.Type switch { Float => "Float", Integer => "Integer", _ => "Boolean" },
                MxAttributeCategory = 6,
                SecurityClassification = 1,
            }),
        ],
    };
}
