using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary><c>version</c>: what this tool is and what it speaks.</summary>
internal sealed class VersionCommand(CliConsole console, bool json)
{
    /// <summary>The command and its options.</summary>
    public static Command Create(CliConsole console)
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command("version", "Says which version this is, on which .NET it runs, and which protocol and snapshot format it speaks.") { json };
        command.SetAction(parsed => new VersionCommand(console, parsed.GetValue(json)).Run());
        return command;
    }

    private int Run()
    {
        var result = new VersionResult(
            ToolVersion.Full,
            RuntimeInformation.FrameworkDescription,
            [MxaccessGatewayReflection.Descriptor.Package, GalaxyRepositoryReflection.Descriptor.Package],
            GalaxySnapshot.CurrentFormatVersion);
        if (json)
        {
            console.WriteJson(result, CliJson.Default.VersionResult);
            return ExitCodes.Done;
        }

        console.Output.WriteLine($"{CommandLine.ToolName} {result.Version}");
        console.Output.WriteLine($"{result.Dotnet}");
        console.Output.WriteLine($"protocol {string.Join(", ", result.Protocol)}");
        console.Output.WriteLine($"snapshot format {result.SnapshotFormat}");
        return ExitCodes.Done;
    }
}

/// <summary>The tool's own version.</summary>
internal static class ToolVersion
{
    private static readonly Assembly s_assembly = typeof(ToolVersion).Assembly;

    /// <summary>As the package has it.</summary>
    public static string Full { get; } = s_assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>What snapshots record: a fix of the tool is no change of the snapshot.</summary>
    public static string MajorMinor { get; } = s_assembly.GetName().Version!.ToString(2);
}
