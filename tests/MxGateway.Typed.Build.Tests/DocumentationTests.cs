using System.Text.RegularExpressions;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void The_page_has_a_row_for_each_property_that_the_build_files_read()
    {
        string targets = File.ReadAllText(RepositoryRoot.PathTo("src", "MxGateway.Typed", "build", "MxGateway.Typed.Export.targets"));
        string page = File.ReadAllText(RepositoryRoot.PathTo("docs", "build.md"));

        IEnumerable<string> read = Regex.Matches(targets, @"\$\((MxGateway\w+)\)").Select(match => match.Groups[1].Value).Distinct();
        IEnumerable<string> documented = Regex.Matches(page, @"^\| `(MxGateway\w+)`", RegexOptions.Multiline).Select(match => match.Groups[1].Value);

        // The key is read to be refused.
        Assert.Equal(read.Except(["MxGatewayApiKey"]).Order(), documented.Order());
        Assert.Contains("`MxGatewayApiKey` is refused", page);
    }
}
