using System.Diagnostics;

namespace MxGateway.Typed.TestSupport;

/// <summary>Waits for what happens on another thread and gives no signal.</summary>
public static class Retry
{
    /// <summary>How long a test waits for what must come: a test that fails says which it is, one that hangs does not.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <param name="reason">What is waited for; the message when it does not come.</param>
    /// <param name="condition">The condition; looked at again and again.</param>
    public static async Task Until(string reason, Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"waited {Patience.TotalSeconds:0} s in vain: {reason}");
            await pause.WaitForNextTickAsync();
        }
    }
}
