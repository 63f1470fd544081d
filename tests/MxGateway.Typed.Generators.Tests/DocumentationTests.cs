using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using MxGateway.Typed.Snapshot;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>
/// What a user reads who points at a member. (That each has documentation, and well-formed, is the compiler's to say: every test that compiles asks it.)
/// </summary>
public class DocumentationTests
{
    [Theory]
    [InlineData(0, 8, "anyone may write (FreeAccess, Writeable_USC)")]
    [InlineData(1, 6, "written with Operate permission (Writeable_US)")]
    [InlineData(4, 8, "written with Tune permission (Writeable_USC)")]
    [InlineData(5, 9, "written with Configure permission (Writeable_UC_Lockable)")]
    [InlineData(2, 8, "each write is signed by an operator (SecuredWrite, Writeable_USC)")]
    [InlineData(3, 8, "each write is signed by an operator and verified by another user (VerifiedWrite, Writeable_USC)")]
    [InlineData(6, 8, "read-only (ViewOnly, Writeable_USC)")]
    [InlineData(1, 2, "read-only (Operate, Calculated)")]
    [InlineData(3, 3, "read-only (VerifiedWrite, CalculatedRetentive)")]
    [InlineData(1, 5, "read-only, as only supervisory clients write it (Operate, Writeable_S)")]
    [InlineData(0, 0, "read-only, and absent at run time (FreeAccess, PackageOnly)")]
    [InlineData(1, 14, "read-only (Operate, system category 14)")]
    [InlineData(1, 77, "read-only (Operate, unknown category 77)")]
    [InlineData(1, -1, "read-only (Operate, category undefined)")]
    [InlineData(9, 8, "read-only (unknown security 9, Writeable_USC)")]
    public void An_attribute_says_its_data_type_security_and_category(int security, int category, string access)
    {
        GeneratorOutcome outcome = Run(Attribute("Speed", security: security, category: category));
        Assert.Equal($"Speed: Float, {access}.", Summary(outcome, "Pump", "Speed"));
    }

    [Fact]
    public void An_attribute_says_its_reference_and_whether_it_is_historized_and_has_an_alarm()
    {
        GeneratorOutcome outcome = Run(
            Attribute("PV", historized: true, alarm: true), Attribute("PV.Hi.Limit", security: 4), Attribute("Log", isArray: true), Attribute("Far", reference: "Other.Thing"), Attribute("Raw", type: 99));

        Assert.Equal("PV: Float, written with Operate permission (Writeable_USC), historized, alarmed. Members: Hi.", Summary(outcome, "Pump", "PV"));
        Assert.Equal("Limit: Float, written with Tune permission (Writeable_USC).", Summary(outcome, "HiGroup", "Limit"));
        Assert.Equal("Log[]: array of 10 Float, written with Operate permission (Writeable_USC).", Summary(outcome, "Pump", "Log"));
        Assert.Equal("Other.Thing: Float, written with Operate permission (Writeable_USC).", Summary(outcome, "Objects.Pump_001", "Far"));
        Assert.Equal("Raw: Other (data type 99), read-only (Operate, Writeable_USC).", Summary(outcome, "Pump", "Raw"));
    }

    [Fact]
    public void An_objects_own_attribute_says_its_full_reference()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(
            Object(1, "Pump_001", ["$Pump"], attributes: [Attribute("Speed")]),
            Object(2, "Pump_002", ["$Pump"], attributes: [Attribute("Speed"), Attribute("Log", isArray: true)]))).MustCompile();

        Assert.Equal("Pump_002.Log[]: array of 10 Float, written with Operate permission (Writeable_USC).", Summary(outcome, "Objects.Pump_002", "Log"));
    }

    [Fact]
    public void An_object_says_its_tagname_hierarchical_name_template_and_area()
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(
            Area(1, "Mixing"),
            Object(2, "Skid_001", ["$Skid"], 1),
            Object(3, "Motor_007", ["$Motor"], 2, contained: "Motor", attributes: [Attribute("Current"), Attribute("Own")]),
            Object(4, "Motor_008", ["$Motor"], 1, attributes: [Attribute("Current")]))).MustCompile();

        Assert.Equal("Area Mixing, template $Area.", Summary(outcome, "PlantGalaxy", "Mixing"));
        Assert.Equal("Object Skid_001, template $Skid, in area Mixing.", Summary(outcome, "Objects.Mixing", "Skid_001"));
        Assert.Equal("Contained Motor ($Motor).", Summary(outcome, "Skid", "Motor"));
        Assert.StartsWith("Object Motor_007, Skid_001.Motor, template $Motor, in area Mixing.", Summary(outcome, "Objects.Skid_001", "Motor"), StringComparison.Ordinal);
        Assert.Equal("Template $Motor. 2 objects.", Summary(outcome, "Motor"));
    }

    [Fact]
    public void A_value_says_what_its_attribute_does()
    {
        GeneratorOutcome outcome = Run(Attribute("Speed"));

        XElement inherited = Documentation(outcome, "PumpValues", "Speed").Element("inheritdoc")!;
        Assert.Equal("P:Acme.Plant.Pump.Speed", inherited.Attribute("cref")!.Value);
    }

    [Theory]
    [InlineData("*/ </summary> <c>", "*/ </summary> <c>")]
    [InlineData("a\n/// b", "a\\u000A/// b")]
    [InlineData("&lt;\u2028\"{", "&lt;\\u2028\"{")]
    public void Nothing_in_a_name_ends_what_it_stands_in(string name, string shown)
    {
        GeneratorOutcome outcome = GeneratorHost.Run(Item(
            Area(1, name),
            Object(2, "P" + name, ["$Pump"], 1, attributes: [Attribute(name), Attribute("G." + name), Attribute("Raw", type: 99)]),
            Object(3, "Q", ["$Pump"], 1, attributes: [Attribute(name, type: 1), Attribute("G." + name), Attribute("Raw", type: 99)]))).MustCompile();

        string[] summaries = [.. Members(outcome).Select(member => member.Element("summary")?.Value ?? "")];
        Assert.Contains($"Area {shown}, template $Area.", summaries);
        Assert.Contains($"Object P{shown}, template $Pump, in area {shown}.", summaries);
        Assert.Contains(summaries, summary => summary.StartsWith($"{shown}: ", StringComparison.Ordinal));
    }

    private static GeneratorOutcome Run(params RepositoryAttribute[] attributes) =>
        GeneratorHost.Run(Item(Object(1, "Pump_001", ["$Pump"], attributes: attributes))).MustCompile();

    private static string Summary(GeneratorOutcome outcome, string type, string? member = null) =>
        Documentation(outcome, type, member).Element("summary")!.Value;

    private static XElement Documentation(GeneratorOutcome outcome, string type, string? member)
    {
        INamedTypeSymbol symbol = outcome.Compilation.GetTypeByMetadataName($"Acme.Plant.{type}")!;
        return Parse(member is null ? symbol : symbol.GetMembers(member).Single());
    }

    private static IEnumerable<XElement> Members(GeneratorOutcome outcome) =>
        outcome.Compilation.GetSymbolsWithName(_ => true, SymbolFilter.TypeAndMember).Where(symbol => symbol.DeclaredAccessibility == Accessibility.Public).Select(Parse);

    private static XElement Parse(ISymbol symbol)
    {
        string? xml = symbol.GetDocumentationCommentXml();
        return string.IsNullOrEmpty(xml) ? new XElement("member") : XElement.Parse(xml);
    }
}
