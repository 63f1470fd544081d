using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.TestSupport;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

public abstract partial class GatewayTests
{
    [PeerFact]
    public async Task The_current_value_comes_first_and_then_every_change()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxAttribute<int> mode = plant.Mixing.Pump_001.Mode;
            await mode.WriteAsync(1);
            await using IAsyncEnumerator<MxSample<int>> samples = mode.AdviseAsync().GetAsyncEnumerator();
            Assert.True(await samples.MoveNextAsync());
            Assert.True(samples.Current.IsGood);

            // The data change may come after the confirmation, so the first value may be the one before the write.
            while (samples.Current.Value != 1)
                Assert.True(await samples.MoveNextAsync());
            for (int i = 2; i < 20; i++)
            {
                await mode.WriteAsync(i);
                Assert.True(await samples.MoveNextAsync());
                Assert.Equal(i, samples.Current.Value);
                Assert.Equal(i, mode.Value);
            }
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Values_that_move_are_followed()
    {
        await using TestGateway gateway = await StartAsync(new() { IsMoving = true });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            var seen = new HashSet<float>();
            await foreach (MxSample<float> sample in plant.Mixing.Pump_001.Speed.AdviseAsync())
                if (seen.Add(sample.Value) && seen.Count == 10)
                    break;
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_hundred_subscribers_share_one_item_and_the_last_one_out_lets_it_go()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxAttribute<float> setpoint = plant.Mixing.Pump_001.SpeedSetpoint;
            var told = new ConcurrentDictionary<(int Subscriber, float Value), bool>();
            IDisposable[] subscriptions =
                [.. Enumerable.Range(0, 100).Select(i => setpoint.Subscribe(sample => told[(i, sample.HasValue ? sample.Value : float.NaN)] = true))];
            await setpoint.WriteAsync(321.5f);
            await Retry.Until("all are told of the write", () => told.Keys.Count(entry => entry.Value == 321.5f) == 100);
            Assert.Equal(1, gateway.Count(MxCommandKind.SubscribeBulk));

            foreach (IDisposable subscription in subscriptions[1..])
                subscription.Dispose();
            await setpoint.WriteAsync(322.5f);
            await Retry.Until("the one that is left is told", () => told.ContainsKey((0, 322.5f)));
            Assert.Equal(0, gateway.Count(MxCommandKind.UnsubscribeBulk));
            subscriptions[0].Dispose();
            await NothingIsAdvised(gateway);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task Every_tag_of_the_plant_is_advised_in_a_few_commands_and_gives_its_first_value()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            var good = new ConcurrentDictionary<string, bool>();
            MxTag[] tags = [.. plant.All<MxObject>().SelectMany(TagsOf)];
            Assert.True(tags.Length > 500, $"the sample plant has {tags.Length} tags of these types, too few for two commands");
            foreach (MxTag tag in tags)
                _ = Subscribe(tag, good);
            await Retry.Until("every tag has a good value", () => good.Count == tags.Length);
            Assert.InRange(gateway.Count(MxCommandKind.SubscribeBulk), 2, tags.Length / 10);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_tag_that_is_not_deployed_any_more_is_a_bad_sample_and_the_others_go_on()
    {
        await using TestGateway gateway = await StartAsync(new() { Objects = With("Pump_002", _ => null) });
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        await using IAsyncEnumerator<MxSample<float>> gone = plant.Mixing.Pump_002.Speed.AdviseAsync().GetAsyncEnumerator();
        await using IAsyncEnumerator<MxSample<float>> there = plant.Mixing.Pump_001.Speed.AdviseAsync().GetAsyncEnumerator();
        await UntilAsync(gone, sample => sample.Quality == MxQuality.BadConfigurationError && sample.Status.Category == MxStatusCategory.ConfigurationError);
        await UntilAsync(there, sample => sample.IsGood);
    }

    [PeerFact]
    public async Task Cancelling_an_enumeration_lets_its_item_go()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (MxSample<float> _ in plant.Mixing.Pump_001.Speed.AdviseAsync(stop.Token))
                    await stop.CancelAsync();
            });
            await NothingIsAdvised(gateway);
            Assert.Null(plant.Mixing.Pump_001.Speed.Value);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_collection_is_one_subscription_in_a_few_commands_and_each_tag_is_advised_once()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Pump[] pumps = [.. plant.All<Pump>()];
            MxTag[] expected = [.. pumps.SelectMany(pump => new MxTag[] { pump.Speed, pump.Running })];
            var seen = new HashSet<MxTag>();
            await foreach (IReadOnlyList<MxTagSample> batch in pumps.AdviseBatchesAsync(pump => [pump.Speed, pump.Running]))
            {
                seen.UnionWith(batch.Where(sample => sample.IsGood).Select(sample => sample.Tag));
                if (seen.Count == expected.Length)
                    break;
            }

            Assert.True(seen.SetEquals(expected));
            Assert.Equal(1, gateway.Count(MxCommandKind.SubscribeBulk));
            await NothingIsAdvised(gateway);
            await Retry.Until("that took one command", () => gateway.Count(MxCommandKind.UnsubscribeBulk) == 1);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task An_object_is_advised_whole_in_one_command()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Pump pump = plant.Mixing.Pump_001;
            var left = new HashSet<MxTag>(pump.Tags());
            Assert.Contains(pump.PV.HiHi.Limit, left);
            await foreach (MxTagSample sample in pump.AdviseAsync())
                if (left.Remove(sample.Tag) && left.Count == 0)
                    break;
            Assert.Equal(1, gateway.Count(MxCommandKind.SubscribeBulk));
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_thousand_subscribers_to_one_tag_make_one_advise()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxAttribute<int> mode = plant.Mixing.Pump_001.Mode;
            using var all = new CountdownEvent(1_000);
            IDisposable[] subscriptions = [.. Enumerable.Range(0, 1_000).Select(_ =>
            {
                int isTold = 0;
                return mode.Subscribe(sample =>
                {
                    if (sample.IsGood && Interlocked.Exchange(ref isTold, 1) == 0)
                        all.Signal();
                });
            })];
            await Retry.Until("all are told", () => all.IsSet);
            Assert.Equal(1, gateway.Count(MxCommandKind.SubscribeBulk));
            foreach (IDisposable subscription in subscriptions)
                subscription.Dispose();
            await NothingIsAdvised(gateway);
            await Retry.Until("that took one command", () => gateway.Count(MxCommandKind.UnsubscribeBulk) == 1);
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_supervisory_advise_gives_values_beside_a_plain_one_of_the_same_item()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            Pump pump = plant.Mixing.Pump_001;
            await using IAsyncEnumerator<MxSample<float>> plain = pump.Speed.AdviseAsync().GetAsyncEnumerator();
            await UntilAsync(plain, sample => sample.IsGood);
            await using IAsyncEnumerator<MxTagSample> both = new MxTag[] { pump.Speed, pump.Mode }.AdviseAsync(new MxAdviseOptions { Supervisory = true }).GetAsyncEnumerator();
            var good = new HashSet<MxTag>();
            while (good.Count < 2 && await both.MoveNextAsync())
                if (both.Current.IsGood)
                    good.Add(both.Current.Tag);
            await Retry.Until("both are advised so", () => gateway.Count(MxCommandKind.AdviseSupervisory) == 2);
            Assert.Equal((1, 1), (gateway.Count(MxCommandKind.SubscribeBulk), gateway.Count(MxCommandKind.AddItemBulk)));
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_binding_is_told_of_changes()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxAttribute<int> mode = plant.Mixing.Pump_001.Mode;
            var shown = new ConcurrentQueue<int?>();
            PropertyChangedEventHandler handler = (_, e) =>
            {
                if (e.PropertyName == nameof(mode.Value))
                    shown.Enqueue(mode.Value);
            };
            mode.PropertyChanged += handler;
            await mode.WriteAsync(41);
            await mode.WriteAsync(42);
            await Retry.Until("the last value is shown", () => shown.LastOrDefault() == 42);
            mode.PropertyChanged -= handler;
            await NothingIsAdvised(gateway);
        }

        gateway.AssertNothingLeftBehind();
    }

    // What an object redeclares because it differs from its template comes first, and counts.
    private static IEnumerable<MxTag> TagsOf(MxObject o) => o.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => typeof(MxTag).IsAssignableFrom(property.PropertyType) && property.GetIndexParameters().Length == 0)
        .DistinctBy(property => property.Name)
        .Select(property => (MxTag)property.GetValue(o)!)
        .Where(tag => tag is MxTag<float> or MxTag<bool> or MxTag<int> or MxTag<string>);

    private static IDisposable Subscribe(MxTag tag, ConcurrentDictionary<string, bool> good)
    {
        return tag switch
        {
            MxTag<float> number => number.Subscribe(sample => Note(sample.IsGood)),
            MxTag<bool> flag => flag.Subscribe(sample => Note(sample.IsGood)),
            MxTag<int> count => count.Subscribe(sample => Note(sample.IsGood)),
            _ => ((MxTag<string>)tag).Subscribe(sample => Note(sample.IsGood)),
        };

        void Note(bool isGood)
        {
            if (isGood)
                good[tag.Reference] = true;
        }
    }
}
