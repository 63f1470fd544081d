using System.Collections.Concurrent;
using System.ComponentModel;
using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>INotifyPropertyChanged, as a window's binding uses it.</summary>
public sealed class PropertyChangedTests
{
    [Fact]
    public async Task A_handler_advises_and_is_told_of_value_and_latest_on_its_own_context()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var window = new Window();
        var told = new ConcurrentQueue<(object? Sender, string? Name, bool IsOnWindow)>();
        PropertyChangedEventHandler handler = (sender, e) => told.Enqueue((sender, e.PropertyName, SynchronizationContext.Current == window));
        window.Run(() => plant.Pump.Count.PropertyChanged += handler);
        await window.CallPostedAsync();
        Assert.Equal([(plant.Pump.Count, "Latest", true), (plant.Pump.Count, "Value", true)], told);
        Assert.NotNull(plant.Pump.Count.Value);
        Assert.Equal(1, plant.Simulator.Counts.AdvisedItems);

        plant.Pump.Count.PropertyChanged -= handler;
        await plant.NothingIsAdvised();
        Assert.Null(plant.Pump.Count.Value);
    }

    [Fact]
    public async Task One_call_is_pending_at_a_time()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxAttribute<int> count = plant.Pump.Count;
        var window = new Window();
        var seen = new List<int?>();
        window.Run(() => count.PropertyChanged += (_, e) =>
        {
            if (e.PropertyName == "Value")
                seen.Add(count.Value);
        });
        await window.CallPostedAsync();
        for (int i = 1; i <= 20; i++)
            await count.WriteAsync(i);
        await Retry.Until("all have come", () => count.Value == 20);
        Assert.Equal(1, window.Posted);
        await window.CallPostedAsync();
        Assert.Equal(20, seen[^1]);
        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public async Task A_handler_that_comes_later_is_told_of_the_sample_that_is_there()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var (first, later) = (new Window(), new Window());
        first.Run(() => plant.Pump.Count.PropertyChanged += (_, _) => { });
        await first.CallPostedAsync();
        int? seen = null;
        later.Run(() => plant.Pump.Count.PropertyChanged += (_, _) => seen = plant.Pump.Count.Value);
        await later.CallPostedAsync();
        Assert.NotNull(seen);
        Assert.Equal(0, first.Posted);
    }

    [Fact]
    public async Task Handlers_of_several_contexts_share_one_advise_and_each_is_called_on_its_own()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var (one, two) = (new Window(), new Window());
        var contexts = new ConcurrentDictionary<string, SynchronizationContext?>();
        using var onPool = new ManualResetEventSlim();
        one.Run(() => plant.Pump.Speed.PropertyChanged += (_, _) => contexts["one"] = SynchronizationContext.Current);
        two.Run(() => plant.Pump.Speed.PropertyChanged += (_, _) => contexts["two"] = SynchronizationContext.Current);
        plant.Pump.Speed.PropertyChanged += (_, _) =>
        {
            contexts["pool"] = SynchronizationContext.Current;
            onPool.Set();
        };
        await one.CallPostedAsync();
        await two.CallPostedAsync();
        Assert.True(onPool.Wait(Retry.Patience));
        Assert.Equal((one, two, null), (contexts["one"], contexts["two"], contexts["pool"]));
        Assert.Equal(1, plant.Simulator.Calls.ToList().Where(call => call.Command == MxCommandKind.SubscribeBulk).Sum(call => call.Items.Count));
    }

    [Fact]
    public async Task A_handler_that_was_removed_is_not_called_for_what_was_posted_before()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var window = new Window();
        int calls = 0;
        PropertyChangedEventHandler handler = (_, _) => calls++;
        window.Run(() => plant.Pump.Speed.PropertyChanged += handler);
        await window.PostedAsync();
        plant.Pump.Speed.PropertyChanged -= handler;
        await window.CallPostedAsync();
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task A_handler_that_throws_is_called_no_more_and_harms_nobody()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var (bad, good) = (new Window(), new Window());
        int calls = 0;
        bad.Run(() => plant.Pump.Count.PropertyChanged += (_, _) => throw new InvalidOperationException($"{++calls}"));
        good.Run(() => plant.Pump.Count.PropertyChanged += (_, _) => { });
        await bad.CallPostedAsync();
        await good.CallPostedAsync();
        await plant.Pump.Count.WriteAsync(3);
        await good.CallPostedAsync();
        Assert.Equal((1, 0), (calls, bad.Posted));
    }

    [Fact]
    public async Task A_context_that_is_gone_ends_nothing_else()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var window = new Window { IsClosed = true };
        window.Run(() => plant.Pump.Count.PropertyChanged += (_, _) => { });
        await plant.Pump.Count.WriteAsync(3);
        await plant.Pump.Count.WriteAsync(4);
        Assert.Equal(4, (await plant.Pump.Count.ReadAsync()).Value);
    }

    [Fact]
    public async Task The_end_of_the_plant_is_the_end_of_its_handlers()
    {
        SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxAttribute<int> count = plant.Pump.Count;
        count.PropertyChanged += (_, _) => { };
        await plant.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => count.PropertyChanged += (_, _) => { });
    }

    [Fact]
    public async Task What_differs_is_told_when_a_handler_is_added()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Assert.Throws<MxGalaxyException>(() => plant.Plant.Find("Pump_002").Cast<Pump>().Single().Differing.PropertyChanged += (_, _) => { });
    }

    /// <summary>A window's thread: what is posted waits until the test calls it.</summary>
    private sealed class Window : SynchronizationContext
    {
        private readonly Channel<(SendOrPostCallback Callback, object? State)> _posted = Channel.CreateUnbounded<(SendOrPostCallback, object?)>();

        public bool IsClosed { get; init; }

        public int Posted => _posted.Reader.Count;

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (IsClosed)
                throw new ObjectDisposedException(nameof(Window));
            _posted.Writer.TryWrite((d, state));
        }

        public void Run(Action action)
        {
            SynchronizationContext? before = Current;
            SetSynchronizationContext(this);
            action();
            SetSynchronizationContext(before);
        }

        public async Task PostedAsync() => await _posted.Reader.WaitToReadAsync().AsTask().WaitAsync(Retry.Patience);

        public async Task CallPostedAsync()
        {
            (SendOrPostCallback callback, object? state) = await _posted.Reader.ReadAsync().AsTask().WaitAsync(Retry.Patience);
            Run(() => callback(state));
        }
    }
}
