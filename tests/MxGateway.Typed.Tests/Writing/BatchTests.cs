using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>Writes that are issued together travel together, and never in each other's way.</summary>
public sealed class BatchTests
{
    private static readonly MxCredentials s_ann = new("ann", "planted5ecret-a"), s_bob = new("bob", "planted5ecret-b");

    [Fact]
    public async Task Writes_to_advised_tags_that_are_issued_together_are_one_command()
    {
        await using Advised advised = await Advised.StartAsync(200);
        IReadOnlyList<MxWriteResult> results = await advised.Plant.Plant.WriteAllAsync(advised.Elements.Select((element, i) => MxWrite.Of(element, (float)i)));
        results.EnsureConfirmed();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (float)i), (await advised.Plant.Pump.Recipe.ReadAsync()).Value);
        Assert.Equal((1, 0), (advised.Plant.Count(MxCommandKind.WriteBulk), advised.Plant.Count(MxCommandKind.Write)));
    }

    [Fact]
    public async Task More_than_five_hundred_are_several_commands()
    {
        // Each of them moves the whole array, and so all the others' items: a busy machine takes its time.
        await using Advised advised = await Advised.StartAsync(1200, options => options with { WriteTimeout = TimeSpan.FromMinutes(5) });
        (await advised.Plant.Plant.WriteAllAsync(advised.Elements.Select(element => MxWrite.Of(element, 7f)))).EnsureConfirmed();
        Assert.Equal([500, 500, 200], Sizes(advised.Plant));
    }

    [Fact]
    public async Task No_more_are_under_way_than_the_gateways_queue_has_room_for_their_ends()
    {
        await using Advised advised = await Advised.StartAsync(2000);
        advised.Plant.Simulator.Faults.CompleteWrites(CompletionOrder.Held);
        Task<IReadOnlyList<MxWriteResult>> writing = advised.Plant.Plant.WriteAllAsync(advised.Elements.Select(element => MxWrite.Of(element, 7f)));
        await advised.Plant.OnRecord(MxCommandKind.WriteBulk, 3);

        // The others wait: so many answers have come since that theirs would have come long ago.
        for (int i = 0; i < 50; i++)
            await advised.Plant.Pump.Speed.ReadAsync(TimeSpan.Zero);
        Assert.Equal([500, 500, 500], Sizes(advised.Plant));
        Assert.False(writing.IsCompleted);

        advised.Plant.Simulator.Faults.CompleteWrites(CompletionOrder.After);
        advised.Plant.Simulator.Faults.ReleaseCompletions();
        (await writing).EnsureConfirmed();
        Assert.Equal([500, 500, 500, 500], Sizes(advised.Plant));
    }

    [Fact]
    public async Task Large_values_are_several_commands_each_well_below_the_limit_of_a_message()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Steps.WriteAsync([.. Enumerable.Repeat("", 10)]);
        MxStringAttribute[] steps = [.. Enumerable.Range(1, 10).Select(i => plant.Pump.Steps.Element(i))];
        using var subscriptions = new Subscriptions(steps.Select(step => step.Subscribe(_ => { })));
        await Retry.Until("all have a value", () => steps.All(step => step.Value is not null));

        // The plant's own array must stay below a message; what travels towards it is more than 4 MiB.
        string text = new('x', 700_000);
        (await plant.Plant.WriteAllAsync(steps.Select(step => MxWrite.Of(step, text)))).EnsureConfirmed();
        Assert.Equal([5, 5], Sizes(plant));
    }

    [Fact]
    public async Task Every_kind_of_write_has_its_own_bulk_command()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        (Pump pump, MxWriteOptions at) = (plant.Pump, new() { Timestamp = new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero) });
        using var all = new Subscriptions(
            [pump.Count.Subscribe(_ => { }), pump.Total.Subscribe(_ => { }), pump.Signed.Subscribe(_ => { }), pump.Verified.Subscribe(_ => { })]);
        await Retry.Until("all have a value", () =>
            pump is { Count.Value: not null, Total.Value: not null, Signed.Value: not null, Verified.Value: not null });

        // Signed writes are ready when their users are, which need not be at the same moment.
        await UntilTogetherAsync(MxCommandKind.Write2Bulk, [MxWrite.Of(pump.Count, 1, at), MxWrite.Of(pump.Total, 2.0, at)]);
        await UntilTogetherAsync(MxCommandKind.WriteSecuredBulk, [MxWrite.Of(pump.Signed, true, s_ann), MxWrite.Of(pump.Verified, true, s_ann, s_bob)]);
        Assert.True((await pump.Verified.ReadAsync()).Value);
        await UntilTogetherAsync(
            MxCommandKind.WriteSecured2Bulk, [MxWrite.Of(pump.Signed, false, s_ann, at), MxWrite.Of(pump.Verified, false, s_ann, s_bob, at)]);
        Assert.Equal(at.Timestamp, (await pump.Count.ReadAsync()).Timestamp);
        Assert.False((await pump.Signed.ReadAsync()).Value);
        Assert.False((await pump.Verified.ReadAsync()).Value);

        async Task UntilTogetherAsync(MxCommandKind bulk, MxWrite[] writes)
        {
            for (int tries = 0; plant.Count(bulk) == 0; tries++)
            {
                Assert.True(tries < 200, $"there was never a {bulk}");
                (await plant.Plant.WriteAllAsync(writes)).EnsureConfirmed();
            }
        }
    }

    [Fact]
    public async Task A_user_signs_once_for_what_is_issued_together_and_again_later()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Pump pump = plant.Pump;
        for (int times = 1; times <= 2; times++)
        {
            IReadOnlyList<MxWriteResult> results = await plant.Plant.WriteAllAsync(
            [
                MxWrite.Of(pump.Signed, true, s_ann),
                MxWrite.Of(pump.Count, 1, s_ann),
                MxWrite.Of(pump.Verified, true, s_ann, s_bob),
                MxWrite.Of(pump.Signed, false, s_ann),
            ]);
            results.EnsureConfirmed();
            Assert.Equal(2 * times, plant.Count(MxCommandKind.AuthenticateUser));
        }
    }

    [Fact]
    public async Task A_row_that_fails_is_the_rejection_of_its_write_alone()
    {
        await using Advised advised = await Advised.StartAsync(3);
        advised.Plant.Simulator.Faults.FailRows(MxCommandKind.WriteBulk, [1], "the second row says no");
        IReadOnlyList<MxWriteResult> results = await advised.Plant.Plant.WriteAllAsync(advised.Elements.Select(element => MxWrite.Of(element, 5f)));
        Assert.Equal([MxWriteOutcome.Confirmed, MxWriteOutcome.Rejected, MxWriteOutcome.Confirmed], results.Select(result => result.Outcome));
        var rejected = Assert.IsType<MxWriteRejectedException>(results[1].Exception);
        Assert.Contains("Pump_001.Recipe[2]", rejected.Message);
        Assert.Contains("the second row says no", rejected.Message);
        Assert.Equal(unchecked((int)0x80004005), rejected.HResult);
        Assert.Equal(MxStatusCategory.OperationalError, Assert.Single(results[1].Statuses).Category);
    }

    [Fact]
    public async Task A_gateway_that_does_not_know_a_bulk_write_is_given_single_ones_from_then_on()
    {
        await using Advised advised = await Advised.StartAsync(3);
        advised.Plant.Simulator.Faults.Unimplemented(MxCommandKind.WriteBulk);
        for (int times = 1; times <= 2; times++)
        {
            (await advised.Plant.Plant.WriteAllAsync(advised.Elements.Select(element => MxWrite.Of(element, (float)times)))).EnsureConfirmed();
            Assert.Equal((1, 3 * times), (advised.Plant.Count(MxCommandKind.WriteBulk), advised.Plant.Count(MxCommandKind.Write)));
        }
    }

    [Theory]
    [InlineData(ProtocolStatusCode.MxaccessFailure, MxWriteOutcome.Rejected)]
    [InlineData(ProtocolStatusCode.SessionNotReady, MxWriteOutcome.Rejected)]
    [InlineData(ProtocolStatusCode.Timeout, MxWriteOutcome.Unknown)]
    [InlineData(ProtocolStatusCode.WorkerUnavailable, MxWriteOutcome.Unknown)]
    [InlineData(ProtocolStatusCode.Ok, MxWriteOutcome.Unknown)]
    public async Task A_command_that_fails_is_judged_for_each_of_its_writes(ProtocolStatusCode code, MxWriteOutcome outcome)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();

        // OK is a reply without rows: nobody knows.
        gateway.Answer = command => Task.FromResult(command.Kind == MxCommandKind.WriteBulk
            ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = code, Message = "as told" } }
            : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        using var subscriptions = new Subscriptions([plant.Pump_001.Speed.Subscribe(_ => { }), plant.Pump_001.PV.Subscribe(_ => { })]);
        await ValuesAsync(gateway, plant.Pump_001);
        IReadOnlyList<MxWriteResult> results = await plant.WriteAllAsync([MxWrite.Of(plant.Pump_001.Speed, 1f), MxWrite.Of(plant.Pump_001.PV, 2f)]);
        Assert.All(results, result => Assert.Equal(outcome, result.Outcome));
        Assert.All(results, result => Assert.Contains(result.Tag.Reference, result.Exception!.Message));
    }

    [Fact]
    public async Task Completions_in_any_order_confirm_their_own_writes()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var sent = new TaskCompletionSource<int[]>();
        gateway.Answer = command =>
        {
            if (command.Kind != MxCommandKind.WriteBulk)
                return Task.FromResult<MxCommandReply?>(null);
            int[] handles = [.. command.WriteBulk.Entries.Select(entry => entry.ItemHandle)];
            sent.SetResult(handles);
            return Task.FromResult<MxCommandReply?>(new MxCommandReply
            {
                Kind = command.Kind,
                WriteBulk = new() { Results = { handles.Select(handle => new BulkWriteResult { ItemHandle = handle, WasSuccessful = true }) } },
            });
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        using var subscriptions = new Subscriptions([plant.Pump_001.Speed.Subscribe(_ => { }), plant.Pump_001.PV.Subscribe(_ => { })]);
        await ValuesAsync(gateway, plant.Pump_001);
        Task<IReadOnlyList<MxWriteResult>> writing = plant.WriteAllAsync([MxWrite.Of(plant.Pump_001.Speed, 1f), MxWrite.Of(plant.Pump_001.PV, 2f)]);
        int[] items = await sent.Task;
        gateway.Send(ScriptedGateway.Complete(3, items[1]));
        gateway.Send(ScriptedGateway.Change(4, items[0], 1));
        gateway.Send(ScriptedGateway.Complete(5, items[0], Contracts.Proto.MxStatusCategory.OperationalError));
        Assert.Equal([MxWriteOutcome.Rejected, MxWriteOutcome.Confirmed], (await writing).Select(result => result.Outcome));
    }

    [Fact]
    public async Task A_slow_authentication_and_a_silent_tag_hold_up_nobody_else()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var password = new TaskCompletionSource();
        gateway.Answer = async command =>
        {
            if (command.Kind == MxCommandKind.AuthenticateUser)
                await password.Task;
            else if (command.Kind == MxCommandKind.Write)
                gateway.Send(ScriptedGateway.Complete(3, command.Write.ItemHandle));
            return null;
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        using IDisposable advised = plant.Pump_001.Speed.Subscribe(_ => { });
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        Task signed = plant.Pump_001.Signed.WriteAsync(true, s_ann);
        Task silent = plant.Pump_001.Count.WriteAsync(1);
        await plant.Pump_001.Speed.WriteAsync(2);
        Assert.False(signed.IsCompleted || silent.IsCompleted);

        // Nor does it hold up the end.
        await plant.DisposeAsync();
        password.SetResult();
        await Assert.ThrowsAnyAsync<MxGatewayException>(() => signed);
        await Assert.ThrowsAsync<MxConnectionException>(() => silent);
    }

    /// <summary>How many writes each bulk command had.</summary>
    private static IEnumerable<int> Sizes(SimulatedPlant plant) =>
        plant.Simulator.Calls.ToList().Where(call => call.Command == MxCommandKind.WriteBulk).Select(call => call.Items.Count);

    private static Task SubscribedAsync(ScriptedGateway gateway) =>
        Retry.Until("the tag is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));

    private static async Task ValuesAsync(ScriptedGateway gateway, Pump pump)
    {
        await Retry.Until("both are asked for", () =>
            gateway.Commands.Where(command => command.Kind == MxCommandKind.SubscribeBulk).Sum(command => command.SubscribeBulk.TagAddresses.Count) == 2);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        gateway.Send(ScriptedGateway.Change(2, 102, 0));
        await Retry.Until("both have a value", () => pump.Speed.Value is not null && pump.PV.Value is not null);
    }

    private sealed class Subscriptions(IEnumerable<IDisposable> all) : IDisposable
    {
        private readonly IDisposable[] _all = [.. all];

        public void Dispose() => Array.ForEach(_all, one => one.Dispose());
    }

    /// <summary>A plant with an array whose elements are advised.</summary>
    private sealed class Advised(SimulatedPlant plant, MxAttribute<float>[] elements, Subscriptions subscriptions) : IAsyncDisposable
    {
        public SimulatedPlant Plant => plant;

        public MxAttribute<float>[] Elements => elements;

        public static async Task<Advised> StartAsync(int count, Func<MxGatewayOptions, MxGatewayOptions>? configure = null)
        {
            SimulatedPlant plant = await SimulatedPlant.StartAsync(configure: configure);
            await plant.Pump.Recipe.WriteAsync(new float[count]);
            MxAttribute<float>[] elements = [.. Enumerable.Range(1, count).Select(i => plant.Pump.Recipe.Element(i))];
            var subscriptions = new Subscriptions(elements.Select(element => element.Subscribe(_ => { })));
            await Retry.Until("all have a value", () => elements.All(element => element.Value is not null));
            plant.Simulator.Calls.Clear();
            return new(plant, elements, subscriptions);
        }

        public async ValueTask DisposeAsync()
        {
            subscriptions.Dispose();
            await plant.DisposeAsync();
        }
    }
}
