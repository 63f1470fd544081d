using System.Text.RegularExpressions;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>The tables of docs/generated-code.md, held against the generator: a rule that is written down there is one.</summary>
public class GeneratedCodeDocumentationTests
{
    private static readonly string[] s_page = File.ReadAllLines(RepositoryRoot.PathTo("docs", "generated-code.md"));

    [Theory]
    [MemberData(nameof(NameRules))]
    public void Names_come_out_as_the_page_says(string rule, string[] names, string[] members)
    {
        using var plant = new LoadedPlant(GeneratorHost.Run(new SnapshotItem(Unnamed(GalaxyText.Snapshot(
            Area(1, "Mixing"),
            Object(2, "Pump_001", ["$Pump"], 1, attributes: [.. names.Select(name => Attribute(name))]))))).MustCompile());

        Assert.All(names.Zip(members), pair => Assert.True(
            plant.At($"Mixing.Pump_001.{pair.Second.Replace("@", "")}").ToString() == $"Pump_001.{pair.First}", $"{pair.First} is not {pair.Second}: {rule}"));
    }

    public static TheoryData<string, string[], string[]> NameRules()
    {
        var rules = new TheoryData<string, string[], string[]>();
        foreach (string[] row in Table("| Rule |"))
            rules.Add(row[0], Codes(row[1]), Codes(row[2]));
        Assert.Equal(12, rules.Count);
        return rules;
    }

    [Fact]
    public void Data_types_are_what_the_page_says()
    {
        var documented = new Dictionary<int, string>();
        string unknown = "";
        foreach (string[] row in Table("| Number |"))
        {
            string type = Codes(row[2]).Single();
            if (row[0] == "any other")
                unknown = type;
            foreach (Match number in Regex.Matches(row[0], "-?[0-9]+"))
            {
                documented.Add(int.Parse(number.Value), type);
                Assert.Contains(GalaxyNames.DataTypes.NameOf(int.Parse(number.Value)) ?? "Unknown", row[1], StringComparison.Ordinal);
            }
        }

        Assert.Equal(Enumerable.Range(-1, 18), documented.Keys.Order());
        foreach (int dataType in Enumerable.Range(-3, 25).Append(int.MaxValue))
        {
            string type = documented.GetValueOrDefault(dataType, unknown);
            Assert.EndsWith(type == "string" ? "MxReadOnlyStringAttribute" : $"MxReadOnlyAttribute<{Qualified(type)}>", ValueTypes.AttributeType(Of(dataType, 2, 1)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Access_is_what_the_page_says()
    {
        string[][] rows = Table("| Category |");
        string[] head = Cells(s_page.Single(line => line.StartsWith("| Category |", StringComparison.Ordinal)));
        var documented = new Dictionary<int, string[]>();
        foreach (string[] row in rows)
        {
            foreach (Match range in Regex.Matches(row[0], "([0-9]+) to ([0-9]+)"))
                for (int category = int.Parse(range.Groups[1].Value); category <= int.Parse(range.Groups[2].Value); category++)
                    documented[category] = row[1..];
            foreach (Match number in Regex.Matches(row[0], "-?[0-9]+"))
                documented[int.Parse(number.Value)] = row[1..];
        }

        Assert.Equal(Enumerable.Range(-1, 20), documented.Keys.Order());
        foreach (int category in Enumerable.Range(-5, 30))
            for (int security = -1; security <= 8; security++)
            {
                int column = Array.FindIndex(head, 1, cell => cell.EndsWith($" {security}", StringComparison.Ordinal));
                string[] cells = documented.GetValueOrDefault(category, rows[^1][1..]);
                Assert.Equal(cells[column < 0 ? ^1 : column - 1], AccessTable.Of(category, security).ToString());
            }
    }

    [Theory]
    [InlineData("ReadOnly", 2, 1)]
    [InlineData("Plain", 8, 1)]
    [InlineData("Secured", 8, 2)]
    [InlineData("Verified", 8, 3)]
    public void Attribute_types_are_what_the_page_says(string access, int category, int security)
    {
        string[] documented = [.. Table("| Access |").Single(row => row[0] == access)[1..].Select(cell => Codes(cell).Single())];

        Assert.EndsWith(documented[0], ValueTypes.AttributeType(Of(3, category, security)), StringComparison.Ordinal);
        Assert.EndsWith(documented[1], ValueTypes.AttributeType(Of(5, category, security)), StringComparison.Ordinal);
        Assert.EndsWith(documented[2], ValueTypes.AttributeType(Of(3, category, security, isArray: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tests_that_the_page_names_are_there()
    {
        MatchCollection names = Regex.Matches(string.Join('\n', s_page), @"`(\w+Tests)(?:\.(\w+))?`");

        Assert.NotEmpty(names);
        Assert.All(names, name =>
        {
            string @class = name.Groups[1].Value, method = name.Groups[2].Value;
            string file = Assert.Single(Directory.EnumerateFiles(RepositoryRoot.PathTo("tests"), $"{@class}.cs", SearchOption.AllDirectories));
            string code = File.ReadAllText(file);
            Assert.Matches($@"\bclass {@class}\b", code);
            if (method.Length > 0)
                Assert.Matches($@"\b(void|Task) {method}\(", code);
        });
    }

    private static SnapshotAttribute Of(int dataType, int category, int security, bool isArray = false) =>
        new() { Name = "A", DataType = dataType, DataTypeName = "", Category = category, Security = security, IsArray = isArray };

    // The runtime's types go by the alias Mx in emitted code, and by their names on the page.
    private static string Qualified(string type) => type.StartsWith("Mx", StringComparison.Ordinal) ? $"Mx::{type}" : type;

    private static string[][] Table(string head) =>
        [.. s_page.SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')).Select(Cells)];

    private static string[] Cells(string line) => [.. line.Trim('|', ' ').Split('|').Select(cell => cell.Trim())];

    private static string[] Codes(string cell) => [.. Regex.Matches(cell, "`([^`]*)`").Select(match => match.Groups[1].Value)];
}
