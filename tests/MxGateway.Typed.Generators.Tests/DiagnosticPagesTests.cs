using Microsoft.CodeAnalysis;
using MxGateway.Typed.Generators.Diagnostics;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>What is written about the diagnostics, held against what they are.</summary>
public class DiagnosticPagesTests
{
    private static readonly DiagnosticDescriptor[] s_all = [.. typeof(Descriptors).GetFields().Select(field => (DiagnosticDescriptor)field.GetValue(null)!)];

    [Fact]
    public void Ids_are_of_the_documented_form_and_no_two_are_the_same()
    {
        Assert.NotEmpty(s_all);
        Assert.All(s_all, descriptor => Assert.Matches("^MXGT[12][0-9]{3}$", descriptor.Id));
        Assert.Equal(s_all.Length, s_all.DistinctBy(descriptor => descriptor.Id).Count());
    }

    [Fact]
    public void Each_has_a_page_with_its_title_and_severity_and_what_to_do()
    {
        foreach (DiagnosticDescriptor descriptor in s_all)
        {
            string page = File.ReadAllText(PageOf(descriptor.Id));
            Assert.StartsWith($"# {descriptor.Id}: {descriptor.Title}\n\n**Severity**: {Word(descriptor.DefaultSeverity)}\n\n**What**: ", page, StringComparison.Ordinal);
            Assert.Contains("\n**Why it matters**: ", page, StringComparison.Ordinal);
            Assert.Contains("\n**What to do**: ", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_index_lists_each_by_id_and_whatever_is_listed_has_a_page()
    {
        string[] rows = [.. File.ReadAllLines(RepositoryRoot.PathTo("docs", "diagnostics", "README.md")).Where(line => line.StartsWith("| [MXGT", StringComparison.Ordinal))];

        Assert.All(s_all, descriptor => Assert.Contains($"| [{descriptor.Id}]({descriptor.Id}.md) | {Word(descriptor.DefaultSeverity)} | {descriptor.Title} |", rows));
        string[] ids = [.. rows.Select(row => row[3..11])];
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids, Directory.GetFiles(RepositoryRoot.PathTo("docs", "diagnostics"), "MXGT*.md").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_release_notes_of_analyzers_list_each_with_its_severity()
    {
        string listed = string.Concat(new[] { "Shipped", "Unshipped" }.Select(name => File.ReadAllText(RepositoryRoot.PathTo("generators", "MxGateway.Typed.Generators", $"AnalyzerReleases.{name}.md"))));

        Assert.All(s_all, descriptor => Assert.Contains($"\n{descriptor.Id} | {descriptor.Category} | {descriptor.DefaultSeverity} | {descriptor.Title}\n", listed, StringComparison.Ordinal));
    }

    [Fact]
    public void A_diagnostic_links_to_its_page()
    {
        Diagnostic outlier = Assert.Single(GeneratorHost.Run(Item(
            Object(1, "Pump_001", ["$Pump"], attributes: [Attribute("PV")]),
            Object(2, "Pump_002", ["$Pump"], attributes: [Attribute("PV")]),
            Object(3, "Pump_003", ["$Pump"], attributes: [Attribute("PV", type: 5)]))).Diagnostics);

        Assert.Equal(PageOf("MXGT1015"), new Uri(outlier.Descriptor.HelpLinkUri).LocalPath);
        Assert.True(File.Exists(new Uri(outlier.Descriptor.HelpLinkUri).LocalPath));
    }

    [Theory]
    [InlineData("file:///C:/packages/c%23/docs/diagnostics", "file:///C:/packages/c%23/docs/diagnostics/MXGT1001.md")]
    [InlineData("file:///home/a%20b/docs/diagnostics/", "file:///home/a%20b/docs/diagnostics/MXGT1001.md")]
    [InlineData("docs", "")]
    [InlineData(null, "")]
    public void Where_the_folder_is_not_known_there_is_no_link(string? folder, string link) =>
        Assert.Equal(link, DiagnosticPages.Linked(Descriptors.MalformedJson, folder).HelpLinkUri);

    private static string PageOf(string id) => RepositoryRoot.PathTo("docs", "diagnostics", $"{id}.md");

    private static string Word(DiagnosticSeverity severity) => severity == DiagnosticSeverity.Info ? "information" : severity.ToString().ToLowerInvariant();
}
