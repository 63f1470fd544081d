using System.Text;

namespace MxGateway.Typed.Cli.Tests;

public sealed class PatienceTests
{
    [Fact]
    public async Task A_long_wait_says_on_stderr_what_it_waits_for_and_how_long_that_may_take()
    {
        using var error = new SignallingWriter();
        var work = new TaskCompletionSource<int>();
        Task<int> waiting = Patience.WaitAsync(
            new CliConsole(TextWriter.Null, error, null, _ => null), () => "the first value of Pump_001.Speed", TimeSpan.FromSeconds(30), work.Task);
        Assert.Equal("waiting for the first value of Pump_001.Speed: 2 s of 30 s", await error.FirstLine);
        work.SetResult(7);
        Assert.Equal(7, await waiting);
    }

    [Fact]
    public async Task What_was_waited_for_fails_as_it_failed() => await Assert.ThrowsAsync<CommandException>(
        () => Patience.WaitAsync(new CliConsole(TextWriter.Null, TextWriter.Null, null, _ => null), () => "it", null, Task.FromException<int>(new CommandException("no"))));

    private sealed class SignallingWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => _first.Task;

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => _first.TrySetResult(value ?? "");
    }
}
