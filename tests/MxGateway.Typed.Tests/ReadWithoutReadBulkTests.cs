using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>A gateway of an older version, without ReadBulk: a read subscribes, takes the first change, and lets go.</summary>
public sealed class ReadWithoutReadBulkTests
{
    [Fact]
    public async Task Reads_subscribe_together_take_the_first_change_and_leave_nothing_behind()
    {
        await using SimulatedPlant plant = await ReadOutcomeTests.StartAsync(hasReadBulk: false);
        await plant.Pump.Speed.WriteAsync(42);
        await plant.NothingIsAdvised();
        int before = plant.Count(MxCommandKind.SubscribeBulk);
        Assert.Equal(42, (await plant.Pump.Speed.ReadAsync()).Value);
        Assert.Equal(before + 1, plant.Count(MxCommandKind.SubscribeBulk));
        await plant.NothingIsAdvised();

        // It is asked for ReadBulk once, and the session for reads is given back.
        MxSample<float>[] samples = await Task.WhenAll(plant.Pump.Speed.ReadAsync(), plant.Pump.PV.ReadAsync(), plant.Pump.PV.HiHi.Limit.ReadAsync());
        Assert.All(samples, sample => Assert.True(sample.IsGood));
        Assert.Single(plant.Simulator.Calls.ToList(), call => call.Command == MxCommandKind.ReadBulk);
        Assert.Equal(1, plant.Simulator.Counts.Sessions);
        await plant.NothingIsAdvised();
    }

    [Fact]
    public async Task Reads_at_once_share_one_item()
    {
        await using SimulatedPlant plant = await ReadOutcomeTests.StartAsync(hasReadBulk: false);
        await plant.Pump.PV.ReadAsync();
        await plant.NothingIsAdvised();

        // At once: the first value comes only when all have asked.
        plant.Simulator.Faults.Silence("Pump_001.Speed");
        Task<MxSample<float>>[] reads = [.. Enumerable.Range(0, 50).Select(_ => plant.Pump.Speed.ReadAsync())];
        plant.Simulator.Faults.Silence();
        MxSample<float>[] samples = await Task.WhenAll(reads);
        Assert.Single(samples.Distinct());
        Assert.Single(plant.Simulator.Calls.ToList(), call => call.Command == MxCommandKind.SubscribeBulk && call.Items.Contains("Pump_001.Speed"));
    }

    [Fact]
    public async Task An_object_is_read_as_a_record()
    {
        await using SimulatedPlant plant = await ReadOutcomeTests.StartAsync(hasReadBulk: false);
        NotedPumpValues values = await new ReadAllPlant(plant.Plant.Connection).Pump_001.ReadAllAsync();
        Assert.True(values.WorstQuality.IsGood);
        Assert.Equal((await plant.Pump.PV.HiHi.Limit.ReadAsync()).Value, values.PV.HiHi.Limit.Value);
        await plant.NothingIsAdvised();
    }

    [Fact]
    public async Task A_refusal_as_an_invalid_request_is_understood_too()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.ReadBulk)
                return Task.FromResult<MxCommandReply?>(new() { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest, Message = "kind READ_BULK is not known" } });
            if (command.Kind == MxCommandKind.SubscribeBulk)
                gateway.Send(ScriptedGateway.Change(1, 101, 5));
            return Task.FromResult<MxCommandReply?>(null);
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Assert.Equal(5, (await plant.Pump_001.Speed.ReadAsync()).Value);
        Assert.Equal(
            [MxCommandKind.Register, MxCommandKind.ReadBulk, MxCommandKind.Unregister],
            gateway.Requests.Where(request => request.SessionId == "session-2").Select(request => request.Command.Kind));
        Assert.Single(gateway.Calls, "CloseSession");
    }

    [Fact]
    public async Task Zero_asks_anew_for_an_advised_tag_too()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        int handle = 100;
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.ReadBulk)
                return Task.FromResult<MxCommandReply?>(new() { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest } });
            if (command.Kind == MxCommandKind.SubscribeBulk)
                gateway.Send(ScriptedGateway.Change((ulong)(++handle - 100), handle, handle));
            return Task.FromResult<MxCommandReply?>(null);
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        await using IAsyncEnumerator<MxSample<float>> samples = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        await samples.MoveNextAsync();
        Assert.Equal(101, samples.Current.Value);
        Assert.Equal(102, (await plant.Pump_001.Speed.ReadAsync(TimeSpan.Zero)).Value);
        Assert.Equal(101, (await plant.Pump_001.Speed.ReadAsync()).Value);
        await Retry.Until("the second item is let go", () => gateway.Commands.Any(command => command.UnsubscribeBulk?.ItemHandles.Contains(102) == true));
        Assert.DoesNotContain(gateway.Commands, command => command.UnsubscribeBulk?.ItemHandles.Contains(101) == true);
    }

    [Fact]
    public async Task An_item_that_is_about_to_be_let_go_is_no_answer_after_a_write()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var (arrived, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        (int handle, ulong sequence, float speed) = (100, 0, 1);
        gateway.Answer = async command =>
        {
            switch (command.Kind)
            {
                case MxCommandKind.ReadBulk:
                    return new() { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest } };
                case MxCommandKind.Write:
                    // The registry is kept busy from here on, so that the item outlives its write.
                    speed = command.Write.Value.FloatValue;
                    await arrived.Task;
                    gateway.Send(ScriptedGateway.Complete(++sequence, command.Write.ItemHandle));
                    return null;
                case MxCommandKind.SubscribeBulk:
                    gateway.Send(ScriptedGateway.Change(++sequence, ++handle, speed));
                    if (command.SubscribeBulk.TagAddresses.Contains("Pump_001.PV"))
                    {
                        arrived.SetResult();
                        await held.Task;
                    }

                    return null;
                default:
                    return null;
            }
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Assert.Equal(1, (await plant.Pump_001.Speed.ReadAsync()).Value);
        Task write = plant.Pump_001.Speed.WriteAsync(7);
        await Retry.Until("the write is sent", () => gateway.Calls.Contains(nameof(MxCommandKind.Write)));
        using IDisposable other = plant.Pump_001.PV.Subscribe(_ => { });
        await write;
        Task<MxSample<float>> read = plant.Pump_001.Speed.ReadAsync();
        held.SetResult();
        Assert.Equal(7, (await read).Value);
    }
}
