using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

public sealed class InterruptTests
{
    [Fact]
    public async Task Ctrl_C_during_an_export_leaves_the_old_file_and_nothing_else()
    {
        // Windows knows no signal that one process could send to another.
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TestFolder();
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(3));
        await Tool.RunAsync(["export", .. server.Connection, "--output", folder["x.json"]]);
        byte[] before = File.ReadAllBytes(folder["x.json"]);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Answer = async (_, cancellation) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("the call was not cancelled");
        };

        await using ProcessRun export = Tool.Start(["export", .. server.Connection, "--output", folder["x.json"]]);
        await asked.Task;
        export.Interrupt();
        ProcessResult result = await export.ExitAsync();

        Assert.Equal(new ProcessResult(ExitCodes.Failed, "", $"error: cancelled; {folder["x.json"]} is as it was\n"), result);
        Assert.Equal(before, File.ReadAllBytes(folder["x.json"]));
        Assert.Equal(["x.json"], folder.Names);
    }
}
