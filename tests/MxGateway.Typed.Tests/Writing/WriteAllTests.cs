using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>Many writes in one call, an outcome each; and writes that give way to newer ones.</summary>
public sealed class WriteAllTests
{
    private static readonly MxWriteOptions s_coalesce = new() { Coalesce = true };

    [Fact]
    public async Task Each_attribute_has_its_outcome_in_the_order_of_the_writes()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Pump pump = plant.Pump;
        IReadOnlyList<MxWriteResult> results = await plant.Plant.WriteAllAsync(
            [MxWrite.Of(pump.Count, 1), MxWrite.Of(pump.Measured, 2f), MxWrite.Of(pump.Note, "x"), MxWrite.Of(pump.Missing, 3f)]);
        Assert.Equal(["Pump_001.Count", "Pump_001.Measured", "Pump_001.Note", "Pump_001.Missing"], results.Select(result => result.Tag.Reference));
        Assert.Equal(
            [MxWriteOutcome.Confirmed, MxWriteOutcome.Rejected, MxWriteOutcome.Confirmed, MxWriteOutcome.Rejected], results.Select(result => result.Outcome));
        Assert.Equal(MxStatusCategory.SecurityError, Assert.Single(results[1].Statuses).Category);

        MxWriteRejectedException failure = Assert.Throws<MxWriteRejectedException>(results.EnsureConfirmed);
        Assert.StartsWith("2 of 4 writes were not confirmed", failure.Message);
        Assert.Contains("Pump_001.Measured", failure.Message);
        Assert.Contains("Pump_001.Missing", failure.Message);
        Assert.Equal(results[1].Statuses, failure.Statuses);
        Assert.Same(results[1].Exception, failure.InnerException);
    }

    [Fact]
    public async Task Writes_of_one_tag_are_carried_out_in_their_order()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        IReadOnlyList<MxWriteResult> results = await plant.Plant.Connection.WriteAllAsync(Enumerable.Range(1, 20).Select(i => MxWrite.Of(plant.Pump.Count, i)));
        results.EnsureConfirmed();
        Assert.Equal(20, (await plant.Pump.Count.ReadAsync()).Value);
    }

    [Fact]
    public async Task Nothing_to_write_is_nothing_written()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Assert.Empty(await plant.Plant.WriteAllAsync([]));
    }

    [Fact]
    public async Task What_is_wrong_with_one_write_is_said_before_any_is_sent()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await using TestPlant other = await TestPlant.ConnectAsync(plant.Options);
        ArgumentException foreign = await Assert.ThrowsAsync<ArgumentException>(
            () => plant.Plant.WriteAllAsync([MxWrite.Of(plant.Pump.Count, 1), MxWrite.Of(other.Pump_001.Speed, 1f)]));
        Assert.Contains("Pump_001.Speed", foreign.Message);
        ArgumentException none = await Assert.ThrowsAsync<ArgumentException>(() => plant.Plant.WriteAllAsync([MxWrite.Of(plant.Pump.Count, 1), null!]));
        Assert.Contains("write 2 is null", none.Message);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plant.Plant.WriteAllAsync([MxWrite.Of(plant.Pump.Count, 1)], cancelled));
        Assert.DoesNotContain(plant.Calls(), call => call.StartsWith("Write", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_connection_it_throws_at_once()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Simulator.KillAsync();
        await Retry.Until("the loss is known", () => plant.Plant.Connection.State == MxConnectionState.Disconnected);
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => plant.Plant.WriteAllAsync([MxWrite.Of(plant.Pump.Count, 1)]));
        Assert.Contains("Pump_001.Count", failure.Message);
    }

    [Fact]
    public async Task Cancelling_leaves_those_under_way_unknown_and_sends_none_that_wait()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        plant.Simulator.Faults.CompleteWrites(CompletionOrder.Never, "Pump_001.Count");
        using var cancel = new CancellationTokenSource();
        Task<IReadOnlyList<MxWriteResult>> writing =
            plant.Plant.WriteAllAsync([MxWrite.Of(plant.Pump.Speed, 1f), MxWrite.Of(plant.Pump.Count, 1), MxWrite.Of(plant.Pump.Count, 2)], cancel.Token);
        await Retry.Until("both tags are written", () => plant.Simulator.Calls.ToList()
            .Where(call => call.Command is MxCommandKind.Write or MxCommandKind.WriteBulk).Sum(call => call.Items.Count) == 2);
        using IDisposable seen = plant.Pump.Speed.Subscribe(_ => { });
        await Retry.Until("the first is confirmed", () => plant.Pump.Speed.Value == 1);
        await plant.Pump.Note.WriteAsync("its completion comes after the first one's");
        await cancel.CancelAsync();
        IReadOnlyList<MxWriteResult> results = await writing;
        Assert.Equal([MxWriteOutcome.Confirmed, MxWriteOutcome.Unknown, MxWriteOutcome.Rejected], results.Select(result => result.Outcome));
        Assert.Contains("may or may not have taken effect", results[1].Exception!.Message);
        Assert.Contains("nothing was sent", results[2].Exception!.Message);
        Assert.Throws<MxWriteUnknownException>(results.EnsureConfirmed);
    }

    [Fact]
    public async Task No_value_and_no_password_is_in_what_a_write_says_of_itself()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var write = MxWrite.Of(plant.Pump.Note, "planted-value", new MxCredentials("ann", "planted5ecret-password"));
        Assert.Equal("writing Pump_001.Note", write.ToString());
    }

    [Fact]
    public async Task A_write_that_waits_gives_way_to_a_newer_one_where_it_may()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        var sent = Channel.CreateUnbounded<float>();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
                sent.Writer.TryWrite(command.Write.Value.FloatValue);
            return Task.FromResult<MxCommandReply?>(null);
        };
        MxAttribute<float> speed = plant.Pump_001.Speed;
        Task first = speed.WriteAsync(1, s_coalesce);
        await Retry.Until("the tag is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        Assert.Equal(1, await sent.Reader.ReadAsync());

        // The first one is under way, and is not superseded; the third one may not be.
        Task second = speed.WriteAsync(2, s_coalesce);
        Task third = speed.WriteAsync(3);
        Task fourth = speed.WriteAsync(4, s_coalesce);
        Assert.Contains("Pump_001.Speed", (await Assert.ThrowsAsync<MxWriteSupersededException>(() => second)).Message);
        gateway.Send(ScriptedGateway.Complete(2, 101));
        await first;
        Assert.Equal(3, await sent.Reader.ReadAsync());
        gateway.Send(ScriptedGateway.Complete(3, 101));
        await third;
        Assert.Equal(4, await sent.Reader.ReadAsync());
        gateway.Send(ScriptedGateway.Complete(4, 101));
        await fourth;
    }
}
