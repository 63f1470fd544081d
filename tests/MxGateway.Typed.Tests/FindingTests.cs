using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MxGateway.Typed.Tests;

/// <summary>Finding objects in a plant's table. Nothing is connected, as nothing needs to be.</summary>
public sealed class FindingTests
{
    // Classes: 0 a pump, 1 a pump with a drive, 2 a tank.
    private static readonly TablePlant s_plant = new("Mixing|2~|1,2\nPUMP_1|0|\nPump_1|1|\nPump_10|0|\nPump_2|1|\nTank_1|2|,3");

    [Theory]
    [InlineData("*", "PUMP_1 Pump_1 Pump_10 Pump_2 Tank_1")]
    [InlineData("Pump_*", "PUMP_1 Pump_1 Pump_10 Pump_2")]
    [InlineData("pump_?", "PUMP_1 Pump_1 Pump_2")]
    [InlineData("pump_??", "Pump_10")]
    [InlineData("*_1", "PUMP_1 Pump_1 Tank_1")]
    [InlineData("*an**k*", "Tank_1")]
    [InlineData("Tank_1", "Tank_1")]
    [InlineData("Tank", "")]
    [InlineData("", "")]
    [InlineData("?", "")]
    [InlineData("Pump.1", "")]
    [InlineData("[A-Z]*", "")]
    public void Find_gives_the_objects_whose_tagname_matches_sorted_by_it(string pattern, string tagNames) =>
        Assert.Equal(tagNames, string.Join(' ', s_plant.Find(pattern).Select(o => o.TagName)));

