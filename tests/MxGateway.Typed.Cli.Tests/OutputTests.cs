using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>What the program does when its results cannot be written.</summary>
public sealed class OutputTests
{
    [Fact]
    public async Task A_stream_whose_reader_goes_away_ends_at_once_and_lets_go()
    {
        // Windows does not tell that a pipe was closed.
        if (OperatingSystem.IsWindows())
            return;
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        string id = (await gateway.JsonAsync("open-session")).Single().GetProperty("sessionId").GetString()!;
        await using ProcessRun stream = gateway.Start($"stream-events --session-id {id}");
        await Retry.Until("the stream is attached", () => gateway.Simulator.Counts.Streams == 1);

        // No event comes: that nobody would read one is reason enough.
        stream.CloseOutput();
        Assert.Equal((ExitCodes.Failed, ""), Told(await stream.ExitAsync()));
        Assert.Equal(0, gateway.Simulator.Counts.Streams);
        await gateway.RunAsync($"close-session --session-id {id}");
        gateway.AssertNothingLeftBehind();
    }

    [Theory]
    [InlineData("smoke --item Pump_001.Speed --max-events 6 | true")]
    [InlineData("galaxy watch-deploys | head -c 5")]
    [InlineData("galaxy list | true")]
    public async Task A_pipe_that_is_closed_ends_the_command_quietly_and_nothing_is_left(string line)
    {
        if (OperatingSystem.IsWindows())
            return;
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        Assert.Equal((ExitCodes.Failed, ""), Told(await gateway.ShellAsync(line)));
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task Whoever_read_what_there_was_and_went_does_not_make_a_command_fail()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        Assert.Equal((ExitCodes.Done, ""), Told(await gateway.ShellAsync("galaxy last-deploy | head -1")));
    }

    [Fact]
    public async Task A_session_whose_id_could_not_be_printed_is_closed()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        ProcessResult full = await gateway.ShellAsync("open-session >/dev/full");
        Assert.Equal((ExitCodes.Failed, "error: stdout cannot be written: No space left on device\n"), (full.ExitCode, full.Error));
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task The_outcome_of_a_write_is_its_exit_code_where_it_cannot_be_printed()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        ProcessResult full = await gateway.ShellAsync("write --item Pump_001.Mode --type Integer --value 4 >/dev/full");
        Assert.Equal((ExitCodes.Done, "warning: stdout cannot be written: No space left on device\n"), (full.ExitCode, full.Error));
    }

    private static (int, string) Told(ProcessResult result) => (result.ExitCode, result.Error);
}
