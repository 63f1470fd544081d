using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using MxGateway.Typed.Generators.Diagnostics;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What the generator says of a snapshot that it can use, and how much of it.</summary>
public class DiagnosticWordsTests
{
    [Fact]
    public void An_unknown_data_type_is_told_by_number_and_the_attribute_is_there_all_the_same()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(
            Item(Object(1, "Pump_001", ["$Pump"], attributes: [Attribute("Odd", type: 99), Attribute("Speed"), Attribute("None", type: 0)]))).MustCompile();

        Assert.Equal(
            "Plant.galaxy.json: attribute \"Odd\" of \"$Pump\" has data type 99 (Other), which this version does not know: it is read-only, and its values are MxVariant",
            Message(outcome, "MXGT1008", DiagnosticSeverity.Info));
        Assert.Contains("Mx::MxReadOnlyAttribute<Mx::MxVariant> Odd", outcome.Source("Pump"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_is_told_once_with_all_its_objects_which_stand_at_the_root()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(
            Object(1, "A", ["$Tank"], parent: 3), Object(2, "B", ["$Tank"], parent: 1), Object(3, "C", ["$Tank"], parent: 2),
            Object(4, "Inside", ["$Tank"], parent: 2), Object(5, "Self", ["$Tank"], parent: 5))).MustCompile("MXGT1009");

        string[] messages = [.. outcome.Diagnostics.Where(diagnostic => diagnostic.Id == "MXGT1009").Select(diagnostic => diagnostic.GetMessage())];
        Assert.Equal(2, messages.Length);
        Assert.Contains(
            "in a circle: \"A\" -> \"C\" -> \"B\" -> \"A\". It is cut at all of its objects: each of these stands at the plant's root",
            messages[0], StringComparison.Ordinal);
        Assert.Contains(
            "in a circle: \"Self\" -> \"Self\". It is cut at all of its objects: it stands at the plant's root",
            messages[1], StringComparison.Ordinal);
        using var plant = new LoadedPlant(outcome);
        Assert.Equal("B", ((MxObject)plant.At("B")).TagName);
        Assert.Equal("Inside", ((MxObject)plant.At("B.Inside")).TagName);
    }

