using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>
/// Each diagnostic about the snapshot, at its exact line and column. In the rows a caret <c>‸</c> stands where it must be;
/// it is taken out before the generator runs.
/// Every row is tried in files of several kinds.
/// </summary>
public class DiagnosticPlaceTests
{
    private const string Caret = "‸";
    private const string Pv = """{"name":"PV","type":"Float","category":"Writeable_US","security":"Operate"}""";

    private static readonly Dictionary<string, Func<string, string>> s_kinds = new()
    {
        ["as exported"] = text => text,
        ["CRLF"] = text => text.Replace("\n", "\r\n"),
        ["CR"] = text => text.Replace("\n", "\r"),
        ["a byte order mark"] = text => "\uFEFF" + text,
        ["tabs"] = text => text.Replace("  ", "\t").Replace(",", ",\t").Replace(Caret, "\t" + Caret),
        ["one line"] = text => text.Replace("\n", ""),
        ["not ASCII"] = text => text.Replace("{\"", "{\"tä😀g\":\"温度\",\""),
        ["line separators inside strings"] = text => text.Replace("{\"", "{\"a\":\"\u2028b\u2029c\u0085d\",\""),
    };

    // Id; a template's attribute rows; object rows.
    private static readonly (string Id, string Attributes, string Objects)[] s_cases =
    [
        ("MXGT1001", Pv, "‸<<<<<<< HEAD"),
        ("MXGT1001", $"{Pv},{{\"name\" ‸\"SP\"}}", ""),
        ("MXGT1003", "‸{\"name\":\"SP\",\"type\":\"Float\",\"category\":\"Writeable_US\"}", ""), // a missing field
        ("MXGT1003", Pv, "‸{\"tag\":\"A\",\"category\":10}"),
        ("MXGT1003", "{\"name\":\"SP\",\"type\":‸\"Flaot\",\"category\":6,\"security\":1}", ""),
        ("MXGT1004", $"{Pv},\n  ‸{Pv}", ""), // an attribute twice
        ("MXGT1004", Pv, "{\"tag\":\"A\",\"id\":1,\"category\":10},\n  ‸{\"tag\":\"A\",\"id\":2,\"category\":10}"), // an object twice
        ("MXGT1008", "‸{\"name\":\"X\",\"type\":99,\"typeName\":\"Odd\",\"category\":6,\"security\":1}", ""),
        ("MXGT1008", Pv, "{\"tag\":\"A\",\"id\":1,\"category\":10,\"attributes\":[\n  ‸{\"name\":\"X\",\"type\":99,\"typeName\":\"Odd\",\"category\":6,\"security\":1}]}"),
        ("MXGT1009", Pv, "{\"tag\":\"A\",\"id\":1,\"category\":10,\"parent\":‸\"B\"},\n  {\"tag\":\"B\",\"id\":2,\"category\":10,\"parent\":\"A\"}"),
        ("MXGT1010", Pv, "{\"tag\":\"A\",\"id\":1,\"category\":10,\"parent\":‸77}"),
        ("MXGT1013", "‸{\"name\":\"Speed#\",\"type\":\"Float\",\"category\":6,\"security\":1}", ""), // an attribute
        ("MXGT1013", "‸{\"name\":\"1st.Speed\",\"type\":\"Float\",\"category\":6,\"security\":1}", ""), // a group, at the first attribute in it
        ("MXGT1013", Pv, "‸{\"tag\":\"A#\",\"id\":1,\"category\":10,\"template\":\"$Pump\"}"), // an object
        ("MXGT1015", Pv, "‸{\"tag\":\"A\",\"id\":1,\"category\":10,\"template\":\"$Pump\",\"without\":[\"PV\"]}"),
    ];

    public static TheoryData<string, int> EachCaseInEachKindOfFile()
    {
        var all = new TheoryData<string, int>();
        foreach (string kind in s_kinds.Keys)
            for (int number = 0; number < s_cases.Length; number++)
                all.Add(kind, number);
        return all;
    }

    [Theory]
    [MemberData(nameof(EachCaseInEachKindOfFile))]
    public void A_row_is_told_at_its_line_and_column(string kind, int number) => MustBeAtTheCaret(s_cases[number].Id, s_kinds[kind](File($$"""{"name":"$Pump","attributes":[{{s_cases[number].Attributes}}]}""", s_cases[number].Objects)));

    [Theory]
    [InlineData("MXGT1013", """‸{"name":"$Pump#1"}""", "")]
    [InlineData("MXGT1013", """{"name":"$Pump","children":[‸{"name":"Motor#"}]}""", "")]
    [InlineData("MXGT1013", """{"name":"$Pump","attributes":[{"name":"PV.Hi.Limit","type":3,"category":6,"security":1}],"groups":[‸{"name":"PV.Hi","as":"High"}]}""", "")]
    [InlineData("MXGT1015", """{"name":"$Skid","children":[{"name":"Motor"}]}""", """‸{"tag":"A","id":1,"category":10,"template":"$Skid"}""")]
    public void So_is_what_stands_elsewhere(string id, string templates, string objects) => Assert.All(s_kinds.Values, kind => MustBeAtTheCaret(id, kind(File(templates, objects))));

    [Fact]
    public void A_format_is_told_at_its_number() => Assert.All(s_kinds.Values, kind => MustBeAtTheCaret("MXGT1002", kind(File().Replace("\"format\": 1", "\"format\": ‸2"))));

    [Theory]
    [InlineData("1.0")]
    [InlineData("0.99")]
    [InlineData("night build")]
    public void A_tool_is_told_at_its_version(string tool) => Assert.All(s_kinds.Values, kind => MustBeAtTheCaret("MXGT1014", kind(File().Replace("\"tool\": \"0.1\"", $"\"tool\": ‸\"{tool}\""))));

    private static string File(string templates = "", string objects = "") =>
        $$"""
        {
          "format": 1,
          "tool": "0.1",
          "filter": {},
          "content": "sha256:{{new string('0', 64)}}",
          "templates": [
            {{templates}}
          ],
          "objects": [
            {{objects}}
          ]
        }
        """;

    private static void MustBeAtTheCaret(string id, string marked)
    {
        int caret = marked.IndexOf(Caret, StringComparison.Ordinal);
        string text = marked.Remove(caret, Caret.Length);
        string[] before = Regex.Split(marked[..caret].TrimStart('\uFEFF'), "\r\n|[\n\r\u0085\u2028\u2029]");

        Diagnostic problem = Assert.Single(GeneratorHost.Run(new SnapshotItem(text)).Diagnostics);
        FileLinePositionSpan lines = problem.Location.GetLineSpan();

        Assert.Equal(
            (id, "/plant/Plant.galaxy.json", before.Length, before[^1].Length + 1),
            (problem.Id, lines.Path, lines.StartLinePosition.Line + 1, lines.StartLinePosition.Character + 1));
        Assert.Equal(marked[..caret].TrimStart('\uFEFF').Length, problem.Location.SourceSpan.Start);
        Assert.StartsWith("Plant.galaxy.json: ", problem.GetMessage(), StringComparison.Ordinal);
    }
}
