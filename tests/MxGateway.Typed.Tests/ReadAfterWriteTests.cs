using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>After a confirmed write a read gives what was written, or something newer, whatever the order of OnWriteComplete and the data change.</summary>
public sealed class ReadAfterWriteTests
{
    [Theory]
    [InlineData(CompletionOrder.Before, true, true)]
    [InlineData(CompletionOrder.Before, true, false)]
    [InlineData(CompletionOrder.Before, false, true)]
    [InlineData(CompletionOrder.Before, false, false)]
    [InlineData(CompletionOrder.After, true, true)]
    [InlineData(CompletionOrder.After, true, false)]
    [InlineData(CompletionOrder.After, false, true)]
    [InlineData(CompletionOrder.After, false, false)]
    public async Task What_was_written_is_read(CompletionOrder order, bool isAdvised, bool hasReadBulk)
    {
        await using SimulatedPlant plant = await ReadOutcomeTests.StartAsync(hasReadBulk);
        plant.Simulator.Faults.CompleteWrites(order);
        using IDisposable? subscription = isAdvised ? plant.Pump.Count.Subscribe(_ => { }) : null;
        for (int i = 0; i < 100; i++)
        {
            await plant.Pump.Count.WriteAsync(i / 2);
            Assert.Equal(i / 2, (await plant.Pump.Count.ReadAsync()).Value);
        }
    }

