using System.Runtime.InteropServices;
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

    [Fact]
    public void A_signal_that_comes_at_once_again_is_the_first_one_and_a_later_one_ends_the_process()
    {
        var time = new FakeTimeProvider();
        using var signals = new TerminationSignals(time);
        PosixSignalContext first = new(PosixSignal.SIGTERM), again = new(PosixSignal.SIGTERM), later = new(PosixSignal.SIGINT);
        signals.OnSignal(first);
        Assert.True(first.Cancel && signals.Token.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(1));
        signals.OnSignal(again);
        Assert.True(again.Cancel);

        // What is not cancelled, the system does: the process ends.
        time.Advance(TimeSpan.FromSeconds(0.1));
        signals.OnSignal(later);
        Assert.False(later.Cancel);
    }

    [Fact]
    public async Task A_signal_that_is_sent_twice_ends_the_program_as_cleanly_as_one()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        await using ProcessRun smoke = gateway.Start("smoke --item Pump_001.Speed --max-events 1000");
        await smoke.LineAsync("the first event", line => line.Contains("data change"));
        smoke.Interrupt();
        smoke.Interrupt();
        ProcessResult result = await smoke.ExitAsync();
        Assert.Equal((ExitCodes.Failed, "error: cancelled\n"), (result.ExitCode, result.Error));
        gateway.AssertNothingLeftBehind();
    }
}
