using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>AdviseSupervisory, where it is asked for.</summary>
public sealed class SupervisoryTests
{
    private static readonly MxAdviseOptions s_supervisory = new() { Supervisory = true };

    [Fact]
    public async Task A_supervisory_subscription_advises_each_of_its_tags_once()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var observer = new Observer<MxTagSample>();
        using (new MxTag[] { plant.Pump.Speed, plant.Pump.Count }.Subscribe(observer, s_supervisory))
        {
            Assert.True((await observer.NextAsync()).IsGood);
            Assert.True((await observer.NextAsync()).IsGood);
            await plant.Pump.Count.WriteAsync(4);
            Assert.Equal("4", (await observer.NextAsync()).Value.ToString());
        }

        await plant.NothingIsAdvised();
        await plant.OnRecord(MxCommandKind.UnsubscribeBulk, 1);
        Assert.Equal((1, 2, 0), (plant.Count(MxCommandKind.AddItemBulk), plant.Count(MxCommandKind.AdviseSupervisory), plant.Count(MxCommandKind.SubscribeBulk)));
    }

    [Fact]
    public async Task A_tag_that_is_advised_already_becomes_supervisory_and_stays_one_item()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var (plain, supervisory) = (new Observer<MxSample<int>>(), new Observer<MxSample<int>>());
        using IDisposable one = plant.Pump.Count.Subscribe(plain);
        await plain.NextAsync();
        using IDisposable two = plant.Pump.Count.Subscribe(supervisory, s_supervisory);
        await supervisory.NextAsync();
        await Retry.Until("it is advised so", () => plant.Count(MxCommandKind.AdviseSupervisory) == 1);
        Assert.Equal(1, plant.Simulator.Counts.Items);

        two.Dispose();
        using IDisposable three = plant.Pump.Count.Subscribe(supervisory, s_supervisory);
        one.Dispose();
        three.Dispose();
        await plant.NothingIsAdvised();
        await plant.OnRecord(MxCommandKind.UnsubscribeBulk, 1);
        Assert.Equal((1, 1), (plant.Count(MxCommandKind.AdviseSupervisory), plant.Count(MxCommandKind.SubscribeBulk)));
    }

    [Fact]
    public async Task A_gateway_that_refuses_it_is_a_bad_sample_and_leaves_no_item()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind switch
        {
            MxCommandKind.AddItemBulk => new MxCommandReply
            {
                Kind = command.Kind,
                AddItemBulk = new() { Results = { command.AddItemBulk.TagAddresses.Select((tag, i) => new SubscribeResult { TagAddress = tag, ItemHandle = 7 + i, WasSuccessful = true }) } },
            },
            MxCommandKind.AdviseSupervisory when command.AdviseSupervisory.ItemHandle == 8 => new MxCommandReply
            {
                Kind = command.Kind, Hresult = -1, ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = "not for you" },
            },
            _ => (MxCommandReply?)null,
        });
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        var observer = new Observer<MxTagSample>();
        using IDisposable subscription = new MxTag[] { plant.Pump_001.Speed, plant.Pump_001.Count }.Subscribe(observer, s_supervisory);
        MxTagSample refused = await observer.NextAsync();
        Assert.Equal(plant.Pump_001.Count, refused.Tag);
        Assert.True(refused.Quality.IsBad);
        Assert.Contains("not for you", refused.Status.Text);
        await Retry.Until("its item is let go", () => gateway.Commands.Any(command => command.UnsubscribeBulk?.ItemHandles.Contains(8) == true));

        gateway.Send(ScriptedGateway.Change(1, 7, 3.5f));
        Assert.True((await observer.NextAsync()).Is(plant.Pump_001.Speed, out MxSample<float> speed));
        Assert.Equal(3.5f, speed.Value);
    }
}
