using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.Reflection;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>
/// Most numbers of the contract are this project's choice: the gateway's own are not public. So nothing may depend on one,
/// and what is built against other files works as well.
/// </summary>
[Collection(nameof(PermutedNumbersTests))]
public sealed class PermutedNumbersTests
{
    private const int Seed = 20261102;
    private static readonly string[] s_files = ["mxaccess_gateway.proto", "galaxy_repository.proto"];

    // The transport with a raw server; sessions and tags with the simulator.
    private static readonly string[] s_projects = ["MxGateway.Typed.Protocol.Tests", "MxGateway.Typed.Tests"];

    [Fact]
    public void Every_number_of_the_contract_is_found()
    {
        FileDescriptor[] descriptors = [MxaccessGatewayReflection.Descriptor, GalaxyRepositoryReflection.Descriptor];
        foreach ((string file, FileDescriptor descriptor) in s_files.Zip(descriptors))
        {
            IEnumerable<(string, string, int)> declared =
            [
                .. descriptor.MessageTypes.SelectMany(m => m.Fields.InDeclarationOrder().Select(field => (m.Name, field.Name, field.FieldNumber))),
                .. descriptor.EnumTypes.SelectMany(e => e.Values.Select(value => (e.Name, value.Name, value.Number))),
            ];
            Assert.Equal(declared.Order(), ProtoNumbers.Of(Contract(file)).Select(number => (number.Scope, number.Name, number.Value)).Order());
        }
    }

    [Fact]
    public void The_marks_are_those_that_the_contract_has()
    {
        IEnumerable<ProtoNumber> numbers = s_files.SelectMany(file => ProtoNumbers.Of(Contract(file)));
        string[] confirmed = [.. numbers.Where(number => number.IsConfirmed).Select(number => $"{number.Scope}.{number.Name}")];
        Assert.Contains("TestConnectionReply.ok", confirmed);
        Assert.Contains("ProtocolStatusCode.PROTOCOL_STATUS_CODE_MXACCESS_FAILURE", confirmed);
        Assert.Contains("SubscribeBulkCommand.tag_addresses", confirmed);
        Assert.DoesNotContain("SubscribeBulkCommand.server_handle", confirmed);
        Assert.Equal(11, confirmed.Count(name => name.StartsWith("BrowseChildrenRequest.", StringComparison.Ordinal)));
        Assert.Equal(["BrowseChildrenReply.children"], confirmed.Where(name => name.StartsWith("BrowseChildrenReply.", StringComparison.Ordinal)));
        Assert.Equal(3, confirmed.Count(name => name.StartsWith("MxSparseArray.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_permutation_moves_every_number_that_is_not_confirmed_and_nothing_else() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            foreach (string file in s_files)
            {
                string before = Contract(file), after = ProtoNumbers.Permute(before, new System.Random(seed));
                IReadOnlyList<ProtoNumber> old = ProtoNumbers.Of(before), moved = ProtoNumbers.Of(after);
                Assert.All(old.Zip(moved), pair => Assert.Equal(pair.First.IsConfirmed || pair.First.Value == 0, pair.First.Value == pair.Second.Value));
                Assert.All(moved.GroupBy(number => number.Scope), scope => Assert.Distinct(scope.Select(number => number.Value)));
                Assert.All(moved, number => Assert.NotInRange(number.Value, 19_000, 19_999));
                Assert.DoesNotContain(moved, number => number is { Scope: "MxCommandKind", Value: 29 });
                Assert.Equal(Blank(before, old), Blank(after, moved));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50).WithReplay(Seed, 7));

    [Fact]
    public async Task The_transport_and_the_sessions_work_whatever_the_numbers_are()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxgateway-permuted-");
        try
        {
            // A copy, so that the build of the repository itself stays as it is.
            string copy = Path.Combine(folder.FullName, "copy"), protos = Path.Combine(folder.FullName, "protos");
            string results = Path.Combine(folder.FullName, "results");
            CopySources(new DirectoryInfo(RepositoryRoot.Folder), Directory.CreateDirectory(copy));
            Directory.CreateDirectory(protos);
            var random = new System.Random(Seed);
            foreach (string file in s_files)
                await File.WriteAllTextAsync(Path.Combine(protos, file), ProtoNumbers.Permute(Contract(file), random));
            string filter = Path.Combine(copy, "Permuted.slnf"), solution = Path.GetFileName(RepositoryRoot.PathTo("MxGateway.Typed.sln"));
            string projects = string.Join(", ", s_projects.Select(project => $"\"tests/{project}/{project}.csproj\""));
            await File.WriteAllTextAsync(filter, $$$"""{"solution": {"path": "{{{solution}}}", "projects": [{{{projects}}}]}}""");

            ProcessResult tests = await ProcessRun.RunAsync(
                "dotnet", ["test", filter, "-v", "q", "--nologo", "--logger", "trx", "--results-directory", results, $"-p:MxGatewayProtoRoot={protos}"],
                new ProcessRunOptions { Folder = copy, TimeLimit = TimeSpan.FromMinutes(20), Environment = s_nothingOutlivesTheRun });
            Assert.True(tests.ExitCode == 0, $"numbers permuted with seed {Seed}: {tests}");
            Assert.Equal(s_projects.Length, Directory.GetFiles(results, "*.trx").Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A build server that holds on to the output would keep the run from ending.
    private static readonly Dictionary<string, string?> s_nothingOutlivesTheRun = new()
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["UseSharedCompilation"] = "false",
        ["CI"] = null,
    };

    private static readonly string[] s_notSources = ["bin", "obj", "artifacts", "packages", ".git"];

    private static string Contract(string file) => File.ReadAllText(Path.Combine(Peers.ProtoRoot, file));

    private static string Blank(string proto, IEnumerable<ProtoNumber> numbers) =>
        numbers.Reverse().Aggregate(proto, (text, number) => text.Remove(number.Start, number.Length));

    private static void CopySources(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (FileInfo file in from.EnumerateFiles())
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        foreach (DirectoryInfo folder in from.EnumerateDirectories().Where(folder => !s_notSources.Contains(folder.Name)))
            CopySources(folder, to.CreateSubdirectory(folder.Name));
    }
}

/// <summary>Builds and tests a second time: not beside tests that are about time.</summary>
[CollectionDefinition(nameof(PermutedNumbersTests), DisableParallelization = true)]
public sealed class PermutedNumbersAlone;