    [Fact]
    public void A_pattern_means_what_the_same_regular_expression_does()
    {
        string[] names = [.. Words("ab", 5)];
        foreach (string pattern in Words("aB*?", 4))
        {
            var plant = new TablePlant(string.Join('\n', names.Select(name => name + "|0|")));
            var regex = new Regex($"^{pattern.Replace("*", ".*").Replace("?", ".")}\\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            Assert.Equal(names.Where(name => regex.IsMatch(name)), plant.Find(pattern).Select(o => o.TagName));
        }
    }

    [Fact]
    public void A_hostile_pattern_ends()
    {
        var plant = new TablePlant(new string('a', 5000) + "|0|");
        Assert.Empty(plant.Find(string.Concat(Enumerable.Repeat("*a", 1000)) + "*b"));
        Assert.Single(plant.Find(new string('*', 1_000_000) + "a"));
    }

    [Fact]
    public void Find_wants_a_pattern_at_once() => Assert.Throws<ArgumentNullException>(() => { s_plant.Find(null!); });

    [Fact]
    public void All_gives_the_objects_of_a_class_and_of_those_that_derive_from_it()
    {
        Assert.Equal(["PUMP_1", "Pump_1", "Pump_10", "Pump_2"], s_plant.All<TablePump>().Select(o => o.TagName));
        Assert.Equal(["Pump_1", "Pump_2"], s_plant.All<TableVfdPump>().Select(o => o.TagName));
        Assert.Equal(["Tank_1"], s_plant.All<TableTank>().Select(o => o.TagName));
        Assert.Equal(5, s_plant.All<MxObject>().Count());
    }

    [Fact]
    public void All_asks_for_the_type_of_a_class_once()
    {
        var plant = new TablePlant(string.Join('\n', Enumerable.Range(1000, 500).Select(i => $"P{i}|{i % 3}|")));
        Assert.Equal(333, plant.All<TablePump>().Count());
        Assert.Equal(3, plant.TypesAskedFor);
    }

    [Fact]
    public void What_is_only_passed_through_is_reached_by_name_and_by_member_and_is_not_found()
    {
        Assert.Equal("Mixing", s_plant["mixing"].TagName);
        Assert.Equal("PUMP_1", ((TableTank)s_plant["Mixing"]).Only.TagName);
        Assert.DoesNotContain(s_plant.All<MxObject>(), o => o.TagName == "Mixing");
        Assert.Empty(s_plant.Find("Mixing"));
    }

    [Fact]
    public void Names_that_differ_by_case_only_find_their_own_and_any_other_case_the_first()
    {
        Assert.Equal("PUMP_1", s_plant["PUMP_1"].TagName);
        Assert.Equal("Pump_1", s_plant["Pump_1"].TagName);
        Assert.Equal("PUMP_1", s_plant["pump_1"].TagName);
    }

    [Fact]
    public void Escapes_stand_for_what_a_line_cannot_hold()
    {
        var plant = new TablePlant("a\\pb\\\\c\\u000A\\uD83D\\uDE00|0|");
        Assert.Equal("a|b\\c\n\ud83d\ude00", plant.Find("*").Single().TagName);
    }

    [Fact]
    public void A_plant_without_objects_finds_none()
    {
        Assert.Empty(new TablePlant("").Find("*"));
        Assert.Throws<KeyNotFoundException>(() => new TablePlant("")["Pump_1"]);
    }

    [Theory]
    [InlineData("Pump_1")]
    [InlineData("Pump_1|0")]
    [InlineData("Pump_1|x|")]
    [InlineData("Pump_1|7|")]
    [InlineData("Pump\\|0|")]
    [InlineData("Pump\\u00|0|")]
    [InlineData("Pump\\x|0|")]
    [InlineData("Pump_1|2|,99")]
    [InlineData("Pump_1|2|,-2")]
    [InlineData("Pump_1|2|,a")]
    public void A_line_is_read_when_its_object_is_touched_and_a_broken_one_says_so_then(string line)
    {
        var plant = new TablePlant($"A|2|1\n{line}");

        Assert.Equal("A", plant.First.TagName);
        Exception broken = Assert.ThrowsAny<Exception>(() => Touch(plant.First.Only));
        Assert.True(broken is InvalidOperationException { Message: "line 2 of the plant's table is broken; build the project anew, so that its table is generated again" } or ArgumentOutOfRangeException);
    }

    private static string Touch(MxObject o) => o.TagName + (o as TableTank)?.Last.TagName;

    private static IEnumerable<string> Words(string letters, int longest) => longest == 0
        ? [""]
        : Words(letters, longest - 1).SelectMany(word => word.Length == longest - 1 ? [word, .. letters.Select(letter => word + letter)] : new[] { word }).Where(word => word.Length > 0);

    /// <summary>A plant as the generator emits it.</summary>
    private sealed class TablePlant(string lines) : MxGalaxy(
        (MxGatewayConnection)RuntimeHelpers.GetUninitializedObject(typeof(MxGatewayConnection)), new MxGalaxyTable(Rows(lines)))
    {
        public int TypesAskedFor { get; private set; }

        public TableTank First => Object<TableTank>(0);

        protected override MxObject CreateObject(int @class, int row) => @class switch
        {
            0 => new TablePump(this, row),
            1 => new TableVfdPump(this, row),
            2 => new TableTank(this, row),
            _ => throw new ArgumentOutOfRangeException(nameof(@class)),
        };

        protected override Type ClassOf(int @class)
        {
            TypesAskedFor++;
            return @class switch
            {
                0 => typeof(TablePump),
                1 => typeof(TableVfdPump),
                2 => typeof(TableTank),
                _ => throw new ArgumentOutOfRangeException(nameof(@class)),
            };
        }

        private static MxGalaxyRows Rows(string lines)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(lines);
            return () => utf8;
        }
    }

    private class TablePump(MxGalaxy galaxy, int row) : MxObject(galaxy, row);

    private sealed class TableVfdPump(MxGalaxy galaxy, int row) : TablePump(galaxy, row);

    private sealed class TableTank(MxGalaxy galaxy, int row) : MxObject(galaxy, row)
    {
        public MxObject Only => Child<MxObject>(0, "Only");

        public MxObject Last => Child<MxObject>(1, "Last");
    }
}
