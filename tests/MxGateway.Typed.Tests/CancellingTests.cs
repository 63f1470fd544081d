using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>
/// Cancelling stops the client's wait only: the worker may still be at the command. So no handle is used again that such a command may name, or bring.
/// (Writes: <see cref="WriteOutcomeTests"/>.)
/// </summary>
public sealed class CancellingTests
{
    [Fact]
    public async Task An_advise_that_is_cancelled_under_way_is_let_go_when_its_handle_comes()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var (arrived, answer) = Hold(gateway, MxCommandKind.SubscribeBulk);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        using var cancel = new CancellationTokenSource();
        Task<MxSample<float>> sample = plant.Pump_001.Speed.AdviseAsync(cancel.Token).FirstAsync();
        await arrived.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sample);
        Assert.DoesNotContain(gateway.Commands, command => command.Kind == MxCommandKind.UnsubscribeBulk);

        answer.SetResult();
        await Retry.Until("the item is let go", () => Released(gateway).Length > 0);
        Assert.Equal([101], Released(gateway));
    }

    [Fact]
    public async Task Whoever_wants_the_tag_while_a_cancelled_advise_is_under_way_gets_its_item_and_no_second_one()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var (arrived, answer) = Hold(gateway, MxCommandKind.SubscribeBulk);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        using var cancel = new CancellationTokenSource();
        Task<MxSample<float>> first = plant.Pump_001.Speed.AdviseAsync(cancel.Token).FirstAsync();
        await arrived.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await using IAsyncEnumerator<MxSample<float>> second = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        ValueTask<bool> next = second.MoveNextAsync();
        answer.SetResult();

        // The worker has gone through what came before once it advises another tag.
        using IDisposable other = plant.Pump_001.Count.Subscribe(_ => { });
        await Retry.Until("the other tag is advised", () => gateway.Commands.Any(command => command.SubscribeBulk?.TagAddresses.Contains("Pump_001.Count") == true));
        gateway.Send(ScriptedGateway.Change(1, 101, 1.5f));
        Assert.True(await next);
        Assert.Equal(1.5f, second.Current.Value);
        Assert.Single(gateway.Commands, command => command.SubscribeBulk?.TagAddresses.Contains("Pump_001.Speed") == true);
        Assert.Empty(Released(gateway));
    }

    [Fact]
    public async Task A_tag_that_is_wanted_while_its_item_is_let_go_gets_a_new_item_and_nothing_of_the_old_one()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var (arrived, answer) = Hold(gateway, MxCommandKind.UnsubscribeBulk);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task<MxSample<float>> first = plant.Pump_001.Speed.AdviseAsync().FirstAsync();
        await Retry.Until("it is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
        gateway.Send(ScriptedGateway.Change(1, 101, 1));
        await first;
        await arrived.Task;

        await using IAsyncEnumerator<MxSample<float>> second = plant.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        ValueTask<bool> next = second.MoveNextAsync();
        gateway.Send(ScriptedGateway.Change(2, 101, 99));
        answer.SetResult();
        await Retry.Until("it is advised anew", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) == 2);
        gateway.Send(ScriptedGateway.Change(3, 101, 99));
        gateway.Send(ScriptedGateway.Change(4, 102, 2));
        Assert.True(await next);
        Assert.Equal(2, second.Current.Value);
    }

    /// <summary>Holds the first answer to a kind of command back.</summary>
    private static (TaskCompletionSource Arrived, TaskCompletionSource Answer) Hold(ScriptedGateway gateway, MxCommandKind kind)
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously), answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Answer = async command =>
        {
            if (command.Kind == kind && arrived.TrySetResult())
                await answer.Task;
            return null;
        };
        return (arrived, answer);
    }

    private static int[] Released(ScriptedGateway gateway) =>
        [.. gateway.Commands.Where(command => command.Kind == MxCommandKind.UnsubscribeBulk).SelectMany(command => command.UnsubscribeBulk.ItemHandles)];
}
