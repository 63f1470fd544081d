using System.Reflection;
using System.Text.Json;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>
/// The packages as users get them, in a folder that is the only source, with an empty package cache: nothing else can stand in for what a package lacks.
/// They are packed from what is built already, which nobody builds anew meanwhile; packing writes nothing into the repository.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    /// <summary>For the tests that share it: one after the other, since each build takes all the processors that there are.</summary>
    public const string Collection = "packed";

    private static readonly string[] s_packed = ["MxGateway.Typed", "MxGateway.Typed.Protocol"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mxgateway-packed-");

    /// <summary>The packages' version.</summary>
    public static string Version { get; } = Metadata("Version");

    /// <summary>A folder for projects: what is in it restores from the feed alone.</summary>
    public string Projects => Path.Combine(_folder.FullName, "projects");

    /// <summary>What a build on a user's machine sees; keys and endpoints of the person who runs the tests are none of its.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "cache"),
        ["MXGATEWAY_API_KEY"] = null,
        ["MXGATEWAY_ENDPOINT"] = null,
    };

    private string Feed => Path.Combine(_folder.FullName, "feed");

    /// <summary>The file of one of our packages.</summary>
    public string Package(string name) => Path.Combine(Feed, $"{name}.{Version}.nupkg");

    public async Task InitializeAsync()
    {
        string filter = Path.Combine(_folder.FullName, "packed.slnf");
        await File.WriteAllTextAsync(filter, JsonSerializer.Serialize(new
        {
            solution = new { path = RepositoryRoot.PathTo("MxGateway.Typed.sln"), projects = s_packed.Select(name => $@"src\{name}\{name}.csproj") },
        }));
        ProcessResult packed = await ProcessRun.RunAsync(
            "dotnet",
            [
                "pack", filter, "--no-build", "--no-restore", "--configuration", Metadata("Configuration"), "--output", Feed, "-nodeReuse:false", "-v:q",
                $"-p:NuspecOutputPath={Path.Combine(_folder.FullName, "nuspec")}{Path.DirectorySeparatorChar}",
            ],
            new ProcessRunOptions { TimeLimit = TimeSpan.FromMinutes(5) });
        Assert.True(packed.ExitCode == 0, packed.ToString());
        CopyThirdParties();

        Directory.CreateDirectory(Projects);
        await File.WriteAllTextAsync(Path.Combine(Projects, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{Feed}" /></packageSources>
              <disabledPackageSources><clear /></disabledPackageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
              <packageSourceMapping><clear /></packageSourceMapping>
            </configuration>
            """);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    // What the packages depend on lies in the folder that this repository was restored into, wherever that is.
    private void CopyThirdParties()
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathTo("src", "MxGateway.Typed", "obj", "project.assets.json")));
        string[] folders = [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        foreach (JsonProperty library in assets.RootElement.GetProperty("libraries").EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() != "package")
                continue;
            string path = library.Value.GetProperty("path").GetString()!;
            string file = path.Replace('/', '.') + ".nupkg";
            string package = folders.Select(folder => Path.Combine(folder, path, file)).First(File.Exists);
            File.Copy(package, Path.Combine(Feed, file));
        }
    }

    private static string Metadata(string key) =>
        typeof(PackedFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}

/// <summary>See <see cref="PackedFeed.Collection"/>.</summary>
[CollectionDefinition(PackedFeed.Collection)]
public sealed class PackedFeedCollection : ICollectionFixture<PackedFeed>;
