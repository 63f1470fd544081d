using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>What goes wrong with items behind subscriptions: nobody loses what he had, nothing old is passed off as good, nothing is left on the gateway.</summary>
public sealed class ItemFaultTests
{
    private static readonly MxAdviseOptions s_supervisory = new() { Supervisory = true };

    [Fact]
    public async Task A_supervisory_advise_that_is_refused_takes_nothing_from_those_who_had_the_tag()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind == MxCommandKind.AdviseSupervisory ? Refusal("not for you") : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxAttribute<float> speed = plant.Pump_001.Speed;
        var plain = new Observer<MxSample<float>>();
        using IDisposable one = await SubscribedAsync(gateway, speed, plain);
        Task write = speed.WriteAsync(2);
        await Retry.Until("the write is sent", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.Write));

        var supervisory = new Observer<MxSample<float>>();
        using IDisposable two = speed.Subscribe(supervisory, s_supervisory);
        await Retry.Until("it is refused", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.AdviseSupervisory));
        gateway.Send(ScriptedGateway.Complete(2, 101));
        await write;
        gateway.Send(ScriptedGateway.Change(3, 101, 2));
        Assert.Equal(2, (await plain.NextAsync()).Value);
        MxSample<float> seen = await supervisory.NextAsync();
        Assert.Equal(2, seen.Value is 2 ? 2 : (await supervisory.NextAsync()).Value);
        Assert.DoesNotContain(gateway.Commands, command => command.Kind == MxCommandKind.UnsubscribeBulk);
    }

    [Fact]
    public async Task After_a_write_that_timed_out_those_who_listen_are_told_that_no_value_is_known()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { WriteTimeout = TimeSpan.FromMilliseconds(200) });
        MxAttribute<float> speed = plant.Pump_001.Speed;
        var observer = new Observer<MxSample<float>>();
        using IDisposable subscription = await SubscribedAsync(gateway, speed, observer);
        await Assert.ThrowsAsync<MxWriteUnknownException>(() => speed.WriteAsync(2));

        MxSample<float> told = await observer.NextAsync();
        Assert.Equal((MxQuality.BadWaitingForInitialData, false), (told.Quality, told.HasValue));
        Assert.Null(speed.Value);
        await Retry.Until("a fresh item is advised", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) == 2);
        gateway.Send(ScriptedGateway.Change(2, 102, 2));
        Assert.Equal(2, (await observer.NextAsync()).Value);
    }

    [Theory]
    [InlineData(ProtocolStatusCode.Timeout)]
    [InlineData(ProtocolStatusCode.InvalidRequest)]
    public async Task Values_that_cannot_be_read_anew_after_a_gap_are_not_good_and_come_from_fresh_items(ProtocolStatusCode code)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(
            command.Kind == MxCommandKind.ReadBulk ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = code } } : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxAttribute<float> speed = plant.Pump_001.Speed;
        var observer = new Observer<MxSample<float>>();
        using IDisposable subscription = await SubscribedAsync(gateway, speed, observer);

        // Events 2 to 8 are missing.
        gateway.Send(ScriptedGateway.Change(9, 999, 0));
        Assert.False((await observer.NextAsync()).IsGood);
        Assert.Null(speed.Value);
        await Retry.Until("a fresh item is advised", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) == 2);
        gateway.Send(ScriptedGateway.Change(10, 102, 5));
        Assert.Equal(5, (await observer.NextAsync()).Value);
    }

    [Fact]
    public async Task A_write_that_is_under_way_while_its_item_is_renewed_is_confirmed_all_the_same()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind == MxCommandKind.ReadBulk ? Refusal("not now") : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxAttribute<float> speed = plant.Pump_001.Speed;
        var observer = new Observer<MxSample<float>>();
        using IDisposable subscription = await SubscribedAsync(gateway, speed, observer);
        Task write = speed.WriteAsync(2);
        await Retry.Until("the write is sent", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.Write));
        gateway.Send(ScriptedGateway.Change(9, 999, 0));
        await Retry.Until("a fresh item is advised", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) == 2);
        gateway.Send(ScriptedGateway.Complete(10, 101));
        await write;
        await Retry.Until("its item is let go", () => gateway.Commands.Any(command => command.UnsubscribeBulk?.ItemHandles.Contains(101) == true));
    }

    [Fact]
    public async Task Items_that_could_not_be_let_go_are_let_go_later()
    {
        var time = new FakeTimeProvider();
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        bool isBusy = true;
        gateway.Answer = command => Task.FromResult(
            isBusy && command.Kind == MxCommandKind.UnsubscribeBulk
                ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Timeout } }
                : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        plant.Pump_001.Speed.Subscribe(new Observer<MxSample<float>>()).Dispose();
        using (plant.Pump_001.Count.Subscribe(new Observer<MxSample<int>>()))
            await Retry.Until("it is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
        await Retry.Until("it was tried", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.UnsubscribeBulk));
        isBusy = false;
        await Retry.Until("it is tried again", () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return gateway.Commands.Count(command => command.Kind == MxCommandKind.UnsubscribeBulk) >= 2;
        });
        int[] handles = [.. gateway.Commands.Where(command => command.Kind == MxCommandKind.UnsubscribeBulk).Select(command => command.UnsubscribeBulk.ItemHandles.Single())];
        Assert.Equal(handles[0], handles[1]);
    }

    [Fact]
    public async Task A_write_does_not_stand_behind_a_whole_plant_that_is_being_advised()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();

        // Time stands still, so that first values are waited for as long as the test takes.
        await using AdvisePaceTests.PacedPlant plant = await AdvisePaceTests.PacedPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() });
        using IDisposable subscription = plant.Tags.Subscribe(_ => { });

        // 4,000 of 6,000 are advised, and the others wait for first values that do not come.
        await Retry.Until("the window is full", () => gateway.Commands.Sum(command => command.SubscribeBulk?.TagAddresses.Count ?? 0) == 4_000);
        Task write = plant.Written.WriteAsync(1);
        await Retry.Until("the tag is advised", () => gateway.Commands.Any(command => command.SubscribeBulk?.TagAddresses.Contains("Big_001.Written") == true));
        int all = gateway.Commands.Sum(command => command.SubscribeBulk?.TagAddresses.Count ?? 0);
        Assert.Equal(4_001, all);
        gateway.Send(ScriptedGateway.Change(1, 100 + all, 0));
        await Retry.Until("the write is sent", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.Write));
        gateway.Send(ScriptedGateway.Complete(2, 100 + all));
        await write;
    }

    /// <summary>Advised as item 101, and told of its first value, 1.</summary>
    private static async Task<IDisposable> SubscribedAsync(ScriptedGateway gateway, MxTag<float> tag, Observer<MxSample<float>> observer)
    {
        IDisposable subscription = tag.Subscribe(observer);
        await Retry.Until("it is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
        gateway.Send(ScriptedGateway.Change(1, 101, 1));
        Assert.Equal(1, (await observer.NextAsync()).Value);
        return subscription;
    }

    private static MxCommandReply Refusal(string why) => new()
    {
        Hresult = -1,
        ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = why },
    };
}
