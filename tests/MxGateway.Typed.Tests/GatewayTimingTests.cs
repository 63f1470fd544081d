using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>What comes late, early, twice or not at all.</summary>
public sealed class GatewayTimingTests
{
    [Fact]
    public async Task A_first_value_that_comes_before_the_handle_is_kept()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Pump pump = plant.Pump_001;
        using IDisposable known = pump.Count.Subscribe(_ => { });
        await SubscribedAsync(gateway);
        gateway.Send(IntegerChange(1, 101, 1));
        await Retry.Until("the first tag has a value", () => pump.Count.Value == 1);

        // The reply is held back until an event that was sent after the early one has arrived: so the early one has, too.
        gateway.Answer = async command =>
        {
            if (command.Kind == MxCommandKind.SubscribeBulk)
            {
                gateway.Send(ScriptedGateway.Change(2, 102, 1.5f));
                gateway.Send(IntegerChange(3, 101, 2));
                await Retry.Until("the later event has arrived", () => pump.Count.Value == 2);
            }

            return null;
        };
        Assert.Equal(1.5f, (await pump.Speed.AdviseAsync().FirstAsync()).Value);
    }

    [Fact]
    public async Task A_stream_may_begin_at_sequence_0()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task<MxSample<float>> first = plant.Pump_001.Speed.AdviseAsync().FirstAsync();
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(0, 101, 1.5f));
        Assert.Equal(1.5f, (await first).Value);
    }

    [Fact]
    public async Task A_tag_that_could_not_be_advised_is_asked_for_again()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        bool isBusy = true;
        gateway.Answer = command => Task.FromResult(isBusy && command.Kind == MxCommandKind.SubscribeBulk
            ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Timeout, Message = "the worker is busy" } }
            : null);

        // Time goes on until the tag is asked for again: however long that takes here, the answer must not be too late by then.
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time, CommandTimeout = TimeSpan.FromDays(1) });
        await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        await samples.MoveNextAsync();
        Assert.True(samples.Current.Quality.IsBad);
        Assert.Contains("the worker is busy", samples.Current.Status.Text);

        isBusy = false;
        await Retry.Until("the tag waits to be asked for again", () =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) >= 2;
        });
        gateway.Send(ScriptedGateway.Change(1, 101, 3));
        await samples.MoveNextAsync();
        Assert.Equal(3, samples.Current.Value);
    }

    [Fact]
    public async Task An_event_that_comes_twice_is_delivered_once()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        ValueTask<bool> first = samples.MoveNextAsync();
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 1));
        await first;
        gateway.Send(ScriptedGateway.Change(1, 101, 99));
        gateway.Send(ScriptedGateway.Change(2, 101, 2));
        await samples.MoveNextAsync();
        Assert.Equal(2, samples.Current.Value);
    }

    [Fact]
    public async Task A_gap_in_the_sequence_makes_all_values_be_read_anew()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind != MxCommandKind.ReadBulk
            ? null
            : new MxCommandReply
            {
                Kind = command.Kind,
                ReadBulk = new() { Results = { command.ReadBulk.TagAddresses.Select(tag => new BulkReadResult { TagAddress = tag, WasSuccessful = true, WasCached = true, Quality = 192, Value = new() { FloatValue = 77 } }) } },
            });
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        ValueTask<bool> first = samples.MoveNextAsync();
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 1));
        await first;

        // 2 is missing; 3 is of an item that is not ours.
        gateway.Send(ScriptedGateway.Change(3, 999, 3));
        await samples.MoveNextAsync();
        Assert.Equal(77, samples.Current.Value);
    }

    private static Task SubscribedAsync(ScriptedGateway gateway, int count = 1) =>
        Retry.Until("the tag is advised", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) >= count);

    private static MxEvent IntegerChange(ulong sequence, int handle, int value) =>
        new() { WorkerSequence = sequence, Family = MxEventFamily.OnDataChange, ItemHandle = handle, Quality = 192, Value = new() { Int32Value = value }, OnDataChange = new() };
}
