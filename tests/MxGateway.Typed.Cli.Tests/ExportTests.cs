using System.Text.Json;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Output => _folder["Plant.galaxy.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_file_holds_what_the_repository_has()
    {
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(3));

        ProcessResult result = await ExportAsync(server);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains("Plant.galaxy.json: written; 3 objects with 3 attributes, 2 templates, deployed 2026-11-02 06:15:00 UTC", result.Output);
        SnapshotReadResult read = SnapshotReader.Read(File.ReadAllBytes(Output));
        Assert.Empty(read.Problems);
        Assert.Equal(["Pump_001", "Pump_002", "Pump_003"], read.Snapshot!.Objects.Select(o => o.TagName));
        Assert.Equal(ToolVersion.MajorMinor, read.Snapshot.ToolVersion);
        Assert.Equal(["Plant.galaxy.json"], _folder.Names);
    }

    [Fact]
    public async Task For_machines_there_is_one_object_on_one_line()
    {
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(3));

        ProcessResult result = await ExportAsync(server, "--json", "--page-size", "2");

        Assert.Equal(1, result.Output.Count(c => c == '\n'));
        using var document = JsonDocument.Parse(result.Output);
        JsonElement json = document.RootElement;
        Assert.Equal(Output, json.GetProperty("file").GetString());
        Assert.True(json.GetProperty("changed").GetBoolean());
        Assert.Equal(3, json.GetProperty("objects").GetInt32());
        Assert.Equal(3, json.GetProperty("attributes").GetInt32());
        Assert.Equal(2, json.GetProperty("templates").GetInt32());
        Assert.Equal(2, json.GetProperty("pages").GetInt32());
        using var file = JsonDocument.Parse(File.ReadAllBytes(Output));
        Assert.Equal("2026-11-02T06:15:00Z", json.GetProperty("deployed").GetString());
        Assert.Equal(file.RootElement.GetProperty("deployed").GetString(), json.GetProperty("deployed").GetString());
        Assert.Equal(file.RootElement.GetProperty("content").GetString(), json.GetProperty("contentHash").GetString());
    }

    [Fact]
    public async Task A_repository_that_does_not_say_when_it_was_deployed_is_exported_too()
    {
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(1));
        server.DeployTime = () => null;

        ProcessResult result = await ExportAsync(server, "--json");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("deployed").ValueKind);
    }

    [Fact]
    public async Task A_file_that_would_stay_the_same_is_not_touched()
    {
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(3));
        await ExportAsync(server);
        var longAgo = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Output, longAgo);

        ProcessResult result = await ExportAsync(server);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains(": unchanged;", result.Output);
        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(Output));
    }

    [Fact]
    public async Task A_newer_export_replaces_the_file_and_knows_what_it_kept()
    {
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pump(1, "Speed", "Torque"), Objects.Pump(2, "Speed", "Torque"));
        await ExportAsync(server);
        GalaxySnapshot first = SnapshotReader.Read(File.ReadAllBytes(Output)).Snapshot!;

        // Now only one pump in three has Torque: placed anew it would stand on that object, kept it stays on the template.
        server.Objects = [Objects.Pump(1, "Speed", "Torque"), Objects.Pump(2, "Speed"), Objects.Pump(3, "Speed")];
        ProcessResult result = await ExportAsync(server);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        GalaxySnapshot second = SnapshotReader.Read(File.ReadAllBytes(Output)).Snapshot!;
        RepositoryObject[] objects = [.. server.Objects.Select(GalaxyMapping.ToRepositoryObject)];
        using var expected = new MemoryStream();
        SnapshotWriter.Write(SnapshotBuilder.Build(objects, ToolVersion.MajorMinor, second.DeployTime, SnapshotFilter.None, first), expected);
        Assert.Equal(expected.ToArray(), File.ReadAllBytes(Output));
        using var anew = new MemoryStream();
        SnapshotWriter.Write(SnapshotBuilder.Build(objects, ToolVersion.MajorMinor, second.DeployTime, SnapshotFilter.None), anew);
        Assert.NotEqual(anew.ToArray(), expected.ToArray());
    }

    [Fact]
    public async Task A_deploy_between_two_pages_starts_the_export_again()
    {
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(3));
        int calls = 0;
        server.Answer = (request, _) =>
        {
            if (++calls != 2)
                return Task.FromResult(server.Page(request));
            server.Objects = [.. Objects.Pumps(5)];
            server.DeployTime = () => new DateTimeOffset(2026, 11, 2, 7, 0, 0, TimeSpan.Zero);
            throw Simulator.Hosting.GrpcFault.Invalid("the page token is stale");
        };

        ProcessResult result = await ExportAsync(server, "--page-size", "2");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains("deployed anew while it was read; starting again (2 of 3)", result.Error);
        Assert.Equal(5, SnapshotReader.Read(File.ReadAllBytes(Output)).Snapshot!.Objects.Count);
    }

    [Fact]
    public async Task A_deploy_that_only_the_deploy_time_tells_of_starts_the_export_again()
    {
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(2));
        DateTimeOffset deployed = server.DeployTime()!.Value;
        int asked = 0;
        server.DeployTime = () => ++asked == 1 ? deployed.AddHours(-1) : deployed;

        ProcessResult result = await ExportAsync(server);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Equal(4, asked);
        Assert.Equal(deployed, SnapshotReader.Read(File.ReadAllBytes(Output)).Snapshot!.DeployTime);
    }

    [Fact]
    public async Task Without_a_terminal_progress_is_a_line_for_every_tenth()
    {
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(40));

        ProcessResult result = await ExportAsync(server, "--page-size", "1");

        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(10, lines.Length);
        Assert.Equal("4 of 40 objects", lines[0]);
        Assert.Equal("40 of 40 objects", lines[^1]);
    }

    [Fact]
    public async Task A_symbolic_link_stays_one_and_its_target_keeps_its_permissions()
    {
        // Windows has neither without further rights.
        if (OperatingSystem.IsWindows())
            return;
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(1));
        await ExportAsync(server);
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        File.Move(Output, _folder["real.json"]);
        File.SetUnixFileMode(_folder["real.json"], Mode);
        File.CreateSymbolicLink(Output, "real.json");
        server.Objects = [.. Objects.Pumps(2)];

        ProcessResult result = await ExportAsync(server);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Equal("real.json", new FileInfo(Output).LinkTarget);
        Assert.Equal(2, SnapshotReader.Read(File.ReadAllBytes(_folder["real.json"])).Snapshot!.Objects.Count);
        Assert.Equal(Mode, File.GetUnixFileMode(_folder["real.json"]));
        Assert.Equal(["Plant.galaxy.json", "real.json"], _folder.Names);
    }

    [Fact]
    public async Task A_link_to_a_file_that_is_not_there_yet_makes_the_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(1));
        File.CreateSymbolicLink(Output, "real.json");

        ProcessResult result = await ExportAsync(server);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Equal("real.json", new FileInfo(Output).LinkTarget);
        Assert.True(File.Exists(_folder["real.json"]));
    }

    private Task<ProcessResult> ExportAsync(HierarchyServer server, params string[] more) => Tool.RunAsync(["export", .. server.Connection, "--output", Output, .. more]);
}
