using System.Collections.Concurrent;

namespace MxGateway.Typed.Fuzz;

/// <summary>An input that failed.</summary>
/// <param name="Seed">The seed that makes it.</param>
/// <param name="Input">The input.</param>
/// <param name="Exception">What went wrong.</param>
internal sealed record FuzzFinding(int Seed, FuzzInput Input, Exception Exception);

/// <summary>Plays many inputs against a target, and holds it to what no input may do: crash, hang, or grow without end.</summary>
internal static class FuzzRunner
{
    /// <summary>How much more live memory there may be at any time than at the start.</summary>
    public const long MaxGrowth = 256L * 1024 * 1024;

    // What the machine needs when others use it too; an input takes a millisecond.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private const int CheckEvery = 5_000, MaxFindings = 20;

    /// <summary>Plays the inputs of the seeds from <paramref name="seed"/> on.</summary>
    /// <param name="target">The target.</param>
    /// <param name="seed">The first input's seed.</param>
    /// <param name="count">How many inputs.</param>
    /// <param name="cancellationToken">Ends the run after the inputs that are under way.</param>
    /// <returns>What failed, an input that hangs included. The run ends with the 5,000 inputs among which something failed, or after 20 failures.</returns>
    public static async Task<IReadOnlyList<FuzzFinding>> RunAsync(FuzzTarget target, int seed, int count, CancellationToken cancellationToken = default)
    {
        var findings = new ConcurrentQueue<FuzzFinding>();
        using var unobserved = new UnobservedExceptions();
        long start = GC.GetTotalMemory(forceFullCollection: true);
        for (int done = 0; done < count && !cancellationToken.IsCancellationRequested; done += CheckEvery)
        {
            int next = seed + done, end = seed + Math.Min(done + CheckEvery, count);
            await Task.WhenAll(Enumerable.Range(0, target.Parallelism).Select(_ => Task.Run(PlaySomeAsync, CancellationToken.None)));

            // What is wrong with all of them may well come from one that is known by now.
            if (!findings.IsEmpty)
                break;
            await Watched(target.CheckAsync, $"{target.Name} after the inputs of the seeds {seed + done} to {end - 1}");

            long grown = GC.GetTotalMemory(forceFullCollection: true) - start;
            if (grown > MaxGrowth)
                throw new FuzzException($"{target.Name}: {grown / 1024 / 1024} MiB more are alive after the inputs of the seeds {seed} to {end - 1}");
            unobserved.ThrowIfAny($"{target.Name}, the inputs of the seeds {seed + done} to {end - 1}");

            async Task PlaySomeAsync()
            {
                for (int mine = Interlocked.Increment(ref next) - 1; mine < end && findings.Count < MaxFindings; mine = Interlocked.Increment(ref next) - 1)
                {
                    FuzzInput input = target.Generate(RandomOf(mine));
                    if (await PlayAsync(target, input) is { } failure)
                        findings.Enqueue(new FuzzFinding(mine, input, failure));
                }
            }
        }

        return [.. findings];
    }

    /// <summary>Plays one input. Null where all went as it must.</summary>
    public static async Task<Exception?> PlayAsync(FuzzTarget target, FuzzInput input)
    {
        try
        {
            await Watched(() => target.PlayAsync(input), $"{target.Name}: the input");
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>The numbers that an input of a seed is made of. Neighbouring seeds must not give similar ones, as <see cref="Random"/>'s own would.</summary>
    private static Random RandomOf(int seed)
    {
        uint mixed = (uint)seed * 0x9E3779B1;
        mixed = (mixed ^ (mixed >> 15)) * 0x85EBCA77;
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE3D;
        return new Random((int)(mixed ^ (mixed >> 16)));
    }

    /// <summary>On a thread of its own, so that also what never comes back is noticed.</summary>
    private static async Task Watched(Func<Task> action, string what)
    {
        try
        {
            await Task.Run(action).WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            throw new FuzzException($"{what} hangs: nothing within {s_patience.TotalSeconds:0} s");
        }
    }

    /// <summary>Collects what tasks threw and nobody looked at.</summary>
    private sealed class UnobservedExceptions : IDisposable
    {
        private readonly ConcurrentQueue<Exception> _all = new();

        public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += Note;

        public void ThrowIfAny(string where)
        {
            GC.WaitForPendingFinalizers();
            if (_all.TryPeek(out Exception? first))
                throw new FuzzException($"{where}: {_all.Count} exceptions of tasks that nobody looked at", first);
        }

        public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

        private void Note(object? sender, UnobservedTaskExceptionEventArgs e) => _all.Enqueue(e.Exception);
    }
}
