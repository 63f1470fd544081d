using Microsoft.CodeAnalysis;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

public class DiagnosticTests
{
    private static readonly string s_good = Of(GalaxyText.Snapshot(
        Area(1, "Mixing"),
        Object(2, "Pump_001", ["$Pump"], 1, attributes: [Attribute("Speed"), Attribute("Running", type: 1)])));

    [Fact]
    public void Malformed_json_is_an_error_where_it_stands_and_nothing_is_emitted()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(new SnapshotItem(s_good.Replace("\"objects\": [", "\"objects\": [ <<<<<<< HEAD")));

        Problem("MXGT1001", "\"objects\"", outcome);
        Assert.Empty(outcome.Result.GeneratedSources);
    }

    [Fact]
    public void A_newer_format_is_an_error_at_its_number()
    {
        Diagnostic problem = Problem("MXGT1002", "\"format\"", GeneratorHost.Run(new SnapshotItem(s_good.Replace("\"format\": 1", "\"format\": 7"))));

        Assert.Contains("format 7", problem.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_row_costs_that_row_and_no_other()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(new SnapshotItem(s_good.Replace("\"type\":\"Float\"", "\"type\":{}")));

        Problem("MXGT1003", "\"Speed\"", outcome);
        Assert.Contains("Running", outcome.Source("Pump"), StringComparison.Ordinal);
        Assert.DoesNotContain("Speed", outcome.Source("Pump"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_attribute_twice_is_an_error_at_the_second()
    {
        string row = s_good.Split('\n').Single(line => line.Contains("\"Running\"", StringComparison.Ordinal));
        Problem("MXGT1004", "\"Running\"", GeneratorHost.Run(new SnapshotItem(s_good.Replace(row, $"{row.TrimEnd(',')},\n{row}"))), last: true, of: s_good.Replace(row, $"{row.TrimEnd(',')},\n{row}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n")]
    public void A_file_that_is_empty_or_cannot_be_read_is_an_error(string? content)
    {
        Diagnostic problem = Assert.Single(GeneratorHost.Run(new SnapshotItem(content)).Diagnostics);

        Assert.Equal("MXGT1005", problem.Id);
        Assert.Equal("/plant/Plant.galaxy.json", problem.Location.GetLineSpan().Path);
    }

    [Theory]
    [InlineData("Acme-Plant", "")]
    [InlineData("Acme..Plant", "")]
    [InlineData("", "Plant Galaxy")]
    public void A_namespace_or_root_type_that_is_no_name_is_an_error(string space, string rootType) =>
        Assert.Equal("MXGT1006", Assert.Single(GeneratorHost.Run(new SnapshotItem(s_good, Namespace: space, RootType: rootType)).Diagnostics).Id);

    [Fact]
    public void Two_snapshots_for_one_namespace_are_an_error_and_the_first_is_emitted()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(new SnapshotItem(s_good), new SnapshotItem(s_good, "/plant/Other.galaxy.json", "acme.plant"));

        Diagnostic problem = Assert.Single(outcome.Diagnostics);
        Assert.Equal("MXGT1007", problem.Id);
        Assert.Contains("Plant.galaxy.json", problem.GetMessage(), StringComparison.Ordinal);
        Assert.NotEmpty(outcome.Source("Pump"));
    }

    [Theory]
    [InlineData("Acme.Plant.Pump", "Pump_")]
    [InlineData("Acme.Plant.Pump.Deeper", "Pump_")]
    [InlineData("Acme.Plant.PumpValues", "Pump_")]
    [InlineData("Acme.Plant.Else", "Pump")]
    [InlineData("Acme.Plant2.Pump", "Pump")]
    public void A_class_yields_to_another_snapshots_namespace_of_its_name(string space, string name)
    {
        GeneratorOutcome outcome = GeneratorHost.Run(new SnapshotItem(s_good), new SnapshotItem(s_good, "/plant/Other.galaxy.json", space));

        Assert.NotEmpty(outcome.MustCompile().Source(name));
        Assert.NotEmpty(outcome.Source("Pump", space));
        Assert.Equal(name == "Pump_" ? ["MXGT1013"] : [], outcome.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.All(outcome.Diagnostics, diagnostic => Assert.Contains("or of another snapshot's namespace", diagnostic.GetMessage(), StringComparison.Ordinal));
    }

    [Fact]
    public void An_objects_own_class_does_too()
    {
        string snapshot = GalaxyText.Of(GalaxyText.Snapshot(
            [.. Enumerable.Range(1, 9).Select(i => GalaxyText.Object(i, $"Pump_{i}", ["$Pump"], attributes: GalaxyText.Attribute("Speed", type: i == 9 ? 2 : 3)))]));

        Assert.NotEmpty(GeneratorHost.Run(new SnapshotItem(snapshot), new SnapshotItem(s_good, "/plant/Other.galaxy.json", "Acme.Plant.Objects.Pump_9"))
            .MustCompile().Source("Pump_9_", "Acme.Plant.Objects"));
    }

    [Fact]
    public void A_root_type_that_is_another_snapshots_namespace_is_an_error()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(
            new SnapshotItem(s_good, RootType: "North"), new SnapshotItem(s_good, "/plant/Other.galaxy.json", "Acme.Plant.North"));

        Diagnostic problem = Assert.Single(outcome.Diagnostics);
        Assert.Equal("MXGT1006", problem.Id);
        Assert.Contains("'North' cannot be the plant's class, as another GalaxySnapshot item has the namespace Acme.Plant.North", problem.GetMessage(), StringComparison.Ordinal);
    }

    // The one diagnostic, which must be at the line of a text in the snapshot.
    private static Diagnostic Problem(string id, string at, GeneratorOutcome outcome, bool last = false, string? of = null)
    {
        Diagnostic problem = Assert.Single(outcome.Diagnostics);
        string[] lines = (of ?? s_good).Split('\n');
        int line = last ? Array.FindLastIndex(lines, text => text.Contains(at, StringComparison.Ordinal)) : Array.FindIndex(lines, text => text.Contains(at, StringComparison.Ordinal));
        FileLinePositionSpan span = problem.Location.GetLineSpan();

        Assert.Equal(id, problem.Id);
        Assert.Equal(DiagnosticSeverity.Error, problem.Severity);
        Assert.Equal("/plant/Plant.galaxy.json", span.Path);
        Assert.Equal(line, span.StartLinePosition.Line);
        return problem;
    }
}
