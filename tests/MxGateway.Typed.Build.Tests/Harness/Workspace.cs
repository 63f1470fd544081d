using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>A user's folder with projects, outside the repository. Its name has what a shell and MSBuild take for more than letters.</summary>
/// <param name="feed">Where its projects restore from.</param>
/// <param name="semicolon">A semicolon; empty where the SDK minds one: with it, it compiles anew in each build, and publishes nothing.</param>
internal sealed class Workspace(PackedFeed feed, string semicolon = ";") : IDisposable
{
    private static readonly string[] s_common = ["REASON", "Command", "Value", "End", "Variables", "Dotnet", "IsMissing", "IsError", "Said", "ExitCode"];
    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(feed.Projects, $"it's 5%{semicolon} $HOME & `{Path.GetRandomFileName()}`")).FullName;

    /// <summary>A file or folder in it.</summary>
    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>The files that lie directly in it, hidden ones too.</summary>
    public IEnumerable<string> Names =>
        new DirectoryInfo(_folder).EnumerateFiles("*", new EnumerationOptions { AttributesToSkip = 0 }).Select(file => file.Name).Order(StringComparer.Ordinal);

    /// <summary>Writes a file, and the folders that it needs.</summary>
    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    /// <summary>Writes a project that references the package, as the README says.</summary>
    /// <param name="name">The file.</param>
    /// <param name="properties">Its properties, beside or instead of <c>net10.0</c>.</param>
    /// <param name="items">Its items, beside the reference.</param>
    /// <param name="sdk">Its SDK.</param>
    public void WriteProject(string name, string properties, string items, string sdk = "Microsoft.NET.Sdk") => Write(name, $"""
        <Project Sdk="{sdk}">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="MxGateway.Typed" Version="{PackedFeed.Version}" />
            {items}
          </ItemGroup>
        </Project>
        """);

    /// <summary>Runs <c>dotnet build</c>.</summary>
    /// <param name="key">The API key in the environment; null for none.</param>
    /// <param name="arguments">What follows <c>build</c>.</param>
    public Task<ProcessResult> BuildAsync(string? key, params IEnumerable<string> arguments) => DotnetAsync(key, ["build", .. arguments]);

    /// <summary>Starts <c>dotnet build</c>.</summary>
    public ProcessRun StartBuild(string? key, params IEnumerable<string> arguments) =>
        ProcessRun.Start("dotnet", Arguments(["build", .. arguments]), Options(key));

    /// <summary>Runs a command of <c>dotnet</c> that builds.</summary>
    public Task<ProcessResult> DotnetAsync(string? key, params IEnumerable<string> arguments) =>
        ProcessRun.RunAsync("dotnet", Arguments(arguments), Options(key));

    /// <summary>Runs what was built.</summary>
    public Task<ProcessResult> RunAsync(string? key, string program, params IEnumerable<string> arguments) =>
        ProcessRun.RunAsync("dotnet", [this[program], .. arguments], Options(key));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // No build server outlives the test.
    private static IEnumerable<string> Arguments(IEnumerable<string> arguments) =>
        [.. arguments, "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:NuGetAudit=false", "-tl:off"];

    private ProcessRunOptions Options(string? key)
    {
        Dictionary<string, string?> environment = feed.Environment;
        environment["MXGATEWAY_API_KEY"] = key;

        // MSBuild takes each variable for a property: none of the export's own may be among those that a build server sets.
        foreach (string name in s_common)
            environment[name] = "nightly";
        return new ProcessRunOptions { Folder = _folder, Environment = environment, TimeLimit = TimeSpan.FromMinutes(5) };
    }
}

/// <summary>What a build said.</summary>
internal static class BuildResults
{
    /// <summary>The errors and warnings; <c>dotnet build</c> says them twice.</summary>
    public static string[] Complaints(this ProcessResult build) =>
        [.. build.Output.Split('\n').Where(line => line.Contains(": error ") || line.Contains(": warning ")).Select(line => line.Trim()).Distinct()];
}
