using System.Runtime.Loader;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>The build against other .proto files, as the README describes it.</summary>
public sealed class ProtoRootTests
{
    [Fact]
    public async Task The_protocol_is_built_against_the_files_of_another_folder()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxgateway-protos-");
        try
        {
            // A copy, so that the build of the repository itself stays as it is.
            foreach (string file in new[] { "global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "src/Directory.Build.props" })
                Copy(RepositoryRoot.PathTo(file.Split('/')), Path.Combine(folder.FullName, "copy", file));
            string project = RepositoryRoot.PathTo("src", "MxGateway.Typed.Protocol");
            foreach (string file in Directory.EnumerateFiles(project, "*.cs*", SearchOption.AllDirectories).Where(IsSource))
                Copy(file, Path.Combine(folder.FullName, "copy", "src", "MxGateway.Typed.Protocol", Path.GetRelativePath(project, file)));
            foreach (string file in Directory.EnumerateFiles(RepositoryRoot.PathTo("protos")))
                Copy(file, Path.Combine(folder.FullName, "theirs", Path.GetFileName(file)));
            string contract = Path.Combine(folder.FullName, "theirs", "mxaccess_gateway.proto");
            await File.WriteAllTextAsync(contract, (await File.ReadAllTextAsync(contract)).Replace("string client_session_name = 1;", "string client_session_name = 77;", StringComparison.Ordinal));

            ProcessResult build = await ProcessRun.RunAsync(
                "dotnet",
                ["build", Path.Combine(folder.FullName, "copy", "src", "MxGateway.Typed.Protocol"), "-v", "q", "-o", Path.Combine(folder.FullName, "out"), $"-p:MxGatewayProtoRoot={Path.Combine(folder.FullName, "theirs")}"],
                new ProcessRunOptions { TimeLimit = TimeSpan.FromMinutes(5) });
            Assert.True(build.ExitCode == 0, build.ToString());

            var context = new AssemblyLoadContext("theirs", isCollectible: true);
            Type request = context.LoadFromAssemblyPath(Path.Combine(folder.FullName, "out", "MxGateway.Typed.Protocol.dll")).GetType("MxGateway.Contracts.Proto.OpenSessionRequest", throwOnError: true)!;
            Assert.Equal(77, request.GetField("ClientSessionNameFieldNumber")!.GetRawConstantValue());
            context.Unload();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsSource(string file) => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }
}
