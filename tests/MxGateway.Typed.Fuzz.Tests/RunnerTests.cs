namespace MxGateway.Typed.Fuzz.Tests;

/// <summary>The fuzz itself: it must notice.</summary>
public class RunnerTests
{
    [Fact]
    public async Task An_input_that_fails_is_found_with_its_seed_and_reads_back_as_it_was()
    {
        await using var target = new Numbers(number => number > 200 ? throw new InvalidOperationException("too large") : Task.CompletedTask);
        IReadOnlyList<FuzzFinding> findings = await FuzzRunner.RunAsync(target, seed: 5, count: 100);
        Assert.InRange(findings.Count, 1, 100);
        Assert.All(findings, finding =>
        {
            Assert.InRange(finding.Seed, 5, 104);
            Assert.IsType<InvalidOperationException>(finding.Exception);
            Assert.Equal(finding.Input.ToString(), FuzzInput.Parse($"# why\n{finding.Input}").ToString());
        });

        FuzzFinding first = findings[0];
        IReadOnlyList<FuzzFinding> again = await FuzzRunner.RunAsync(target, first.Seed, count: 1);
        Assert.Equal(first.Input.ToString(), Assert.Single(again).Input.ToString());
    }

    [Fact]
    public async Task What_is_kept_alive_without_end_is_noticed()
    {
        var kept = new List<byte[]>();
        await using var target = new Numbers(_ =>
        {
            lock (kept)
                kept.Add(new byte[1024 * 1024]);
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<FuzzException>(() => FuzzRunner.RunAsync(target, seed: 1, count: 300));
        Assert.Equal(300, kept.Count);
    }

    [Fact]
    public async Task An_exception_that_nobody_looked_at_is_noticed()
    {
        await using var target = new Numbers(number =>
        {
            _ = Task.FromException(new InvalidOperationException($"unseen {number}"));
            return Task.CompletedTask;
        });
        FuzzException e = await Assert.ThrowsAsync<FuzzException>(() => FuzzRunner.RunAsync(target, seed: 1, count: 100));
        Assert.Contains("nobody looked at", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Takes a number, and has its fault.</summary>
    private sealed class Numbers(Func<int, Task> take) : FuzzTarget("numbers")
    {
        public override Task PlayAsync(FuzzInput input) => take(input.First("number")!.Data[0]);

        protected override IEnumerable<FuzzStep> Steps(Random random) => [new FuzzStep("number", "", [(byte)random.Next(256)])];
    }
}
