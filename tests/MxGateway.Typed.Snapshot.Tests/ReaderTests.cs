using System.Text;

namespace MxGateway.Typed.Snapshot.Tests;

/// <summary>What the reader says of broken files. In the texts a caret <c>‸</c> stands where each problem must be reported; it is taken out before reading.</summary>
public class ReaderTests
{
    private const string Caret = "‸";
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Pump = """{"name":"$Pump","attributes":[{"name":"PV","type":"Float","category":"Writeable_US","security":"Operate"}]}""";
    private const string Pump1 = """{"tag":"Pump_001","id":12,"category":10,"template":"$Pump"}""";

    public static string File(string templates = Pump, string objects = Pump1, string tombstones = "") =>
        $$"""
        {
          "format": 1,
          "tool": "0.1",
          "filter": {},
          "content": "sha256:{{Hash}}",
          "templates": [
            {{templates}}
          ],
          "objects": [
            {{objects}}
          ],
          "tombstones": [{{tombstones}}]
        }
        """;

    [Fact]
    public void A_sound_file_has_no_problem() => Assert.Equal("Pump_001.PV", Assert.Single(SnapshotExpander.Expand(Snapshots.Read(File())).Single().Attributes).FullTagReference);

    [Theory]
    [InlineData("‸", "the file is empty; take it back from version control, or export it anew")]
    [InlineData("{ \"format\": 1,\n  \"täg😀\": ‸x }", "'x' is an invalid start of a value")]
    [InlineData("{ \"format\": 1 }\n ‸{}", "'{' is invalid after a single JSON value")]
    [InlineData("{ \"format\": 1,\n‸<<<<<<< ours\n", "a merge conflict is not resolved here")]
    [InlineData("{ \"format\": 1,\r\n\r\n  ‸// no comments\n", "'/' is an invalid start of a property name")]
    public void What_is_no_JSON_is_malformed(string text, string message) => Reads(text, null, (SnapshotProblemKind.MalformedJson, message));

