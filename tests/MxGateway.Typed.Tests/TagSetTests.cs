using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Many tags advised as one.</summary>
public sealed class TagSetTests
{
    [Fact]
    public async Task A_set_travels_in_one_command_and_gives_typed_samples()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Pump pump = plant.Pump;
        await using IAsyncEnumerator<MxTagSample> samples = new MxTag[] { pump.Speed, pump.Running, pump.Note, pump.Recipe }.AdviseAsync().GetAsyncEnumerator();
        var first = new Dictionary<MxTag, MxTagSample>();
        while (first.Count < 4 && await samples.MoveNextAsync())
            first[samples.Current.Tag] = samples.Current;

        Assert.All(first.Values, sample => Assert.True(sample.IsGood));
        Assert.Equal(
            "Pump_001.Speed,Pump_001.Running,Pump_001.Note,Pump_001.Recipe[]",
            string.Join(";", plant.Simulator.Calls.ToList().Where(call => call.Command == MxCommandKind.SubscribeBulk).Select(call => string.Join(",", call.Items))));
        Assert.True(first[pump.Note].Is(pump.Note, out MxSample<string> note));
        Assert.True(note.IsGood);
        Assert.False(first[pump.Note].Is(pump.Speed, out _));

        await pump.Note.WriteAsync("after");
        await samples.MoveNextAsync();
        Assert.True(samples.Current.Is(pump.Note, out note));
        Assert.Equal("after", note.Value);
        Assert.StartsWith("Pump_001.Note after good", samples.Current.ToString());
    }

    [Fact]
    public async Task A_collection_gives_what_is_asked_of_each_object()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var seen = new Dictionary<string, MxQuality>();
        await foreach (MxTagSample sample in plant.Plant.All<Pump>().AdviseAsync(pump => [pump.Speed, pump.Running]))
        {
            seen[sample.Tag.Reference] = sample.Quality;
            if (seen.Count == 4)
                break;
        }

        // Pump_002 is in the snapshot and not in the Galaxy.
        Assert.Equal(["Pump_001.Running", "Pump_001.Speed", "Pump_002.Running", "Pump_002.Speed"], seen.Keys.Order());
        Assert.Equal([true, true, false, false], seen.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value.IsGood));
        Assert.Equal(MxQuality.BadConfigurationError, seen["Pump_002.Speed"]);
        await plant.NothingIsAdvised();
        await plant.OnRecord(MxCommandKind.UnsubscribeBulk, 1);
        Assert.Equal(1, plant.Count(MxCommandKind.SubscribeBulk));
    }

    [Fact]
    public async Task An_object_is_advised_with_all_its_attributes()
    {
        (var simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            await using MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(options);
            var plant = new ReadAllPlant(connection);
            IReadOnlyList<MxTag> tags = plant.Pump_001.Tags();
            Assert.Contains("Pump_001.PV.HiHi.Limit", tags.Select(tag => tag.Reference));
            var seen = new HashSet<MxTag>();
            await foreach (MxTagSample sample in plant.Pump_001.AdviseAsync())
                if (seen.Add(sample.Tag) && seen.Count == tags.Count)
                    break;
            Assert.True(seen.SetEquals(tags));
        }
    }

    [Fact]
    public async Task Batches_give_together_what_came_since_the_reader_looked()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Pump pump = plant.Pump;
        MxTag[] tags = [pump.Speed, pump.Count, pump.Total];
        await using IAsyncEnumerator<IReadOnlyList<MxTagSample>> batches = tags.AdviseBatchesAsync().GetAsyncEnumerator();
        var seen = new HashSet<MxTag>();
        while (seen.Count < 3 && await batches.MoveNextAsync())
            seen.UnionWith(batches.Current.Select(sample => sample.Tag));

        // Each is told before its write is confirmed, or a later one is: so all have come when the last write of each is confirmed and seen.
        foreach (int i in new[] { 1, 2, 3 })
        {
            await pump.Speed.WriteAsync(i);
            await pump.Count.WriteAsync(i);
            await pump.Total.WriteAsync(i);
        }

        await Retry.Until("all have come", () => pump.Speed.Value == 3 && pump.Count.Value == 3 && pump.Total.Value == 3);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(["Pump_001.Count", "Pump_001.Speed", "Pump_001.Total"], batches.Current.Select(sample => sample.Tag.Reference).Order());
        Assert.All(batches.Current, sample => Assert.Equal(2, sample.Missed));
        Assert.Equal([3f, 3, 3.0], batches.Current.OrderBy(sample => Array.IndexOf(tags, sample.Tag)).Select(sample => sample.Value.TryGet(out object? value) ? value : null));
    }

    [Fact]
    public async Task Every_sample_is_kept_up_to_the_capacity_and_what_goes_is_counted()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxAttribute<int> count = plant.Pump.Count;
        await using IAsyncEnumerator<MxTagSample> samples = new MxTag[] { count }.AdviseAsync(new MxAdviseOptions { QueueCapacity = 5 }).GetAsyncEnumerator();
        await samples.MoveNextAsync();
        for (int i = 1; i <= 8; i++)
            await count.WriteAsync(i);
        await Retry.Until("all have come", () => count.Value == 8);

        var seen = new List<(int Value, int Missed)>();
        while (seen.Count < 5 && await samples.MoveNextAsync())
            seen.Add((samples.Current.Value.TryGet(out int value) ? value : -1, samples.Current.Missed));
        Assert.Equal([(4, 3), (5, 0), (6, 0), (7, 0), (8, 0)], seen);
    }

    [Fact]
    public async Task A_reader_that_loses_samples_is_logged_once_until_he_has_caught_up()
    {
        var log = new LogLines();
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(configure: options => options with { LoggerFactory = log });
        MxAttribute<int> count = plant.Pump.Count;
        await using IAsyncEnumerator<MxSample<int>> samples = count.AdviseAsync(new MxAdviseOptions { QueueCapacity = 5 }).GetAsyncEnumerator();
        await samples.MoveNextAsync();
        await WriteAsync(1, 8);
        Assert.Empty(log.Warnings);
        await ReadUpToAsync(6);

        // Behind still, and so not told again.
        await WriteAsync(9, 16);
        await ReadUpToAsync(16);
        Assert.Equal("The reader of Pump_001.Count is behind: 3 samples were dropped", Assert.Single(log.Warnings).Split(',')[0]);

        // He waits for a sample, so he has caught up: the next time is another one.
        ValueTask<bool> next = samples.MoveNextAsync();
        await WriteAsync(17, 17);
        await next;
        await WriteAsync(18, 30);
        await ReadUpToAsync(30);
        Assert.Equal(2, log.Warnings.Count);
        Assert.Contains("8 samples were dropped, as its queue of 5 was full", log.Warnings.Last());

        async Task WriteAsync(int from, int to)
        {
            for (int i = from; i <= to; i++)
                await count.WriteAsync(i);
            await Retry.Until("all have come", () => count.Value == to);
        }

        async Task ReadUpToAsync(int value)
        {
            while (samples.Current.Value != value)
                await samples.MoveNextAsync();
        }
    }

    [Fact]
    public async Task A_single_tag_keeps_every_sample_too()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxAttribute<int> count = plant.Pump.Count;
        await using IAsyncEnumerator<MxSample<int>> samples = count.AdviseAsync(new MxAdviseOptions { QueueCapacity = 100 }).GetAsyncEnumerator();
        await samples.MoveNextAsync();
        for (int i = 1; i <= 50; i++)
            await count.WriteAsync(i);
        for (int i = 1; i <= 50; i++)
        {
            await samples.MoveNextAsync();
            Assert.Equal(i, samples.Current.Value);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(MxAdviseOptions.MaxQueueCapacity + 1)]
    public async Task A_capacity_out_of_range_is_refused(int capacity)
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var options = new MxAdviseOptions { QueueCapacity = capacity };
        Assert.Contains("1 to 1000000", Assert.Throws<ArgumentOutOfRangeException>(() => plant.Pump.Speed.AdviseAsync(options)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => plant.Pump.Speed.Subscribe(new Observer<MxSample<float>>(), options));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MxTag[] { plant.Pump.Speed }.AdviseAsync(options));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MxTag[] { plant.Pump.Speed }.Subscribe(_ => { }, options));
    }

    [Fact]
    public async Task A_thousand_subscribers_make_one_advise()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Observer<MxTagSample>[] observers = [.. Enumerable.Range(0, 1_000).Select(_ => new Observer<MxTagSample>())];
        IDisposable[] subscriptions = [.. observers.Select(observer => new MxTag[] { plant.Pump.Speed, plant.Pump.Count }.Subscribe(observer))];
        foreach (Observer<MxTagSample> observer in observers)
            Assert.NotEqual((await observer.NextAsync()).Tag, (await observer.NextAsync()).Tag);
        Assert.Equal(2, plant.Simulator.Counts.AdvisedItems);
        Assert.Equal(2, plant.Simulator.Calls.ToList().Where(call => call.Command == MxCommandKind.SubscribeBulk).Sum(call => call.Items.Count));
        foreach (IDisposable subscription in subscriptions)
            subscription.Dispose();
        await plant.NothingIsAdvised();
    }

    [Fact]
    public async Task A_tag_that_is_named_twice_is_one()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var observer = new Observer<MxTagSample>();
        using IDisposable subscription = new MxTag[] { plant.Pump.Count, plant.Pump.Count }.Subscribe(observer);
        await observer.NextAsync();
        await plant.Pump.Count.WriteAsync(5);
        Assert.Equal("5", (await observer.NextAsync()).Value.ToString());
    }

    [Fact]
    public async Task Of_no_tags_nothing_comes()
    {
        await foreach (MxTagSample _ in Array.Empty<MxTag>().AdviseAsync())
            Assert.Fail("a sample of nothing");
        await foreach (IReadOnlyList<MxTagSample> _ in Array.Empty<MxTag>().AdviseBatchesAsync())
            Assert.Fail("a batch of nothing");
        var observer = new Observer<MxTagSample>();
        using IDisposable subscription = Array.Empty<MxTag>().Subscribe(observer);
        await observer.Completed;
    }

    [Fact]
    public async Task A_set_that_cannot_be_advised_whole_is_not_advised_at_all()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        Assert.Contains("one of the tags is null", Assert.Throws<ArgumentException>(() => new MxTag[] { plant.Pump.Speed, null! }.AdviseAsync()).Message);
        Assert.Throws<MxGalaxyException>(() => new MxTag[] { plant.Pump.Speed, plant.Plant.Find("Pump_002").Cast<Pump>().Single().Differing }.AdviseAsync());

        await using TestPlant other = await TestPlant.ConnectAsync(plant.Options);
        ArgumentException failure = Assert.Throws<ArgumentException>(() => new MxTag[] { plant.Pump.Speed, other.Pump_001.Count }.AdviseBatchesAsync());
        Assert.Contains($"Pump_001.Count ({plant.Options.Endpoint}) is of another connection than Pump_001.Speed (", failure.Message);
        Assert.Equal(0, plant.Count(MxCommandKind.SubscribeBulk));
    }

    [Fact]
    public async Task A_value_of_another_type_is_bad_and_names_both()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var observer = new Observer<MxTagSample>();
        using IDisposable subscription = new MxTag[] { plant.Pump.NoteAsFloat }.Subscribe(observer);
        MxTagSample sample = await observer.NextAsync();
        Assert.Equal(MxQuality.BadConfigurationError, sample.Quality);
        Assert.True(sample.IsFromSession);
        Assert.True(sample.Value.IsNull);
        Assert.Contains("the snapshot says Float, the gateway sent String", sample.Status.Text);
    }

    [Fact]
    public async Task A_lost_connection_is_a_sample_of_each_tag_and_the_end_comes_with_disposal()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var observer = new Observer<MxTagSample>();
        using IDisposable subscription = new MxTag[] { plant.Pump.Speed, plant.Pump.Count }.Subscribe(observer);
        await observer.NextAsync();
        await observer.NextAsync();
        await plant.Simulator.DisposeAsync();
        MxTagSample[] lost = [await observer.NextAsync(), await observer.NextAsync()];
        Assert.All(lost, sample => Assert.Equal((MxQuality.BadNotConnected, true), (sample.Quality, sample.IsFromSession)));
        Assert.NotEqual(lost[0].Tag, lost[1].Tag);
        Assert.False(observer.Completed.IsCompleted);
        await plant.Plant.DisposeAsync();
        await observer.Completed;
    }

    [Fact]
    public async Task A_plant_that_shares_its_connection_ends_its_own_subscriptions_only()
    {
        (var simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            await using MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(options);
            var (one, two) = (new TestPlant(connection), new TestPlant(connection));
            var (ofOne, ofTwo) = (new Observer<MxSample<float>>(), new Observer<MxTagSample>());
            one.Pump_001.Speed.Subscribe(ofOne);
            one.Pump_001.Count.PropertyChanged += (_, _) => { };
                using IDisposable subscription = new MxTag[] { two.Pump_001.Speed, two.Pump_001.Total }.Subscribe(ofTwo);
            await ofOne.NextAsync();
            await ofTwo.NextAsync();
            await ofTwo.NextAsync();
            await Retry.Until("three tags are advised", () => simulator.Counts.AdvisedItems == 3);

            await one.DisposeAsync();
            await ofOne.Completed;
            await Retry.Until("what only the first wanted is let go", () => simulator.Counts.AdvisedItems == 2);
            Assert.Throws<ObjectDisposedException>(() => one.Pump_001.Speed.Subscribe(ofOne));

            await two.Pump_001.Speed.WriteAsync(17);
            Assert.Equal("17", (await ofTwo.NextAsync()).Value.ToString());
            Assert.False(ofTwo.Completed.IsCompleted);
        }
    }
}
