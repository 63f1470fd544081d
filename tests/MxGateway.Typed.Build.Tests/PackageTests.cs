using System.IO.Compression;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>What a feed shows of a package.</summary>
[Collection(PackedFeed.Collection)]
public sealed class PackageTests(PackedFeed feed)
{
    [Theory]
    [InlineData("MxGateway.Typed")]
    [InlineData("MxGateway.Typed.Protocol")]
    public void A_package_has_the_readme_and_names_it(string name)
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Package(name));
        Assert.Contains("<readme>PACKAGE.md</readme>", Text(package, $"{name}.nuspec"));
        Assert.Equal(File.ReadAllText(RepositoryRoot.PathTo("src", "PACKAGE.md")), Text(package, "PACKAGE.md"));
    }

    private static string Text(ZipArchive package, string file)
    {
        using var reader = new StreamReader(Assert.IsType<ZipArchiveEntry>(package.GetEntry(file)).Open());
        return reader.ReadToEnd();
    }
}