    [Fact]
    public async Task A_write_that_was_refused_makes_no_sample_old()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        using IDisposable subscription = plant.Pump.Measured.Subscribe(_ => { });
        await Retry.Until("a value has come", () => plant.Pump.Measured.Value is not null);
        await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.Measured.WriteAsync(1));
        Assert.True((await plant.Pump.Measured.ReadAsync()).IsGood);
        Assert.Equal(0, plant.Count(MxCommandKind.ReadBulk));
    }

    [Fact]
    public async Task An_array_that_was_written_is_read()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        using IDisposable subscription = plant.Pump.Recipe.Subscribe(_ => { });
        for (int i = 0; i < 20; i++)
        {
            await plant.Pump.Recipe.WriteAsync([i, i + 1]);
            Assert.Equal([i, i + 1], (await plant.Pump.Recipe.ReadAsync()).Value);
        }
    }

    [Fact]
    public async Task Where_no_data_change_came_the_gateway_is_asked_until_one_comes()
    {
        await using AdvisedPump pump = await AdvisedPump.StartAsync(value: 1);
        await pump.WriteAsync(7, pump.Complete);
        Assert.Equal((7, 1), ((await pump.Speed.ReadAsync()).Value, pump.Reads));
        Assert.Equal((7, 2), ((await pump.Speed.ReadAsync(TimeSpan.FromHours(1))).Value, pump.Reads));
        Assert.Equal(7, (await new ReadAllPlant(pump.Connection).Pump_001.ReadAllAsync()).Speed.Value);
        int asked = pump.Reads;

        await pump.ChangeAsync(8);
        Assert.Equal((8, asked), ((await pump.Speed.ReadAsync()).Value, pump.Reads));
    }

    [Fact]
    public async Task Where_the_data_change_came_before_the_completion_the_last_sample_is_the_answer()
    {
        await using AdvisedPump pump = await AdvisedPump.StartAsync(value: 1);
        await pump.WriteAsync(7, () =>
        {
            pump.Change(7);
            pump.Complete();
        });
        Assert.Equal((7, 0), ((await pump.Speed.ReadAsync()).Value, pump.Reads));
    }

    [Fact]
    public async Task Where_the_same_value_was_written_again_the_last_sample_is_the_answer()
    {
        await using AdvisedPump pump = await AdvisedPump.StartAsync(value: 7);
        await pump.WriteAsync(7, pump.Complete);
        Assert.Equal((7, 0), ((await pump.Speed.ReadAsync()).Value, pump.Reads));
    }

    [Fact]
    public async Task A_change_to_another_value_before_the_completion_is_no_answer()
    {
        await using AdvisedPump pump = await AdvisedPump.StartAsync(value: 1);
        await pump.WriteAsync(7, () =>
        {
            pump.Change(3);
            pump.Complete();
        });
        Assert.Equal((7, 1), ((await pump.Speed.ReadAsync()).Value, pump.Reads));
    }

    [Fact]
    public async Task What_the_gateway_kept_from_before_the_write_is_no_answer()
    {
        await using AdvisedPump pump = await AdvisedPump.StartAsync(value: 1);
        pump.Kept = 1;
        await pump.WriteAsync(7, pump.Complete);
        Assert.Equal((7, 1), ((await pump.Speed.ReadAsync()).Value, pump.Reads));
    }

    [Fact]
    public async Task A_fresh_item_with_a_value_from_before_the_write_is_no_answer()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var written = new TaskCompletionSource();
        bool isReadBulkKnown = false;
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
                written.SetResult();
            if (command.Kind != MxCommandKind.ReadBulk)
                return Task.FromResult<MxCommandReply?>(null);
            return Task.FromResult<MxCommandReply?>(isReadBulkKnown
                ? ScriptedGateway.Read(command, _ => ScriptedGateway.Row(7))
                : new() { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest } });
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxAttribute<float> speed = plant.Pump_001.Speed;
        using IDisposable subscription = speed.Subscribe(_ => { });
        await Retry.Until("it is advised", () => gateway.Calls.Contains(nameof(MxCommandKind.SubscribeBulk)));
        gateway.Send(ScriptedGateway.Change(1, 101, 1));
        Task write = speed.WriteAsync(7);
        await written.Task;

        // Events were missed and cannot be made up for: a fresh item comes, and its first value is from before the write.
        gateway.Send(ScriptedGateway.Change(9, 101, 1));
        await Retry.Until("a fresh item is advised", () => gateway.Calls.Count(call => call == nameof(MxCommandKind.SubscribeBulk)) == 2);
        gateway.Send(ScriptedGateway.Change(10, 102, 1));
        gateway.Send(ScriptedGateway.Complete(11, 101));
        await write;
        isReadBulkKnown = true;
        Assert.Equal(7, (await speed.ReadAsync()).Value);
    }

    /// <summary>A gateway whose one advised tag changes, and whose writes complete, when a test says so; ReadBulk gives what was written last.</summary>
    private sealed class AdvisedPump : IAsyncDisposable
    {
        private readonly ScriptedGateway _gateway;
        private readonly TestPlant _plant;
        private readonly IAsyncEnumerator<MxSample<float>> _samples;
        private ulong _sequence;
        private float _written;
        private Action _onWrite = () => { };

        private AdvisedPump(ScriptedGateway gateway, TestPlant plant)
        {
            _gateway = gateway;
            _plant = plant;
            _samples = Speed.AdviseAsync().GetAsyncEnumerator();
            gateway.Answer = command =>
            {
                switch (command.Kind)
                {
                    case MxCommandKind.Write:
                        _written = command.Write.Value.FloatValue;
                        _onWrite();
                        return Task.FromResult<MxCommandReply?>(null);
                    case MxCommandKind.ReadBulk:
                        Reads++;
                        BulkReadResult row = ScriptedGateway.Row(Kept ?? _written);
                        row.WasCached = Kept is not null;
                        return Task.FromResult<MxCommandReply?>(ScriptedGateway.Read(command, _ => row));
                    case MxCommandKind.SubscribeBulk when Kept is not null:
                        // Another item of the tag, which has a first value of its own.
                        _gateway.Send(ScriptedGateway.Change(++_sequence, 102, _written));
                        return Task.FromResult<MxCommandReply?>(null);
                    default:
                        return Task.FromResult<MxCommandReply?>(null);
                }
            };
        }

        public MxAttribute<float> Speed => _plant.Pump_001.Speed;

        public MxGatewayConnection Connection => _plant.Connection;

        public int Reads { get; private set; }

        /// <summary>What the gateway keeps of the advised tag, and gives by ReadBulk; null where it asks for it.</summary>
        public float? Kept { get; set; }

        public static async Task<AdvisedPump> StartAsync(float value)
        {
            ScriptedGateway gateway = await ScriptedGateway.StartAsync();
            var pump = new AdvisedPump(gateway, await TestPlant.ConnectAsync(gateway.Options));
            ValueTask<bool> first = pump._samples.MoveNextAsync();
            await Retry.Until("the tag is advised", () => gateway.Calls.Contains(nameof(MxCommandKind.SubscribeBulk)));
            pump.Change(value);
            await first;
            return pump;
        }

        public void Change(float value) => _gateway.Send(ScriptedGateway.Change(++_sequence, 101, value));

        public async Task ChangeAsync(float value)
        {
            Change(value);
            do
                await _samples.MoveNextAsync();
            while (_samples.Current.Value != value);
        }

        public void Complete() => _gateway.Send(ScriptedGateway.Complete(++_sequence, 101));

        public async Task WriteAsync(float value, Action onWrite)
        {
            _onWrite = onWrite;
            await Speed.WriteAsync(value);
        }

        public async ValueTask DisposeAsync()
        {
            await _samples.DisposeAsync();
            await _plant.DisposeAsync();
            await _gateway.DisposeAsync();
        }
    }
}