    [Fact]
    public void An_object_whose_parent_is_not_there_is_at_the_root_and_says_so()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(Object(1, "A", ["$Tank"], parent: 77), Object(2, "B", ["$Tank"]))).MustCompile();

        Assert.Contains(
            "object \"A\" has the parent with gobject id 77, which is not in the snapshot: the object stands at the plant's root",
            Message(outcome, "MXGT1010", DiagnosticSeverity.Info), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Speed#", "Speed_", "characters that C# does not take become _")]
    [InlineData("1st", "_1st", "a digit, or what else a C# name cannot begin with, has a _ in front")]
    [InlineData("1st#", "_1st_", "characters that C# does not take become _; a digit, or what else a C# name cannot begin with, has a _ in front")]
    [InlineData("class", "@class", "a keyword has an @ in front")]
    [InlineData("get_Speed", "_get_Speed", "get_ and set_ have a _ in front")]
    [InlineData("", "_", "an empty name becomes _")]
    [InlineData("ToString", "ToString_", "objects, or the records of their values, have ToString by themselves")]
    [InlineData("Pump", "Pump_", "Pump is the name of its class, of one derived from it, or of the record of their values")]
    [InlineData("PumpValues", "PumpValues_", "PumpValues is the name of its class, of one derived from it, or of the record of their values")]
    [InlineData("Flow#", "Flow__", "characters that C# does not take become _; Flow_ is another member's name")]
    public void A_name_by_rule_is_told_with_its_rules(string name, string identifier, string rules) =>
        Assert.Contains(
            $"attribute \"{name}\" of \"$Pump\" is {identifier} in C#: {rules}",
            Message(
                GeneratorHost.Run(new SnapshotItem(Unnamed(GalaxyText.Snapshot(Object(1, "Pump_001", ["$Pump"], attributes: [Attribute(name), Attribute("Flow_")]))))).MustCompile(),
                "MXGT1013", DiagnosticSeverity.Info),
            StringComparison.Ordinal);

    [Fact]
    public void So_are_the_names_of_all_that_has_one_each_once()
    {
        RepositoryObject[] Skid(int id) =>
        [
            Object(id, $"Skid_{id}", ["$skid", "$Base#"], attributes: [Attribute("PV#.Value"), Attribute("Sub.a-b")]),
            Object(id + 1, $"Motor_{id}", ["$Motor"], id, contained: "Motor#"),
        ];
        GeneratorOutcome outcome = GeneratorHost.Run(Item([.. Skid(1), .. Skid(3), Object(9, "Loop#", ["$Motor"])])).MustCompile();

        Assert.Equal(
            [
                "attribute \"PV#.Value\" of \"$Base#\" is Value_",
                "attribute \"Sub.a-b\" of \"$Base#\" is a_b",
                "contained \"Motor#\" of \"$Base#\" is Motor_",
                "group \"PV#\" of \"$Base#\" is PV_",
                "object \"Loop#\" is Loop_",
                "template \"$Base#\" is Base_",
                "template \"$skid\" is @skid",
            ],
            outcome.Diagnostics.Select(diagnostic => diagnostic.GetMessage().Replace("Plant.galaxy.json: ", "").Split(" in C#")[0])
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_kept_name_is_told_where_it_is_another_one_or_cannot_be_used()
    {
        string snapshot = Of(GalaxyText.Snapshot(Object(1, "Pump_001", ["$Pump"], attributes: [Attribute("A"), Attribute("B"), Attribute("C")])))
            .Replace("{\"name\":\"A\"", "{\"as\":\"A\",\"name\":\"A\"")
            .Replace("{\"name\":\"B\"", "{\"as\":\"Flow\",\"name\":\"B\"")
            .Replace("{\"name\":\"C\"", "{\"as\":\"no name\",\"name\":\"C\"");

        Assert.Equal(
            ["attribute \"B\" of \"$Pump\" is Flow in C#: the name is kept under \"as\"",
             "attribute \"C\" of \"$Pump\" is C in C#: \"no name\" under \"as\" cannot be used, as it is no C# name or is taken"],
            GeneratorHost.Run(new SnapshotItem(snapshot)).MustCompile().Diagnostics
                .Select(diagnostic => diagnostic.GetMessage().Replace("Plant.galaxy.json: ", "")));
    }

    [Theory]
    [InlineData("Special", "Special in C#: the name is kept under \"class\"")]
    [InlineData("no name", "Pump_9 in C#: \"no name\" under \"class\" cannot be used, as it is no C# name or is taken")]
    public void So_is_the_kept_name_of_an_objects_own_class(string kept, string says)
    {
        RepositoryObject[] plant =
            [.. Enumerable.Range(1, 9).Select(i => Object(i, $"Pump_{i}", ["$Pump"], attributes: Attribute("Speed", type: i == 9 ? 2 : 3)))];
        string snapshot = Of(GalaxyText.Snapshot(plant)).Replace("\"tag\":\"Pump_9\"", $"\"class\":\"{kept}\",\"tag\":\"Pump_9\"");

        Assert.Equal(
            $"Plant.galaxy.json: the class of object \"Pump_9\" is {says}",
            GeneratorHost.Run(new SnapshotItem(snapshot)).MustCompile().Diagnostics.Single(diagnostic => diagnostic.Id == "MXGT1013").GetMessage());
    }

    [Fact]
    public void The_generators_version_is_the_packages() =>
        Assert.Equal(XDocument.Load(RepositoryRoot.PathTo("Directory.Build.props")).Descendants("Version").Single().Value, Own.ToString(3));

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(0, -1, null)]
    [InlineData(0, 1, "Update the package MxGateway.Typed to {tool}, or export the snapshot anew with mxgw-typed {own}")]
    [InlineData(1, 0, "Update the package MxGateway.Typed to {tool}, or export the snapshot anew with mxgw-typed {own}")]
    [InlineData(-1, 5, "Export the snapshot anew with mxgw-typed {own}")]
    public void A_tool_of_another_major_or_a_newer_minor_version_is_a_warning(int major, int minor, string? remedy)
    {
        if (Own.Major + major < 0 || Own.Minor + minor < 0)
            return; // there is no such version yet
        string tool = $"{Own.Major + major}.{Own.Minor + minor}";
        GeneratorOutcome outcome = GeneratorHost.Run(
            new SnapshotItem(Of(SnapshotBuilder.Build([Object(1, "A", ["$Tank"])], tool, null, SnapshotFilter.None)))).MustCompile("MXGT1014");

        if (remedy is null)
            Assert.Empty(outcome.Diagnostics);
        else
            Assert.EndsWith(
                remedy.Replace("{tool}", tool).Replace("{own}", Own.ToString(2)),
                Message(outcome, "MXGT1014", DiagnosticSeverity.Warning), StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_that_differs_is_told_with_all_in_which_it_does()
    {
        RepositoryObject[] Skid(int id, params RepositoryAttribute[] attributes) =>
            [Object(id, $"Skid_{id:00}", ["$Skid"], attributes: attributes), Object(id + 1, $"Motor_{id:00}", ["$Motor"], id, contained: "Motor")];
        GeneratorOutcome outcome = GeneratorHost.Run(Item(
        [
            Area(90, "Mixing"), Object(91, "Loose", ["$Motor"], 90), // what an area holds is no difference
            .. Skid(10, Attribute("PV"), Attribute("SP"), Attribute("Cmd")), .. Skid(20, Attribute("PV"), Attribute("SP"), Attribute("Cmd")),
            .. Skid(30, Attribute("PV"), Attribute("SP"), Attribute("Cmd")),
            Object(40, "Skid_40", ["$Skid"],
                attributes: [Attribute("PV", type: 5), Attribute("SP", reference: "Else.SP"), Attribute("Cmd", security: 4), Attribute("Own")]),
            Object(41, "Vfd_40", ["$Vfd"], 40, contained: "Motor"), Object(42, "Extra_40", ["$Motor"], 40, contained: "Extra"),
        ])).MustCompile();

        Assert.Equal(
            "Plant.galaxy.json: object \"Skid_40\" differs from its template \"$Skid\": it has Own (Float, written with Operate permission); "
                + "PV is String, written with Operate permission, not Float, written with Operate permission; "
                + "SP has the reference Else.SP; it has the contained Extra ($Motor); the contained Motor is of $Vfd, not $Motor",
            Message(outcome, "MXGT1015", DiagnosticSeverity.Info));
    }

    [Fact]
    public void What_an_object_lacks_is_told_too()
    {
        string snapshot = Of(GalaxyText.Snapshot(
            Object(1, "Skid_1", ["$Skid"], attributes: [Attribute("PV"), Attribute("SP")]),
            Object(2, "Motor_1", ["$Motor"], 1, contained: "Motor")));
        string row = snapshot.Split('\n').Single(line => line.Contains("\"tag\":\"Skid_1\"", StringComparison.Ordinal));
        string second = row.Replace("Skid_1", "Skid_2").Replace("\"id\":1", "\"id\":3").Replace("\"category\":10,", "\"category\":10,\"without\":[\"SP\"],");
        string late = snapshot.Replace(row, $"{row},\n{second}").Replace(",,", ",");

        Assert.EndsWith(
            "differs from its template \"$Skid\": it lacks SP; it lacks the contained Motor",
            Message(GeneratorHost.Run(new SnapshotItem(late)).MustCompile(), "MXGT1015", DiagnosticSeverity.Info),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_of_a_kind_the_first_are_told_and_how_many_more_there_are()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(
            Item([.. Enumerable.Range(1, 250).Select(i => Object(i, $"Pump#{i:000}", ["$Pump"], parent: 1000))])).MustCompile();

        Assert.All(["MXGT1010", "MXGT1013"], id =>
        {
            Diagnostic[] told = [.. outcome.Diagnostics.Where(diagnostic => diagnostic.Id == id)];
            Assert.Equal(ProblemSet.MostOfAKind + 1, told.Length);
            Assert.Contains("\"Pump#100\"", told[^2].GetMessage(), StringComparison.Ordinal);
            Assert.EndsWith(": 150 more of this kind from here on are not told one by one", told[^1].GetMessage(), StringComparison.Ordinal);
            Assert.True(told[^1].Location.SourceSpan.Start > told[^2].Location.SourceSpan.Start);
        });
    }

    [Fact]
    public void Where_the_reader_stopped_counting_nobody_pretends_to_know()
    {
        string snapshot = Of(GalaxyText.Snapshot(Object(1, "A", ["$Tank"])));
        string row = snapshot.Split('\n').Single(line => line.Contains("\"tag\":\"A\"", StringComparison.Ordinal));

        Assert.EndsWith(
            ": at least 900 more of this kind from here on are not told one by one",
            GeneratorHost.Run(new SnapshotItem(snapshot.Replace(row, string.Join(",\n", Enumerable.Repeat("{}", 2000).Prepend(row))))).Diagnostics[^1].GetMessage(),
            StringComparison.Ordinal);
    }

    private static Version Own { get; } = typeof(GalaxyGenerator).Assembly.GetName().Version!;

    private static string Message(GeneratorOutcome outcome, string id, DiagnosticSeverity severity)
    {
        Diagnostic diagnostic = Assert.Single(outcome.Diagnostics);
        Assert.Equal((id, severity), (diagnostic.Id, diagnostic.Severity));
        return diagnostic.GetMessage();
    }
}
