using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Projects of every sort that use the generator, really built: what their GalaxySnapshot items say arrives, whatever signs it has.</summary>
public class BuiltConsumerTests
{
    private static readonly RepositoryObject[] s_plant =
    [
        Area(1, "A"),
        Area(2, "B"),
        Object(10, "Pump#1", ["$Pump"], 1, attributes: [Attribute("Speed"), Attribute("PV"), Attribute("PV.HiHi.Limit")]),
        Object(11, "Pump#10", ["$Pump"], 2, attributes: [Attribute("Speed"), Attribute("PV"), Attribute("PV.HiHi.Limit")]),
        Object(12, "Tank1", ["$Tank"], 1, attributes: [Attribute("Level")]),
    ];

    [Fact]
    public async Task A_project_of_odd_settings_gets_what_its_items_say()
    {
        using var project = new FixtureBuild("OddSettings");
        foreach (string file in new[] { "Plants (all) #1; 100% [b]{c}/Plant.galaxy.json", "More/North.json", "Late.galaxy.json" })
            project.Write(file, Item(s_plant).Content!);
        ProcessResult build = await project.BuildAsync();

        // The one term that nothing is called is said, sign for sign.
        Assert.True(build.ExitCode == 0, build.ToString());
        Assert.Equal(["Plant.galaxy.json(1): MXGT1012"], FixtureBuild.Complaints(build));
        Assert.Contains("no object's tagname is tag:'),#\"`%$(Line)@(Compile)%(Identity)", build.Output, StringComparison.Ordinal);

        Assert.Equal(["A", "B", "Pump#1", "Pump#10", "Tank1"], Objects("Odd_Settings.PlantGalaxy"));
        Assert.Equal(["Pump#1"], Objects("Acme.Filtered.PumpsOfA"));
        Assert.Equal(["Pump#1"], Objects("Acme.Consumer.PlantGalaxy"));
        Assert.Equal(["Pump#1", "Tank1"], Objects("Acme.Zeichen温.PlantGalaxy"));
        Assert.Equal(["A", "B", "Pump#1", "Pump#10", "Tank1"], Objects("Acme.More.North.NorthGalaxy"));
        Assert.Equal(["B", "Pump#10"], Objects("Acme.Late.LateGalaxy"));

        string[] Objects(string rootType)
        {
            using var plant = new LoadedPlant(project.PathTo("bin", "Debug", "net10.0", "Odd-Settings.dll"), rootType);
            Assert.Equal(rootType != "Acme.Consumer.PlantGalaxy", plant.Root.GetType().IsPublic);
            return [.. plant.Root.All<MxObject>().Select(o => o.TagName)];
        }
    }

    [Fact]
    public async Task A_filter_that_is_none_is_the_only_error_of_a_build()
    {
        using var project = new FixtureBuild("CompileErrors");
        project.Write(
            "Directory.Build.targets",
            "<Project><ItemGroup><GalaxySnapshot Update=\"Plant.galaxy.json\" Filter=\"area:Mixing; Pump#1\" /></ItemGroup></Project>");
        ProcessResult build = await project.BuildAsync("-p:WithMistakes=false");

        Assert.NotEqual(0, build.ExitCode);
        Assert.Equal(["Plant.galaxy.json(1): MXGT1011"], FixtureBuild.Complaints(build));
        Assert.Contains("'Pump#1' has no colon", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plant_of_a_library_is_used_by_an_application_unless_it_is_internal()
    {
        using var solution = new FixtureBuild("Libraries");
        solution.Write("Plant.galaxy.json", Item(s_plant).Content!);
        ProcessResult build = await solution.BuildAsync("App/App.csproj");
        Assert.Empty(FixtureBuild.Complaints(build));
        Assert.True(build.ExitCode == 0, build.ToString());

        ProcessResult run = await solution.RunAsync(solution.PathTo("App", "bin", "Debug", "net10.0", "App.dll"));

        Assert.Equal("PublicPlant.PlantGalaxy, public: True\nInternalPlant.PlantGalaxy, public: False\n", run.Output);
        using var library = new LoadedPlant(solution.PathTo("InternalPlant", "bin", "Debug", "net10.0", "InternalPlant.dll"), "InternalPlant.PlantGalaxy");
        Assert.Equal(["Speeds"], library.Assembly.GetExportedTypes().Select(type => type.Name));
    }
}
