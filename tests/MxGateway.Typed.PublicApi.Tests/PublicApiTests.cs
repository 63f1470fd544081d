using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.PublicApi.Tests;

/// <summary>
/// The public API of each package is an approved text, <c>Approved/&lt;Assembly&gt;.verified.txt</c>. A change that is meant is approved by
/// <c>MXGT_APPROVE=1 dotnet test tests/MxGateway.Typed.PublicApi.Tests</c> (or by moving the received file over the verified one), read in the diff, and committed.
/// </summary>
public class PublicApiTests
{
    [Fact]
    public void The_runtimes_api_is_as_approved() => Verify("MxGateway.Typed");

    [Fact]
    public void The_protocols_api_is_as_approved() =>
        // The messages and enums are the contract's, and other .proto files may number them in another way.
        Verify("MxGateway.Typed.Protocol", "MxGateway.Contracts.Proto");

    [Fact]
    public void The_snapshots_api_is_as_approved() => Verify("MxGateway.Typed.Snapshot");

    [Fact]
    public void The_simulators_api_is_as_approved() => Verify("MxGateway.Typed.Simulator");

    [Fact]
    public void Every_package_that_is_referenced_has_an_approved_api()
    {
        string[] approved = [.. Directory.GetFiles(RepositoryRoot.PathTo("tests", "MxGateway.Typed.PublicApi.Tests", "Approved"), "MxGateway.Typed*.verified.txt").Select(file => Path.GetFileName(file)[..^".verified.txt".Length])];
        string[] packages = [.. Directory.GetFiles(RepositoryRoot.PathTo("src"), "*.csproj", SearchOption.AllDirectories).Where(HasApi).Select(file => Path.GetFileNameWithoutExtension(file)!)];
        Assert.Equal(packages.Order(StringComparer.Ordinal), approved.Order(StringComparer.Ordinal));
    }

    /// <summary>A tool is called by its command line, not by its types.</summary>
    private static bool HasApi(string project) => !File.ReadAllText(project).Contains("<PackAsTool>true</PackAsTool>", StringComparison.Ordinal);

    private static void Verify(string assembly, params string[] withoutNamespaces) =>
        Approved.Verify(PublicApiText.Of(System.Reflection.Assembly.Load(assembly), withoutNamespaces), assembly);
}
