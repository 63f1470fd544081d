using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Generators.Diagnostics;
using MxGateway.Typed.Generators.Modeling;
using MxGateway.Typed.Generators.Selecting;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>An editor gives a run up when its user types on: the work must notice within 256 rows.</summary>
public class CancellationTests
{
    private const int Objects = 1000;
    private const int Attributes = 600;
    private const int Terms = 200;

    private static readonly string s_text = Of(GalaxyText.Snapshot(
    [
        Object(1, "Tank_1", ["$Tank"], attributes: [.. Enumerable.Range(0, Attributes).Select(i => Attribute($"A{i}"))]),
        .. Enumerable.Range(2, Objects - 1).Select(i => Object(i, $"Pump_{i}", ["$Pump"], attributes: Attribute("Speed"))),
    ]));

    private static readonly SnapshotFile s_file = new("/plant/Plant.galaxy.json", SourceText.From(s_text), "Acme.Plant", "PlantGalaxy");

    /// <summary>How often each phase goes over all objects and all attribute rows, at least.</summary>
    [Theory]
    [InlineData("read", 5, 2)] // parsed; ordered, sorted, listed and made to objects
    [InlineData("plan", 4, 3)] // hung below each other, given depths, classes and names; asked for kept classes, put into their class, and given shapes
    [InlineData("check", 3, 2)] // types, names, outliers
    [InlineData("select", 1, 0)] // numbered
    [InlineData("filter", 2 * Terms, 0)] // for each term held against every tagname, to select and to find terms that nothing meets
    [InlineData("model", 2, 1)] // the plant's members, and the table's lines; the classes' members
    public void Every_loop_over_rows_looks_at_the_token(string phase, int passesOverObjects, int passesOverAttributes) =>
        Assert.InRange(LooksByPhase()[phase], ((passesOverObjects * Objects) + (passesOverAttributes * Attributes)) / Looks.RowsBetween, int.MaxValue);

    [Theory]
    [InlineData("")]
    [InlineData("tag:Pump_*; tag:Valve_*; area:*; template:P?mp")]
    public void Cancelled_at_any_look_nothing_further_runs(string filter)
    {
        SnapshotFile file = s_file with { Filter = filter };
        int all = Looked(file);
        Assert.InRange(all, 60, 1000);

        for (int k = 1; k <= all; k++)
        {
            using var giveUp = new CancellationTokenSource();
            int last = 0;
            var looks = new Looks(giveUp.Token, look =>
            {
                last = look;
                if (look == k)
                    giveUp.Cancel();
            });

            Assert.Throws<OperationCanceledException>(() => SnapshotPlanner.Plan(file, looks));
            Assert.Equal(k, last);
        }
    }

    [Fact]
    public void A_driver_that_was_cancelled_gives_what_is_right_when_it_runs_again()
    {
        var item = new SnapshotItem(s_text);
        CSharpCompilation compilation = GeneratorHost.Compilation("");
        string[] expected = [.. GeneratorHost.Run(item).Result.GeneratedSources.Select(source => source.SourceText.ToString())];

        // Given up while the file is opened, and while its text is taken.
        foreach (Func<CancellationTokenSource, SourceText> text in (Func<CancellationTokenSource, SourceText>[])[Cancelled, giveUp => new CancellingText(s_text, giveUp)])
        {
            using var giveUp = new CancellationTokenSource();
            GeneratorDriver driver = GeneratorHost.Driver(item).ReplaceAdditionalTexts([new File(() => text(giveUp))]);

            Assert.Throws<OperationCanceledException>(() => driver.RunGenerators(compilation, giveUp.Token));
            GeneratorRunResult result = driver.RunGenerators(compilation).GetRunResult().Results.Single();

            Assert.Equal(expected, result.GeneratedSources.Select(source => source.SourceText.ToString()));
            Assert.Null(result.Exception);
        }
    }

    private static Dictionary<string, int> LooksByPhase()
    {
        var counts = new Dictionary<string, int>();
        Looks Counted(string phase) => new(CancellationToken.None, look => counts[phase] = look);
        SnapshotReadResult read = SnapshotReader.Read(Encoding.UTF8.GetBytes(s_text), Counted("read"));
        var plan = new PlantPlanner(read.Snapshot!, "PlantGalaxy", Counted("plan"));
        SnapshotChecks.Check(plan, new ProblemSet(s_file), Counted("check"));
        new PlantModeler(s_file, plan, new Selection(plan, filter: null, Counted("select"))).Model(Counted("model"));

        // Only the last term is met: each of the others is held against all names.
        string filter = string.Concat(Enumerable.Range(1, Terms).Select(i => $"tag:Valve_{i}*;")) + "tag:*_*";
        counts["filter"] = Looked(s_file with { Filter = filter }) - Looked(s_file);
        return counts;
    }

    private static int Looked(SnapshotFile file)
    {
        int looks = 0;
        SnapshotPlanner.Plan(file, new Looks(CancellationToken.None, look => looks = look));
        return looks;
    }

    private static SourceText Cancelled(CancellationTokenSource giveUp)
    {
        giveUp.Cancel();
        return SourceText.From(s_text);
    }

    private sealed class File(Func<SourceText> text) : AdditionalText
    {
        public override string Path => s_file.Path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => text();
    }

    /// <summary>A text that its reader has in part when the run is given up.</summary>
    private sealed class CancellingText(string text, CancellationTokenSource giveUp) : SourceText
    {
        public override Encoding? Encoding => Encoding.UTF8;

        public override int Length => text.Length;

        public override char this[int position] => text[position];

        public override void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)
        {
            if (sourceIndex > 0)
                giveUp.Cancel();
            text.CopyTo(sourceIndex, destination, destinationIndex, count);
        }
    }
}
