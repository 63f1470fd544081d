using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

public sealed class AdvisingTests
{
    [Fact]
    public async Task The_current_value_comes_first_and_then_every_change()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Count.WriteAsync(1);
        await using IAsyncEnumerator<MxSample<int>> samples = plant.Pump.Count.AdviseAsync().GetAsyncEnumerator();
        Assert.True(await samples.MoveNextAsync());
        Assert.Equal(1, samples.Current.Value);
        for (int i = 2; i < 20; i++)
        {
            await plant.Pump.Count.WriteAsync(i);
            Assert.True(await samples.MoveNextAsync());
            Assert.Equal(i, samples.Current.Value);
            Assert.Equal(i, plant.Pump.Count.Value);
        }
    }

    [Fact]
    public async Task The_end_of_the_last_enumeration_un_advises_and_what_was_known_is_forgotten()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Assert.Null(plant.Pump.Speed.Value);
        Assert.Equal(MxQuality.BadWaitingForInitialData, plant.Pump.Speed.Latest.Quality);
        await foreach (MxSample<float> sample in plant.Pump.Speed.AdviseAsync())
        {
            Assert.Equal(sample.Value, plant.Pump.Speed.Value);
            break;
        }

        await plant.NothingIsAdvised();
        await Retry.Until("the value is forgotten", () => plant.Pump.Speed.Value is null);
        Assert.True(plant.Pump.Speed.Latest.IsFromSession);
    }

    [Fact]
    public async Task Cancelling_ends_the_enumeration_and_un_advises()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (MxSample<float> _ in plant.Pump.Speed.AdviseAsync(stop.Token))
                await stop.CancelAsync();
        });
        await plant.NothingIsAdvised();
    }

    [Fact]
    public async Task Many_subscriptions_share_one_item_and_the_last_one_out_lets_it_go()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var observers = Enumerable.Range(0, 100).Select(_ => new Observer<MxSample<float>>()).ToArray();
        IDisposable[] subscriptions = [.. observers.Select(observer => plant.Pump.Speed.Subscribe(observer))];
        foreach (Observer<MxSample<float>> observer in observers)
            Assert.True((await observer.NextAsync()).IsGood);
        Assert.Equal(1, plant.Count(MxCommandKind.SubscribeBulk));
        Assert.Equal(1, plant.Simulator.Counts.AdvisedItems);

        foreach (IDisposable subscription in subscriptions[1..])
            subscription.Dispose();
        await plant.Pump.Speed.WriteAsync(7);
        Assert.Equal(7, (await observers[0].NextAsync()).Value);
        Assert.Equal(0, plant.Count(MxCommandKind.UnsubscribeBulk));

        subscriptions[0].Dispose();
        subscriptions[0].Dispose();
        await plant.NothingIsAdvised();
        await plant.OnRecord(MxCommandKind.UnsubscribeBulk, 1);
    }

    [Fact]
    public async Task A_late_subscriber_is_given_the_last_value_at_once()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var first = new Observer<MxSample<float>>();
        using IDisposable one = plant.Pump.Speed.Subscribe(first);
        MxSample<float> sample = await first.NextAsync();
        Assert.Equal(sample, await plant.Pump.Speed.AdviseAsync().FirstAsync());
    }

    [Fact]
    public async Task Tags_that_are_asked_for_while_the_gateway_is_busy_travel_together()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var (arrived, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Answer = async command =>
        {
            if (command.SubscribeBulk?.TagAddresses.Contains("Pump_001.Count") == true)
            {
                arrived.SetResult();
                await held.Task;
            }

            return null;
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Pump pump = plant.Pump_001;
        using IDisposable first = pump.Count.Subscribe(new Observer<MxSample<int>>());
        await arrived.Task;
        using IDisposable second = pump.Speed.Subscribe(new Observer<MxSample<float>>());
        using IDisposable third = pump.PV.Subscribe(new Observer<MxSample<float>>());
        using IDisposable fourth = pump.PV.HiHi.Limit.Subscribe(new Observer<MxSample<float>>());
        held.SetResult();
        await Retry.Until("all are asked for", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) == 2);
        Assert.Equal(["Pump_001.PV", "Pump_001.PV.HiHi.Limit", "Pump_001.Speed"], gateway.Commands.Last().SubscribeBulk.TagAddresses.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_wrong_reference_is_a_bad_sample_and_ends_nothing()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxSample<float> sample = await plant.Pump.Missing.AdviseAsync().FirstAsync();
        Assert.Equal(MxQuality.BadConfigurationError, sample.Quality);
        Assert.Equal(MxStatusCategory.ConfigurationError, sample.Status.Category);
    }

    [Fact]
    public async Task Observers_are_told_of_the_end_and_never_of_an_error()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var observer = new Observer<MxSample<float>>();
        plant.Pump.Speed.Subscribe(observer);
        await observer.NextAsync();
        await plant.Plant.DisposeAsync();
        await observer.Completed;
    }

    [Fact]
    public async Task A_callback_is_given_the_samples()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var first = new TaskCompletionSource<MxSample<float>>();
        using (plant.Pump.Speed.Subscribe(sample => first.TrySetResult(sample)))
            Assert.True((await first.Task).IsGood);
        await plant.NothingIsAdvised();
    }

    [Fact]
    public async Task A_disposed_subscription_is_told_nothing_more()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var observer = new Observer<MxSample<float>>();
        IDisposable subscription = plant.Pump.Speed.Subscribe(observer);
        await observer.NextAsync();
        subscription.Dispose();
        await plant.Plant.DisposeAsync();
        Assert.False(observer.Completed.IsCompleted);
    }

    [Fact]
    public async Task An_observer_that_throws_ends_its_own_subscription_only()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var good = new Observer<MxSample<float>>();
        using IDisposable one = plant.Pump.Speed.Subscribe(good);
        await good.NextAsync();
        using IDisposable two = plant.Pump.Speed.Subscribe(new Observer<MxSample<float>>(_ => throw new InvalidOperationException("mine")));
        await plant.Pump.Speed.WriteAsync(9);
        Assert.Equal(9, (await good.NextAsync()).Value);
    }

    [Fact]
    public async Task A_slow_observer_gets_the_newest_and_holds_up_nobody()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var held = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        var seen = Channel.CreateUnbounded<int>();
        using IDisposable slow = plant.Pump.Count.Subscribe(new Observer<MxSample<int>>(sample =>
        {
            seen.Writer.TryWrite(sample.Value);
            entered.TrySetResult();
            held.Task.Wait();
        }));
        await entered.Task;
        await using IAsyncEnumerator<MxSample<int>> quick = plant.Pump.Count.AdviseAsync().GetAsyncEnumerator();
        await quick.MoveNextAsync();
        for (int i = 100; i < 120; i++)
        {
            await plant.Pump.Count.WriteAsync(i);
            await quick.MoveNextAsync();
            Assert.Equal(i, quick.Current.Value);
        }

        held.SetResult();
        int first = await seen.Reader.ReadAsync();
        Assert.NotEqual(119, first);
        Assert.Equal(119, await seen.Reader.ReadAsync());
    }

    [Fact]
    public async Task Disposal_releases_in_MXAccess_order_also_when_the_application_throws()
    {
        (var simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            {
                await using TestPlant plant = await TestPlant.ConnectAsync(options);
                await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
                plant.Pump_001.Count.Subscribe(new Observer<MxSample<int>>());
                await samples.MoveNextAsync();
                throw new InvalidOperationException("the application fails");
            });
            string[] calls = [.. simulator.Calls.ToList().Select(call => call.ToString())];
            Assert.Equal(["Unregister", "CloseSession"], calls[^2..]);
            Assert.Equal(
                ["Pump_001.Count", "Pump_001.Speed"],
                simulator.Calls.ToList().Where(call => call.Command == MxCommandKind.UnsubscribeBulk).SelectMany(call => call.Items).Order());
            Assert.Equal(0, simulator.Counts.Sessions);
        }
    }
}
