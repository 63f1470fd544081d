using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

public class HostilePlantTests
{
    [Fact]
    public void Names_that_try_to_break_out_stay_where_they_are()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(
            Area(1, "class"),
            Area(2, "Area", parent: 1),
            Object(3, "\"\"\"u8); } // */", ["$</summary>", "$string"], 2, attributes:
            [
                Attribute("\"); System.Environment.Exit(1); (\""),
                Attribute("a\n}"),
                Attribute("Value.ToString.class"),
                Attribute("PV.\\u0022", type: 99),
            ]),
            Object(4, "Tank|1", ["$string"], 2, attributes: [Attribute("ToString"), Attribute("a#"), Attribute("a$"), Attribute("1st", isArray: true)]),
            Object(5, "TANK|1", ["$String"], 99, attributes: [Attribute("String"), Attribute("get_String")]),
            Object(6, "Loop_A", ["$String"], 7, attributes: [Attribute("String"), Attribute("get_String")]),
            Object(7, "Loop_B", ["$String"], 6, contained: "Loop", attributes: [Attribute("String", type: 5), Attribute("get_String")]))).MustCompile("MXGT1009");

        Approved.Verify(string.Concat(outcome.Result.GeneratedSources.Select(source => $"======== {source.HintName}\n{source.SourceText}")), "HostilePlant", "cs");
    }
}
