using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Watching for deploys: on the simulator as they happen, on a scripted repository what it takes to miss one.</summary>
public sealed class DeployWatchTests
{
    private static readonly DateTimeOffset s_first = RepositoryPlant.DeployTime, s_second = s_first.AddDays(1), s_third = s_first.AddDays(2);

    [Fact]
    public async Task The_state_of_now_comes_at_once_and_then_each_deploy()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        await using IAsyncEnumerator<MxDeployEvent> deploys = plant.Client.WatchDeployEventsAsync().GetAsyncEnumerator();
        MxDeployEvent now = await NextAsync(deploys);
        Assert.Equal((1UL, s_first, RepositoryPlant.Objects.Count, 14, 0UL), (now.Sequence, now.DeployTime, now.ObjectCount, now.AttributeCount, now.Missed));

        await plant.DeployAsync(s_second);
        await plant.DeployAsync(s_third);
        MxDeployEvent second = await NextAsync(deploys), third = await NextAsync(deploys);
        Assert.Equal((2UL, s_second, 0UL), (second.Sequence, second.DeployTime, second.Missed));
        Assert.Equal((3UL, s_third, 0UL), (third.Sequence, third.DeployTime, third.Missed));
        Assert.True(third.ObservedAt >= second.ObservedAt);
    }

    [Fact]
    public async Task What_is_known_already_is_not_told()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        await using IAsyncEnumerator<MxDeployEvent> deploys = plant.Client.WatchDeployEventsAsync(s_first).GetAsyncEnumerator();
        ValueTask<bool> next = deploys.MoveNextAsync();
        await Retry.Until("the watch has begun", () => plant.Calls("WatchDeployEvents") == 1);
        await plant.DeployAsync(s_second);
        Assert.True(await next);
        Assert.Equal(s_second, deploys.Current.DeployTime);
    }

    [Fact]
    public async Task A_deploy_while_nobody_watched_comes_at_once()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        await plant.DeployAsync(s_second);
        await plant.DeployAsync(s_third);
        await using IAsyncEnumerator<MxDeployEvent> deploys = plant.Client.WatchDeployEventsAsync(s_first).GetAsyncEnumerator();
        MxDeployEvent now = await NextAsync(deploys);
        Assert.Equal((s_third, 0UL), (now.DeployTime, now.Missed)); // one event for both: the last is what counts
    }

    [Fact]
    public async Task A_caller_may_stop_watching()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<MxDeployEvent> deploys = plant.Client.WatchDeployEventsAsync(cancellationToken: stop.Token).GetAsyncEnumerator();
        await NextAsync(deploys);
        ValueTask<bool> next = deploys.MoveNextAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task A_gateway_that_goes_down_and_one_that_is_down_are_told()
    {
        await using RepositoryPlant plant = await RepositoryPlant.StartAsync();
        await using IAsyncEnumerator<MxDeployEvent> deploys = plant.Client.WatchDeployEventsAsync().GetAsyncEnumerator();
        await NextAsync(deploys);
        ValueTask<bool> next = deploys.MoveNextAsync();
        await plant.Simulator.KillAsync();
        Assert.Contains("watching deploys", (await Assert.ThrowsAsync<MxConnectionException>(async () => await next)).Message, StringComparison.Ordinal);

        await using IAsyncEnumerator<MxDeployEvent> again = plant.Client.WatchDeployEventsAsync(s_first).GetAsyncEnumerator();
        Assert.Contains("nothing listens", (await Assert.ThrowsAsync<MxConnectionException>(async () => await again.MoveNextAsync())).Message, StringComparison.Ordinal);

        await plant.Simulator.RestartAsync();
        await using IAsyncEnumerator<MxDeployEvent> back = plant.Client.WatchDeployEventsAsync().GetAsyncEnumerator();
        Assert.Equal((1UL, s_first), ((await NextAsync(back)).Sequence, back.Current.DeployTime));
    }

    [Fact]
    public async Task A_watch_that_the_gateway_ends_is_not_over_silently()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        await using IAsyncEnumerator<MxDeployEvent> deploys = repository.Client.WatchDeployEventsAsync().GetAsyncEnumerator();
        repository.Deploy(Event(1, s_first));
        await NextAsync(deploys);
        repository.EndWatch();
        Assert.Contains("ended the watch", (await Assert.ThrowsAsync<MxConnectionException>(async () => await deploys.MoveNextAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dropped_events_are_counted_and_a_count_that_begins_anew_is_no_gap()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        await using IAsyncEnumerator<MxDeployEvent> deploys = repository.Client.WatchDeployEventsAsync().GetAsyncEnumerator();
        foreach (ulong sequence in new ulong[] { 5, 6, 10, 1, ulong.MaxValue, 2 })
            repository.Deploy(Event(sequence, s_first.AddMinutes(sequence % 100)));
        var missed = new List<ulong>();
        for (int i = 0; i < 6; i++)
            missed.Add((await NextAsync(deploys)).Missed);
        Assert.Equal([0, 0, 3, 0, ulong.MaxValue - 2, 0], missed);
    }

    [Fact]
    public async Task One_deploy_that_is_told_twice_is_given_once()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        await using IAsyncEnumerator<MxDeployEvent> deploys = repository.Client.WatchDeployEventsAsync().GetAsyncEnumerator();
        repository.Deploy(Event(2, s_second));
        repository.Deploy(Event(2, s_second));
        repository.Deploy(Event(3, s_third));
        Assert.Equal(s_second, (await NextAsync(deploys)).DeployTime);
        Assert.Equal((s_third, 0UL), ((await NextAsync(deploys)).DeployTime, deploys.Current.Missed));
    }

    [Fact]
    public async Task A_gateway_with_a_finer_clock_does_not_tell_what_is_known()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        await using IAsyncEnumerator<MxDeployEvent> deploys = repository.Client.WatchDeployEventsAsync(s_second).GetAsyncEnumerator();
        DeployEvent opening = Event(2, s_second);
        opening.TimeOfLastDeploy.Nanos += 42;
        repository.Deploy(opening);
        repository.Deploy(Event(4, s_third));
        Assert.Equal((s_third, 1UL), ((await NextAsync(deploys)).DeployTime, deploys.Current.Missed));
        Assert.Equal(s_second.ToTimestamp(), Assert.Single(repository.Watches).LastSeenDeployTime);
    }

    [Fact]
    public async Task A_deploy_without_a_time_or_with_one_that_is_none_has_none()
    {
        await using ScriptedRepository repository = await ScriptedRepository.StartAsync();
        await using IAsyncEnumerator<MxDeployEvent> deploys = repository.Client.WatchDeployEventsAsync().GetAsyncEnumerator();
        repository.Deploy(new DeployEvent { Sequence = 1 });
        repository.Deploy(new DeployEvent { Sequence = 2, TimeOfLastDeployPresent = true, TimeOfLastDeploy = new Timestamp { Seconds = long.MaxValue } });
        Assert.Null((await NextAsync(deploys)).DeployTime);
        Assert.Null((await NextAsync(deploys)).DeployTime);
    }

    private static DeployEvent Event(ulong sequence, DateTimeOffset time) =>
        new() { Sequence = sequence, ObservedAt = time.ToTimestamp(), TimeOfLastDeployPresent = true, TimeOfLastDeploy = time.ToTimestamp() };

    private static async Task<MxDeployEvent> NextAsync(IAsyncEnumerator<MxDeployEvent> deploys)
    {
        Assert.True(await deploys.MoveNextAsync());
        return deploys.Current;
    }
}