    [Fact]
    public void A_file_cut_off_anywhere_is_malformed()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Snapshots.Write(SamplePlant.Build()));
        for (int length = 0; length < whole.Length - 2; length += 97)
        {
            SnapshotProblem problem = Assert.Single(SnapshotReader.Read(whole.AsMemory(0, length)).Problems);
            Assert.Equal(SnapshotProblemKind.MalformedJson, problem.Kind);
            string says = length == 0 ? "the file is empty" : "the file ends in the middle";
            Assert.Equal($"{says}; take it back from version control, or export it anew", problem.Message);
        }
    }

    [Fact]
    public void A_file_in_another_encoding_is_malformed_at_its_first_wrong_byte()
    {
        byte[] latin1 = Encoding.Latin1.GetBytes("{\n \"tool\": \"größe\"}");
        SnapshotProblem problem = Assert.Single(SnapshotReader.Read(latin1).Problems);
        Assert.Equal((SnapshotProblemKind.MalformedJson, new SnapshotPosition(2, 13)), (problem.Kind, problem.Position));
        Assert.Contains("UTF-8", problem.Message);
    }

    [Fact]
    public void A_deep_file_is_malformed() =>
        Assert.Equal(SnapshotProblemKind.MalformedJson, Assert.Single(SnapshotReader.Read(Encoding.UTF8.GetBytes(File().Replace("{}", new string('[', 100_000)))).Problems).Kind);

    [Fact]
    public void A_byte_order_mark_and_other_line_ends_do_not_matter()
    {
        byte[] file = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(File().Replace("\n", "\r\n"))];
        SnapshotReadResult result = SnapshotReader.Read(file);
        Assert.Empty(result.Problems);
        Assert.Equal(new SnapshotPosition(10, 5), result.Snapshot!.Objects[0].Position);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    [InlineData("\u2029")]
    public void Lines_end_where_the_compiler_and_editors_end_them(string end)
    {
        // JSON takes the last three inside strings only, and the first three outside only.
        string text = end is "\u0085" or "\u2028" or "\u2029" ? $"{{\"a{end}é{end}b\": x" : $"{{{end}{end}\"b\": x";
        SnapshotProblem problem = Assert.Single(SnapshotReader.Read(Encoding.UTF8.GetBytes(text)).Problems);
        Assert.Equal(new SnapshotPosition(3, end.Length == 1 && end[0] > '\r' ? 5 : 6), problem.Position);
    }

    [Theory]
    [InlineData("""{"format": ‸2, "tool": "0.7", "objects": {}}""", "it takes version \"0.7\", or a newer one, of MxGateway.Typed")]
    [InlineData("""{"tool": "0.7", "objects": 5, "format": ‸2}""", "the snapshot is of format 2, and this version reads format 1")]
    [InlineData("""{"format": ‸3, "plant": not JSON""", "it takes a newer version")]
    public void An_unknown_format_says_which_tool_it_takes(string text, string message) => Reads(text, null, (SnapshotProblemKind.UnknownFormatVersion, message));

    [Fact]
    public void A_file_that_is_no_object_is_no_snapshot() => Reads("\n ‸[1]", null, (SnapshotProblemKind.InvalidRow, "the snapshot must be a JSON object"));

    [Fact]
    public void What_the_file_lacks_is_said()
    {
        SnapshotReadResult result = SnapshotReader.Read("{}"u8.ToArray());
        Assert.Equal(["format", "tool", "content", "templates", "objects"], result.Problems.Select(p => p.Message.Split('"')[1]));
        Assert.All(result.Problems, p => Assert.Equal((SnapshotProblemKind.InvalidRow, new SnapshotPosition(1, 1)), (p.Kind, p.Position)));
    }

    [Theory]
    [InlineData("\"tool\": \"0.1\"", "\"tool\": ‸7", "\"tool\" of the snapshot must be a string")]
    [InlineData("\"format\": 1", "\"format\": ‸\"1\"", "\"format\" of the snapshot must be a whole number")]
    [InlineData("\"sha256:", "‸\"sha1:", "\"content\" must be sha256:")]
    [InlineData("\"filter\": {}", "\"filter\": ‸[]", "the filter must be a JSON object")]
    [InlineData("\"filter\": {}", "\"filter\": {\"maxDepth\":‸\"a\"}", "\"maxDepth\" of the filter must be a whole number")]
    [InlineData("\"filter\": {}", "\"filter\": {\"categoryIds\":[10,‸1.5]}", "\"categoryIds\" of the filter must be a whole number")]
    [InlineData("\"filter\": {}", "\"filter\": {\"historizedOnly\":‸1}", "\"historizedOnly\" of the filter must be true or false")]
    [InlineData("\"filter\": {}", "\"deployed\": ‸\"yesterday\"", "\"deployed\" must be a time in UTC")]
    [InlineData("\"tombstones\": []", "\"tombstones\": ‸7", "\"tombstones\" of the snapshot must be a list")]
    public void A_wrong_head_costs_no_row(string sound, string broken, string message) =>
        Assert.Single(Reads(File().Replace(sound, broken), 1, (SnapshotProblemKind.InvalidRow, message)).Objects);

    [Theory]
    [InlineData("""‸{"id":1,"category":10}""", "the object lacks the field \"tag\"")]
    [InlineData("""‸{"tag":"X","category":10}""", "object \"X\" lacks the field \"id\"")]
    [InlineData("""‸{"tag":"X","id":1}""", "object \"X\" lacks the field \"category\"")]
    [InlineData("""{"tag":‸null,"id":1,"category":10}""", "\"tag\" of the object must be a string")]
    [InlineData("""{"tag":"ä😀","id":‸"1","category":10}""", "\"id\" of object \"ä😀\" must be a whole number")]
    [InlineData("""{"tag":"X","id":‸3000000000,"category":10}""", "\"id\" of object \"X\" must be a whole number")]
    [InlineData("""{"tag":"X","id":1,"category":10,"parent":‸true}""", "\"parent\" of object \"X\" must be a tagname or a gobject id")]
    [InlineData("""{"tag":"X","id":1,"category":10,"area":‸"yes"}""", "\"area\" of object \"X\" must be true or false")]
    [InlineData("""{"tag":"X","id":1,"category":10,"without":‸"PV"}""", "\"without\" of object \"X\" must be a list")]
    [InlineData("""{"tag":"X","id":1,"category":10,"without":["PV",‸1]}""", "\"without\" of object \"X\" must be a string")]
    [InlineData("""{"tag":"X","id":1,"category":10,"attributes":‸{"name":[{}]}}""", "\"attributes\" of object \"X\" must be a list")]
    [InlineData("""{"tag":"X","id":1,"category":10,"attributes":[‸"PV"]}""", "the attribute must be a JSON object")]
    [InlineData("‸[[1],{}]", "the object must be a JSON object")]
    [InlineData("‸\"X\"", "the object must be a JSON object")]
    public void A_broken_object_costs_that_object(string row, string message) =>
        Assert.Equal("Pump_001", Assert.Single(Reads(File(objects: row + ",\n    " + Pump1), 1, (SnapshotProblemKind.InvalidRow, message)).Objects).TagName);

    [Theory]
    [InlineData("""‸{"type":"Float","category":6,"security":1}""", "the attribute lacks the field \"name\"")]
    [InlineData("""‸{"name":"X","category":6,"security":1}""", "attribute \"X\" lacks the field \"type\"")]
    [InlineData("""{"name":"X","type":‸"Flaot","category":6,"security":1}""", "\"Flaot\" is no known type; give one of Unknown, NoData, Boolean")]
    [InlineData("""‸{"name":"X","type":77,"category":6,"security":1}""", "attribute \"X\" lacks the field \"typeName\"")]
    [InlineData("""{"name":"X","type":3,"category":‸"Writable","security":1}""", "\"Writable\" is no known category")]
    [InlineData("""{"name":"X","type":3,"category":6,"security":‸"Nobody"}""", "\"Nobody\" is no known security")]
    [InlineData("""{"name":"X","type":3,"category":6,"security":1,"array":‸"10"}""", "\"array\" of attribute \"X\" must be true or the dimension")]
    [InlineData("""{"name":"X","type":3,"category":6,"security":1,"alarm":‸1}""", "\"alarm\" of attribute \"X\" must be true or false")]
    [InlineData("‸5", "the attribute must be a JSON object")]
    public void A_broken_attribute_of_a_template_costs_that_attribute(string row, string message)
    {
        string template = Pump.Replace("\"attributes\":[", "\"attributes\":[\n      " + row + ",\n      ");
        Assert.Equal("PV", Assert.Single(Reads(File(template), 1, (SnapshotProblemKind.InvalidRow, message)).Templates[0].Attributes).Name);
    }

    [Fact]
    public void A_broken_attribute_of_an_object_does_not_turn_into_the_templates()
    {
        string row = """{"tag":"Pump_001","id":12,"category":10,"template":"$Pump","attributes":[{"name":"PV","type":‸"Flaot","category":6,"security":1}]}""";
        GalaxySnapshot snapshot = Reads(File(objects: row), 1, (SnapshotProblemKind.InvalidRow, "\"Flaot\" is no known type"));
        Assert.Empty(SnapshotExpander.Expand(snapshot).Single().Attributes);
    }

    [Fact]
    public void A_broken_template_leaves_its_objects_without_what_it_gave_and_is_told_once()
    {
        string template = Pump.Replace("\"name\":\"$Pump\"", "\"name\":\"$Pump\",\"base\":‸5");
        GalaxySnapshot snapshot = Reads(File(template), 1, (SnapshotProblemKind.InvalidRow, "\"base\" of template \"$Pump\" must be a string"));
        Assert.Equal("$Pump", Assert.Single(snapshot.Objects).Template);
        Assert.Equal("$Pump", Assert.Single(snapshot.Templates).Name);
    }

    [Fact]
    public void A_template_without_a_row_is_told_once()
    {
        string objects = """‸{"tag":"A","id":1,"category":10,"template":"$X"}, {"tag":"B","id":2,"category":10,"template":"$X"}""";
        GalaxySnapshot snapshot = Reads(File("‸" + Pump.Replace("\"$Pump\",", "\"$Pump\",\"base\":\"$Y\","), objects), 2,
            (SnapshotProblemKind.InvalidRow, "template \"$Y\", named here, has no row of its own"), (SnapshotProblemKind.InvalidRow, "template \"$X\", named here, has no row of its own"));
        Assert.Equal(["$Pump", "$X", "$Y"], snapshot.Templates.Select(t => t.Name));
    }

    [Fact]
    public void A_parent_that_is_not_there_is_told_at_its_name_unless_its_row_was_broken()
    {
        string objects = """
            {"tag":"A","id":1,"category":10,"parent":‸"Gone"},
            {"tag":"B","id":‸null,"category":10},
            {"tag":"C","id":3,"category":10,"parent":"B","host":99}
            """;
        GalaxySnapshot snapshot = Reads(File(objects: objects), 2,
            (SnapshotProblemKind.InvalidRow, "object \"A\" refers to \"Gone\", which has no row"), (SnapshotProblemKind.InvalidRow, "\"id\" of object \"B\" must be a whole number"));
        Assert.Equal((0, 99), (snapshot.Objects[1].ParentId, snapshot.Objects[1].HostId));
    }

    [Theory]
    [InlineData(Pump + ",\n  ‸" + Pump, Pump1, "template \"$Pump\" stands here again; it is already at (7,5)")]
    [InlineData(Pump, Pump1 + ",\n  ‸" + Pump1, "object \"Pump_001\" stands here again; it is already at (10,5)")]
    [InlineData(Pump, Pump1 + """, ‸{"tag":"Other","id":12,"category":10}""", "object \"Other\" has the id of \"Pump_001\" at (10,5)")]
    [InlineData("""{"name":"$Pump","children":[{"name":"M"},‸{"name":"M"}]}""", Pump1, "child \"M\" stands here again")]
    [InlineData("""{"name":"$Pump","groups":[{"name":"PV.Hi"},‸{"name":"PV.Hi"}]}""", Pump1, "group \"PV.Hi\" stands here again")]
    [InlineData("""{"name":"$Pump","attributes":[{"name":"PV","type":3,"category":6,"security":1},‸{"name":"PV","type":5,"category":6,"security":1}]}""", Pump1, "attribute \"PV\" stands here again")]
    [InlineData(
        """{"name":"$Pump","base":"$Eq","attributes":[‸{"name":"PV","type":3,"category":6,"security":1}]}, {"name":"$Eq","attributes":[{"name":"PV","type":5,"category":6,"security":1}]}""",
        Pump1,
        "attribute \"PV\" of template \"$Pump\" stands on its base \"$Eq\" already")]
    public void What_stands_twice_is_told_where_it_stands_again(string templates, string objects, string message) =>
        Assert.Single(Reads(File(templates, objects), 1, (SnapshotProblemKind.Duplicate, message)).Objects);

    [Theory]
    [InlineData("""{"name":"PV","type":3,"category":6,"security":"ViewOnly",‸"security":"Operate"}""", "\"security\" stands again in the row of attribute \"PV\"")]
    [InlineData("""{"name":"PV","type":3,"category":6,"security":1,‸"name":"Other"}""", "\"name\" stands again in the row of attribute \"PV\"")]
    [InlineData("""{"name":"PV","type":3,‸"type":[{"x":[]}],"category":6,"security":1}""", "\"type\" stands again in the row of attribute \"PV\"")]
    public void A_field_that_stands_twice_breaks_its_row(string row, string message)
    {
        string template = $$"""{"name":"$Pump","attributes":[{{row}}]}""";
        Assert.Empty(Reads(File(template), 1, (SnapshotProblemKind.Duplicate, message)).Templates[0].Attributes);
    }

    [Fact]
    public void An_attribute_with_a_field_twice_does_not_turn_into_the_templates()
    {
        string row = """{"tag":"Pump_001","id":12,"category":10,"template":"$Pump","attributes":[{"name":"PV","type":3,"category":6,"security":"ViewOnly",‸"security":"Operate"}]}""";
        Assert.Empty(SnapshotExpander.Expand(Reads(File(objects: row), 1, (SnapshotProblemKind.Duplicate, "\"security\" stands again"))).Single().Attributes);
    }

    [Theory]
    [InlineData("""{"tag":"X","id":1,"category":10,‸"id":2}""")]
    [InlineData("""{"tag":"X","id":1,"category":10,"attributes":[{"name":"A","type":3,"category":6,"security":1,‸"name":"B"}]}""")]
    public void An_object_of_which_it_is_not_known_what_it_has_is_left_out(string row) =>
        Assert.Equal("Pump_001", Assert.Single(Reads(File(objects: row + ",\n    " + Pump1), 1, (SnapshotProblemKind.Duplicate, "stands again")).Objects).TagName);

    [Fact]
    public void A_part_of_the_file_that_stands_twice_costs_no_row() =>
        Reads(File(objects: Pump1 + """], ‸"objects": [{"tag":"Other","id":1,"category":10}"""), 2, (SnapshotProblemKind.Duplicate, "\"objects\" stands again in the row of the snapshot"));

    [Fact]
    public void An_attribute_of_a_template_must_not_name_one_objects_tag()
    {
        string template = """{"name":"$Pump","attributes":[{"name":"PV","type":3,"category":6,"security":1,"reference":‸"Pump_007.PV"}]}""";
        Assert.Empty(Reads(File(template), 1, (SnapshotProblemKind.InvalidRow, "attribute \"PV\" stands on a template and must have no \"reference\"")).Templates[0].Attributes);
    }

    [Fact]
    public void A_circle_of_bases_is_cut()
    {
        GalaxySnapshot snapshot = Reads(File("""‸{"name":"$A","base":"$B"}, {"name":"$B","base":"$A"}, """ + Pump), 1, (SnapshotProblemKind.InvalidRow, "the bases of template \"$A\" run in a circle"));
        Assert.Equal([null, "$A", null], snapshot.Templates.Select(t => t.Base));
    }

    [Theory]
    [InlineData("""‸{"member":"X","name":"X"}""", "tombstone \"X\" lacks the field \"owner\"", SnapshotProblemKind.InvalidRow)]
    [InlineData("""{"owner":"$Pump","member":"X","name":"X"},‸{"owner":"$Pump","member":"X","name":"Y"}""", "the tombstone of \"X\" of \"$Pump\" stands here again", SnapshotProblemKind.Duplicate)]
    public void A_broken_tombstone_is_told(string tombstones, string message, SnapshotProblemKind kind) => Reads(File(tombstones: tombstones), 1, (kind, message));

    [Fact]
    public void What_this_version_does_not_know_is_ignored()
    {
        string text = File("""{"name":"$Pump","colour":{"deep":[1,{"er":null}]},"attributes":[{"unit":["m"],"name":"PV","type":3,"category":6,"security":1}]}""").Replace("\"filter\"", "\"\\ud800\": [1], \"filter\"");
        Assert.Single(Snapshots.Read(text).Templates[0].Attributes);
    }

    [Fact]
    public void No_more_than_1000_problems_are_told()
    {
        string objects = string.Join(",", Enumerable.Repeat("{}", 5000));
        Assert.Equal(1000, SnapshotReader.Read(Encoding.UTF8.GetBytes(File(objects: objects))).Problems.Count);
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        byte[] sound = Encoding.UTF8.GetBytes(Snapshots.Write(SamplePlant.Build()));
        byte[] alphabet = "{}[]\",:\\x0 \n\uFFFD\xFF"u8.ToArray();
        var random = new Random(20261102);
        for (int run = 0; run < 1000; run++)
        {
            byte[] broken = [.. sound];
            for (int i = random.Next(1, 6); i > 0; i--)
                broken[random.Next(broken.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            SnapshotReadResult result = SnapshotReader.Read(broken);
            if (result.Snapshot is not null)
                Assert.NotNull(Snapshots.Write(result.Snapshot));
            Assert.All(result.Problems, problem => Assert.True(problem.Position.Line > 0 && problem.Position.Column > 0));
        }
    }

    [Fact]
    public void Fifty_thousand_objects_and_a_thousand_templates_are_no_problem()
    {
        string templates = string.Join(",\n", Enumerable.Range(0, 1000).Select(i => $$"""{"name":"$T{{i}}","attributes":[{"name":"PV","type":3,"category":6,"security":1}]}"""));
        string objects = string.Join(",", Enumerable.Range(1, 50_000).Select(i => $$"""{"tag":"O{{i}}","id":{{i}},"category":10,"parent":"O{{i + 1}}","template":"$T{{i % 1000}}"}"""));
        SnapshotReadResult result = SnapshotReader.Read(Encoding.UTF8.GetBytes(File(templates, objects)));
        Assert.Contains("\"O50001\"", Assert.Single(result.Problems).Message);
        Assert.Equal(50_000, SnapshotExpander.Expand(result.Snapshot!).Sum(o => o.Attributes.Count));
    }

    [Fact]
    public void Reading_can_be_given_up()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => SnapshotReader.Read(Encoding.UTF8.GetBytes(File()), cancelled.Token));
    }

    [Fact]
    public void Rows_know_where_they_stand()
    {
        GalaxySnapshot snapshot = Snapshots.Read(File("\n  " + """{"name":"$Pump","children":[ {"name":"Motor"} ],"attributes":[{"name":"PV","type":3,"category":6,"security":1}]}""", tombstones: """{"owner":"$Pump","member":"X","name":"X"}"""));
        SnapshotTemplate template = snapshot.Templates[0];
        Assert.Equal(
            [new(8, 3), new(8, 32), new(8, 65), new(11, 5), new(13, 18)],
            new[] { template.Position, template.Children[0].Position, template.Attributes[0].Position, snapshot.Objects[0].Position, snapshot.Tombstones[0].Position });
    }

    /// <summary>Reads the text, and checks what is said and that it is said at the carets, in their order.</summary>
    private static GalaxySnapshot Reads(string text, int? objectCount, params (SnapshotProblemKind Kind, string Message)[] expected)
    {
        var carets = new List<SnapshotPosition>();
        for (int at = text.IndexOf(Caret, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Caret, StringComparison.Ordinal))
        {
            string[] before = text[..at].Split('\n');
            carets.Add(new SnapshotPosition(before.Length, before[^1].Length + 1));
            text = text.Remove(at, Caret.Length);
        }

        SnapshotReadResult result = SnapshotReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected.Length, carets.Count);
        Assert.Equal(expected.Zip(carets, (e, caret) => (e.Kind, caret)), result.Problems.Select(p => (p.Kind, p.Position)));
        Assert.All(expected.Zip(result.Problems), pair => Assert.Contains(pair.First.Message, pair.Second.Message));
        Assert.Equal(objectCount, result.Snapshot?.Objects.Count);
        return result.Snapshot!;
    }
}
