using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

public class ProcessRunTests
{
    [Fact]
    public async Task A_program_gets_its_input_and_environment_and_gives_its_output_and_exit_code()
    {
        ProcessResult result = await ProcessRun.RunAsync("sh", ["-c", "read line; echo \"$line $GREETING\"; echo warning >&2; exit 3"], new ProcessRunOptions
        {
            Input = "hello\n",
            Environment = new Dictionary<string, string?> { ["GREETING"] = "world" },
        });
        Assert.Equal(new ProcessResult(3, "hello world\n", "warning\n"), result);
    }

    [Fact]
    public async Task A_program_that_waits_for_ctrl_c_gets_it()
    {
        await using var run = ProcessRun.Start("sh", ["-c", "trap 'echo interrupted; exit 5' INT; echo ready; read line"], new ProcessRunOptions { KeepInputOpen = true });
        await run.LineAsync("ready", line => line == "ready");
        run.Interrupt();
        Assert.Equal(new ProcessResult(5, "ready\ninterrupted\n", ""), await run.ExitAsync());
    }

    [Fact]
    public async Task A_program_that_runs_too_long_fails_the_test_with_what_it_said()
    {
        await using var run = ProcessRun.Start(
            "sh", ["-c", "echo working; read line"], new ProcessRunOptions { KeepInputOpen = true, TimeLimit = TimeSpan.FromSeconds(3) });
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => run.ExitAsync());
        Assert.Contains("--- output\nworking\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_ends_before_the_line_that_is_waited_for_fails_the_test_with_what_it_said()
    {
        await using var run = ProcessRun.Start("sh", ["-c", "echo no such file >&2; exit 1"]);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => run.LineAsync("the port", line => line.StartsWith("listening", StringComparison.Ordinal)));
        Assert.Contains("without the port", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no such file", failure.Message, StringComparison.Ordinal);
    }
}
