using System.Text;
using System.Text.Json;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Snapshot.Tests;

public class FormatTests
{
    private static readonly JsonSchema s_schema =
        new(JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathTo("src", "MxGateway.Typed.Snapshot", "galaxy-snapshot.schema.json"))).RootElement);

    [Fact]
    public void Every_field_and_every_odd_case_looks_as_approved() => Approved.Verify(Snapshots.Write(Everything()), "EveryField", "json");

    [Fact]
    public void Every_field_is_read_back()
    {
        string text = Snapshots.Write(Everything());
        Assert.Equal(text, Snapshots.Write(Snapshots.Read(text)));
    }

    [Fact]
    public void The_file_is_utf8_without_a_mark_with_lf_and_the_stream_stays_open()
    {
        using var stream = new MemoryStream();
        SnapshotWriter.Write(SamplePlant.Build(), stream);
        Assert.True(stream.CanWrite);
        byte[] bytes = stream.ToArray();
        Assert.Equal((byte)'{', bytes[0]);
        Assert.Equal("}\n"u8.ToArray(), bytes[^2..]);
        Assert.DoesNotContain((byte)'\r', bytes);
    }

    [Fact]
    public void Any_json_reader_takes_the_file() => RoundTripTests.Check(galaxy => JsonDocument.Parse(Snapshots.Write(Snapshots.Build(galaxy.Objects))).Dispose());

    [Fact]
    public void A_row_is_a_line()
    {
        GalaxySnapshot snapshot = SamplePlant.Build();
        string[] lines = Snapshots.Write(snapshot).Split('\n');
        Assert.Equal(snapshot.Objects.Count, lines.Count(line => line.StartsWith("    {\"tag\":", StringComparison.Ordinal)));
        Assert.Equal(snapshot.Templates.Count, lines.Count(line => line.StartsWith("    {\"name\":", StringComparison.Ordinal)));
        Assert.Equal(
            snapshot.Templates.Sum(t => t.Attributes.Count + t.Children.Count + t.Groups.Count) + snapshot.Objects.Sum(o => o.Attributes.Count + o.Groups.Count),
            lines.Count(line => line.StartsWith("      {\"name\":", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, "2026-11-02T06:15:00Z")]
    [InlineData(1, "2026-11-02T06:15:00.0000001Z")]
    [InlineData(1_200_000, "2026-11-02T06:15:00.12Z")]
    public void The_deploy_time_keeps_its_100_nanoseconds(long ticks, string text)
    {
        DateTimeOffset time = SamplePlant.DeployTime.AddTicks(ticks);
        GalaxySnapshot snapshot = SnapshotBuilder.Build([], "0.1", time.ToOffset(TimeSpan.FromHours(2)), SnapshotFilter.None);
        string written = Snapshots.Write(snapshot);
        Assert.Contains($"\"deployed\": \"{text}\"", written);
        Assert.Equal((time, TimeSpan.Zero), (Snapshots.Read(written).DeployTime!.Value, Snapshots.Read(written).DeployTime!.Value.Offset));
    }

    [Fact]
    public void The_text_does_not_depend_on_the_culture()
    {
        string expected = Snapshots.Write(Everything());
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            var odd = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.GetCultureInfo("ar-SA").Clone();
            odd.NumberFormat.NegativeSign = "minus";
            System.Globalization.CultureInfo.CurrentCulture = odd;
            Assert.Equal(expected, Snapshots.Write(Everything()));
            Assert.Equal(expected, Snapshots.Write(Snapshots.Read(expected)));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_content_hash_is_that_of_the_documented_bytes()
    {
        // Put together by hand from docs/snapshot.md.
        RepositoryObject o = new()
        {
            GobjectId = 5,
            TagName = "T",
            BrowseName = "T",
            IsArea = true,
            CategoryId = 13,
            TemplateChain = ["$A"],
            Attributes = [new RepositoryAttribute { AttributeName = "P", FullTagReference = "T.P", MxDataType = 3, DataTypeName = "F", SecurityClassification = -1, IsAlarm = true }],
        };
        byte[] bytes =
        [
            5, 0, 0, 0, 1, 0, 0, 0, (byte)'T', 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)'T', 0, 0, 0, 0, 0, 1, 13, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, (byte)'$', 0, (byte)'A', 0,
            1, 0, 0, 0, 1, 0, 0, 0, (byte)'P', 0, 3, 0, 0, 0, (byte)'T', 0, (byte)'.', 0, (byte)'P', 0, 3, 0, 0, 0, 1, 0, 0, 0, (byte)'F', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0xFF, 0xFF, 0xFF, 0xFF, 0, 1,
        ];
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), SnapshotHash.Of([o]));
    }

    [Fact]
    public void The_schema_accepts_the_sample_and_every_field() =>
        Assert.Empty(new[] { SamplePlant.Build(), Everything() }.SelectMany(snapshot => s_schema.Problems(JsonDocument.Parse(Snapshots.Write(snapshot)).RootElement)));

    [Fact]
    public void The_schema_accepts_every_random_galaxy() => RoundTripTests.Check(galaxy =>
        // JsonDocument gives no string with half a surrogate pair; what the schema says of one is what it says of any other.
        Assert.Empty(s_schema.Problems(JsonDocument.Parse(Snapshots.Write(Snapshots.Build(galaxy.Objects)).Replace("\\ud", "\\u0")).RootElement)));

    [Fact]
    public void The_schema_refuses_what_is_not_a_snapshot()
    {
        using var wrong = JsonDocument.Parse("""{"format":2,"tool":1,"content":"x","objects":[{"tag":"A","id":3000000000}]}""");
        Assert.Equal(
            ["$ lacks templates", "$.content does not match ^sha256:[0-9a-f]{64}$", "$.format is not 1", "$.objects[0] lacks category", "$.objects[0].id is too large", "$.tool is not of type string"],
            s_schema.Problems(wrong.RootElement).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_name_of_the_schema_is_one_that_the_writer_uses() => Assert.Equal(
        Names(JsonDocument.Parse(Snapshots.Write(Everything())).RootElement).Distinct().Order(StringComparer.Ordinal),
        s_schema.PropertyNames().Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_schema_and_the_reader_know_the_same_names_of_numbers()
    {
        foreach (string field in (string[])["type", "category", "security"])
        {
            using var schema = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathTo("src", "MxGateway.Typed.Snapshot", "galaxy-snapshot.schema.json")));
            string[] names = [.. schema.RootElement.GetProperty("$defs").GetProperty("attribute").GetProperty("properties").GetProperty(field).GetProperty("anyOf")[0].GetProperty("enum")
                .EnumerateArray().Select(name => name.GetString()!)];
            string row = """{"name":"X","type":3,"category":3,"security":3}""".Replace($"\"{field}\":3", $"\"{field}\":\"?\"");
            SnapshotProblem problem = Assert.Single(SnapshotReader.Read(Encoding.UTF8.GetBytes(ReaderTests.File($$"""{"name":"$Pump","attributes":[{{row}}]}"""))).Problems);
            Assert.Equal($"\"?\" is no known {field}; give one of {string.Join(", ", names)}, or its number", problem.Message);
        }
    }

    private static IEnumerable<string> Names(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    /// <summary>A snapshot with every field that there is, and the odd cases of each.</summary>
    private static GalaxySnapshot Everything() => new()
    {
        ToolVersion = "0.1",
        DeployTime = SamplePlant.DeployTime.AddTicks(1234567),
        Filter = new SnapshotFilter
        {
            RootTagName = "Mixing",
            MaxDepth = 3,
            CategoryIds = [10, 13],
            TemplateChainContains = ["$Pump", "Tank"],
            TagNameGlob = "Pump_*",
            AlarmBearingOnly = true,
            HistorizedOnly = true,
        },
        ContentHash = new string('0', 64),
        Templates =
        [
            new SnapshotTemplate { Name = "$Base" },
            new SnapshotTemplate
            {
                Name = "$Tank",
                Base = "$Base",
                KeptName = "Vessel",
                Attributes =
                [
                    Attribute("Array", isArray: true, dimension: 10, isPresent: true),
                    Attribute("ArrayOfNone", isArray: true, dimension: 0, isPresent: true),
                    Attribute("ArrayWithAbsentDimension", isArray: true, dimension: 10),
                    Attribute("ArrayWithoutDimension", isArray: true),
                    Attribute("Kept", keptName: "KeptHere", keptClass: "KeptClassHere"),
                    Attribute("ScalarWithAbsentDimension", dimension: 10),
                    Attribute("ScalarWithDimension", dimension: 10, isPresent: true),
                    Attribute("ScalarWithDimensionNone", dimension: 0, isPresent: true),
                    Attribute("Unnamed", type: 99, typeName: "", category: 12, security: 7),
                ],
                Groups = [new SnapshotGroup("Array.Hi"), new SnapshotGroup("Array.HiHi", "HighHigh", "HighHighGroup")],
                Children = [new SnapshotChild("Inlet", "$Valve", "Feed"), new SnapshotChild("Label", null)],
            },
            new SnapshotTemplate { Name = "$Valve" },
        ],
        Objects =
        [
            new SnapshotObject { Id = -3, TagName = "", BrowseName = "Elsewhere", ParentId = 77, HostId = -1, CategoryId = 0 },
            new SnapshotObject { Id = 2, TagName = "Area", BrowseName = "Area", IsArea = true, CategoryId = 13 },
            new SnapshotObject
            {
                Id = 3,
                TagName = "Tank_001",
                ContainedName = "Tank",
                BrowseName = "Tank",
                ParentId = 2,
                HostId = 2,
                CategoryId = 10,
                Template = "$Tank",
                Chain = ["$Tank", "$Other"],
                KeptName = "First",
                Groups = [new SnapshotGroup("Own.Group", KeptClass: "OwnGroupClass")],
                Without = ["Kept", "Unnamed"],
                Attributes = [Attribute("\"quoted\\\"\n\t\u0001\u2028\uD83D \U0001F600 ä名", reference: "Odd.Reference", flags: true)],
            },
            new SnapshotObject { Id = 4, TagName = "Valve_001", BrowseName = "Valve_001", CategoryId = 10, Template = "$Valve" },
        ],
        Tombstones = [new SnapshotTombstone("", "Old", "Old", null), new SnapshotTombstone("$Tank", "SP", "SP", "Setpoint")],
    };

    private static SnapshotAttribute Attribute(
        string name,
        int type = 3,
        string typeName = "Float",
        int category = 6,
        int security = 1,
        bool isArray = false,
        int dimension = 0,
        bool isPresent = false,
        bool flags = false,
        string? reference = null,
        string? keptName = null,
        string? keptClass = null) => new()
        {
            Name = name,
            DataType = type,
            DataTypeName = typeName,
            IsArray = isArray,
            ArrayDimension = dimension,
            ArrayDimensionPresent = isPresent,
            Category = category,
            Security = security,
            IsHistorized = flags,
            IsAlarm = flags,
            Reference = reference,
            KeptName = keptName,
            KeptClass = keptClass,
        };
}
