using System.Globalization;

namespace MxGateway.Typed.Cli;

/// <summary>Waits that may be long: they have an end, and say on stderr what they wait for.</summary>
internal static class Patience
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(2);

    /// <summary>Waits for a task, and says so from time to time. The task itself keeps the time limit.</summary>
    /// <param name="console">Where to say it.</param>
    /// <param name="what">What is waited for, such as "the first value of Pump_001.Speed".</param>
    /// <param name="limit">How long that may take; null for as long as it takes.</param>
    /// <param name="task">What is waited for.</param>
    public static async Task<T> WaitAsync<T>(CliConsole console, Func<string> what, TimeSpan? limit, Task<T> task)
    {
        using var stop = new CancellationTokenSource();
        Task telling = TellAsync(console, what, limit, stop.Token);
        try
        {
            return await task;
        }
        finally
        {
            await stop.CancelAsync();
            await telling;
        }
    }

    /// <summary>Seconds as a person writes them.</summary>
    public static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    // Soon, then less and less often: a long wait does not fill the screen.
    private static async Task TellAsync(CliConsole console, Func<string> what, TimeSpan? limit, CancellationToken cancellationToken)
    {
        TimeSpan waited = TimeSpan.Zero, pause = s_quiet;
        try
        {
            while (true)
            {
                await Task.Delay(pause, cancellationToken);
                waited += pause;
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, TimeSpan.TicksPerMinute));
                console.WriteNote($"waiting for {what()}: {Text(waited)}{(limit is { } end ? $" of {Text(end)}" : "; Ctrl+C ends it")}");
            }
        }
        catch (OperationCanceledException)
        {
            // It has come, or will not.
        }
    }
}
