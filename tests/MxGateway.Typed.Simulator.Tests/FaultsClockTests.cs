using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

public class FaultsClockTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_lease_that_ends_on_the_way_has_ended_when_the_clock_was_moved()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        gateway.Simulator.Faults.AdvanceClock(TimeSpan.FromSeconds(1_700));
        Assert.Equal(1, gateway.Simulator.Counts.Sessions);
        gateway.Simulator.Faults.AdvanceClock(TimeSpan.FromSeconds(100));
        Assert.Equal(0, gateway.Simulator.Counts.Sessions);
        Assert.Equal(GrpcStatusCode.NotFound, (await TestGateway.StatusOf(session.RegisterAsync)).Code);
    }

    [Fact]
    public async Task Values_are_stamped_with_the_time_that_the_clock_was_moved_to()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        gateway.Simulator.Faults.AdvanceClock(TimeSpan.FromDays(365));
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        await using TestEvents events = await session.StreamAsync();
        await session.SubscribeAsync(server, TestPlant.Level);
        MxEvent first = await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.InRange(first.WorkerTimestamp.ToDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromDays(364), TimeSpan.FromDays(366));
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_and_each_once_though_much_time_passes()
    {
        var clock = new SimulatorClock(new FakeTimeProvider());
        var fired = new List<string>();
        using ITimer late = clock.CreateTimer(_ => fired.Add("late"), null, TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan);
        using ITimer periodic = clock.CreateTimer(_ => fired.Add("periodic"), null, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3));
        using ITimer soon = clock.CreateTimer(_ => fired.Add("soon"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using ITimer never = clock.CreateTimer(_ => fired.Add("never"), null, TimeSpan.FromHours(2), Timeout.InfiniteTimeSpan);

        Assert.True(clock.Advance(TimeSpan.FromHours(1)));
        Assert.Equal(["soon", "periodic", "late"], fired);
        Assert.True(clock.Advance(TimeSpan.FromSeconds(3)));
        Assert.Equal(["soon", "periodic", "late", "periodic"], fired);
    }

    [Fact]
    public void It_runs_like_the_other_clock_and_its_timers_come_earlier_there_after_a_move()
    {
        var other = new FakeTimeProvider();
        var clock = new SimulatorClock(other);
        DateTimeOffset start = other.GetUtcNow();
        long stamp = clock.GetTimestamp();
        int fired = 0;
        using ITimer timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(10));

        other.Advance(TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((0, start.AddSeconds(90), TimeSpan.FromSeconds(90)), (fired, clock.GetUtcNow(), clock.GetElapsedTime(stamp)));
        other.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, fired);
        other.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, fired);
        other.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(4, fired);

        Assert.True(timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan));
        timer.Dispose();
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(4, fired);
        Assert.False(timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task On_the_systems_clock_timers_fire_by_themselves_and_after_a_move()
    {
        var clock = new SimulatorClock(TimeProvider.System);
        var soon = new TaskCompletionSource();
        var moved = new TaskCompletionSource();
        await using ITimer first = clock.CreateTimer(_ => soon.SetResult(), null, TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan);
        await using ITimer second = clock.CreateTimer(_ => moved.SetResult(), null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
        await soon.Task.WaitAsync(s_patience);
        Assert.True(clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1)));
        await moved.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task It_does_not_go_back_or_to_the_end_of_the_calendar()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        SimulatorFaults faults = gateway.Simulator.Faults;
        Assert.Throws<ArgumentOutOfRangeException>(() => faults.AdvanceClock(TimeSpan.Zero));
        faults.AdvanceClock(TimeSpan.FromDays(36_000));
        Assert.Throws<SimulatorFaultException>(() => faults.AdvanceClock(TimeSpan.FromDays(36_000)));
        Assert.Throws<SimulatorFaultException>(() => faults.AdvanceClock(TimeSpan.MaxValue));
    }
}
