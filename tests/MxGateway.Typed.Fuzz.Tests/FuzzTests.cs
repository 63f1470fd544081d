// Live memory and exceptions that nobody looked at are judged for the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace MxGateway.Typed.Fuzz.Tests;

/// <summary>The short run: the same inputs each time. What fails is kept as a file, and from then on replayed.</summary>
public class FuzzTests
{
    private const int Seed = 1;

    public static TheoryData<string> Targets => [.. FuzzTargets.Shares.Keys];

    public static TheoryData<string> Kept => [.. FuzzCorpus.Kept.Files.Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task No_input_crashes_hangs_or_fills_what_takes_it(string name)
    {
        await using FuzzTarget target = await FuzzTargets.StartAsync(name);
        IReadOnlyList<FuzzFinding> findings = await FuzzRunner.RunAsync(target, Seed, FuzzTargets.Shares[name]);
        Assert.True(findings.Count == 0, string.Join("\n", findings.Select(finding => $"seed {finding.Seed}, kept in {FuzzCorpus.Kept.Add(finding)}: {finding.Exception}")));
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task An_input_that_once_failed_does_not_fail_again(string file)
    {
        FuzzInput input = FuzzCorpus.Kept.Read(file);
        await using FuzzTarget target = await FuzzTargets.StartAsync(input.Target);
        Assert.Null(await FuzzRunner.PlayAsync(target, input));
        await target.CheckAsync();
    }

    [Fact]
    public void The_short_run_has_100_000_inputs() => Assert.True(FuzzTargets.Shares.Values.Sum() >= 100_000);
}
