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
        gateway.Answer = async command =>
        {
            if (command.Kind != MxCommandKind.SubscribeBulk)
                return null;
            gateway.Send(ScriptedGateway.Change(1, 101, 1.5f));
            gateway.Send(ScriptedGateway.Change(2, 101, 2.5f));
            await Task.Yield();
            return null;
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        do
            Assert.True(await samples.MoveNextAsync());
        while (samples.Current.Value != 2.5f);
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

    [Fact]
    public async Task A_write_that_is_never_completed_is_unknown_and_its_late_completion_confirms_no_other()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        var writes = System.Threading.Channels.Channel.CreateUnbounded<int>();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
                writes.Writer.TryWrite(command.Write.ItemHandle);
            return Task.FromResult<MxCommandReply?>(null);
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });

        Task first = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        Assert.Equal(101, await writes.Reader.ReadAsync());
        time.Advance(TimeSpan.FromSeconds(11));
        MxWriteUnknownException unknown = await Assert.ThrowsAsync<MxWriteUnknownException>(() => first);
        Assert.Contains("Pump_001.Speed", unknown.Message);

        // The next write goes to a fresh item; the first one's completion comes only now.
        Task second = plant.Pump_001.Speed.WriteAsync(2);
        await SubscribedAsync(gateway, 2);
        gateway.Send(ScriptedGateway.Change(2, 102, 0));
        Assert.Equal(102, await writes.Reader.ReadAsync());
        gateway.Send(ScriptedGateway.Complete(3, 101));
        await Retry.Until("the first item is released after its completion", () => Unsubscribed(gateway).Contains(101));
        Assert.False(second.IsCompleted);

        gateway.Send(ScriptedGateway.Complete(4, 102));
        await second;
    }

    [Fact]
    public async Task A_connection_lost_in_flight_makes_the_outcome_unknown()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var written = new TaskCompletionSource();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
                written.TrySetResult();
            return Task.FromResult<MxCommandReply?>(null);
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        await written.Task;
        await gateway.DisposeAsync();
        await Assert.ThrowsAsync<MxWriteUnknownException>(() => write);
    }

    [Fact]
    public async Task A_worker_that_timed_out_leaves_the_outcome_unknown()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind == MxCommandKind.Write
            ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Timeout, Message = "the worker is busy" } }
            : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        Assert.Contains("the worker is busy", (await Assert.ThrowsAsync<MxWriteUnknownException>(() => write)).Message);
    }

    [Fact]
    public async Task A_pending_status_does_not_end_a_write()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
            {
                gateway.Send(ScriptedGateway.Complete(2, 101, Contracts.Proto.MxStatusCategory.Pending));
                gateway.Send(ScriptedGateway.Complete(3, 101, Contracts.Proto.MxStatusCategory.OperationalError));
            }

            return Task.FromResult<MxCommandReply?>(null);
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        await Assert.ThrowsAsync<MxWriteRejectedException>(() => write);
    }

    [Fact]
    public async Task A_tag_that_gives_no_first_value_is_not_written_to()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        time.Advance(TimeSpan.FromSeconds(11));
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => write);
        Assert.Contains("on scan", failure.Message);
        Assert.DoesNotContain(gateway.Commands, command => command.Kind == MxCommandKind.Write);
    }

    private static Task SubscribedAsync(ScriptedGateway gateway, int count = 1) =>
        Retry.Until("the tag is advised", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) >= count);

    private static IEnumerable<int> Unsubscribed(ScriptedGateway gateway) =>
        gateway.Commands.Where(command => command.Kind == MxCommandKind.UnsubscribeBulk).SelectMany(command => command.UnsubscribeBulk.ItemHandles);
}
