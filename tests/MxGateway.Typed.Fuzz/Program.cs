using System.Diagnostics;
using System.Globalization;
using MxGateway.Typed.Fuzz;

// The long run: one target after the other, round after round, until the time is up or somebody presses Ctrl+C. With --target and --inputs, the inputs of certain seeds alone.
Dictionary<string, string> options = [];
for (int i = 0; i < args.Length; i += 2)
{
    if (args[i] is not ("--minutes" or "--seed" or "--target" or "--inputs") || i + 1 == args.Length)
    {
        Console.Error.WriteLine($"usage: [--minutes 60] [--seed N] [--target NAME] [--inputs N]\ntargets: {string.Join(", ", FuzzTargets.Shares.Keys)}");
        return 2;
    }

    options[args[i]] = args[i + 1];
}

double minutes = double.Parse(options.GetValueOrDefault("--minutes", "60"), CultureInfo.InvariantCulture);
int seed = options.TryGetValue("--seed", out string? given) ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next(int.MaxValue / 2);
int? inputs = options.TryGetValue("--inputs", out string? wanted) ? int.Parse(wanted, CultureInfo.InvariantCulture) : null;
string[] targets = options.TryGetValue("--target", out string? only) ? [only] : [.. FuzzTargets.Shares.Keys];

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var watch = Stopwatch.StartNew();
long played = 0;
int failed = 0;
for (bool isFirst = true; !stop.IsCancellationRequested && (isFirst || inputs is null); isFirst = false)
{
    foreach (string name in targets.TakeWhile(_ => !stop.IsCancellationRequested))
    {
        int count = inputs ?? FuzzTargets.Shares[name];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed:hh\\:mm\\:ss} {name}: {count} inputs from seed {seed} on; {played} played, {failed} failed so far"));
        await using FuzzTarget target = await FuzzTargets.StartAsync(name);
        foreach (FuzzFinding finding in await FuzzRunner.RunAsync(target, seed, count, stop.Token))
        {
            failed++;
            Console.WriteLine($"{name}: the input of seed {finding.Seed} failed and is kept in {FuzzCorpus.Kept.Add(finding)}\n{finding.Exception}");
        }

        played += count;
    }

    seed = unchecked(seed + FuzzTargets.Shares.Values.Max());
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed:hh\\:mm\\:ss} done: {played} inputs played, {failed} failed"));
return failed == 0 ? 0 : 1;
