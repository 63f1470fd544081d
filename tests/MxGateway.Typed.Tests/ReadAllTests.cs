using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Reading an object as a record: on the simulator what is asked, on a scripted gateway what is made of each answer.</summary>
public sealed class ReadAllTests
{
    private static readonly DateTimeOffset s_six = new(2026, 11, 2, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Everything_comes_by_one_command()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        NotedPumpValues values = await new ReadAllPlant(plant.Plant.Connection).Pump_001.ReadAllAsync();

        Assert.Equal(1, plant.Count(MxCommandKind.ReadBulk));
        Assert.Contains("ReadBulk Pump_001.Speed, Pump_001.Recipe[], Pump_001.PV, Pump_001.PV.HiHi.Limit, Pump_001.Note", plant.Calls());
        Assert.Equal(await plant.Pump.Speed.ReadAsync(), values.Speed);
        Assert.Equal((await plant.Pump.Note.ReadAsync()).Value, values.Note.Value);
        Assert.Equal((await plant.Pump.Recipe.ReadAsync()).Value, values.Recipe.Value);
        Assert.Equal(await plant.Pump.PV.ReadAsync(), values.PV.Sample);
        Assert.Equal(await plant.Pump.PV.HiHi.Limit.ReadAsync(), values.PV.HiHi.Limit);
        Assert.True(values.WorstQuality.IsGood);
    }

    [Fact]
    public async Task An_advised_tag_gives_its_last_sample_and_is_not_asked_for()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        ReadablePV pv = new ReadAllPlant(plant.Plant.Connection).Pump_001.PV;
        await using IAsyncEnumerator<MxSample<float>> samples = pv.AdviseAsync().GetAsyncEnumerator();
        await samples.MoveNextAsync();
        Assert.Equal(samples.Current, (await pv.ReadAllAsync()).Sample);
        Assert.Contains("ReadBulk Pump_001.PV.HiHi.Limit", plant.Calls());

        await using IAsyncEnumerator<MxSample<float>> limits = pv.HiHi.Limit.AdviseAsync().GetAsyncEnumerator();
        await limits.MoveNextAsync();
        Assert.Equal(limits.Current, (await pv.ReadAllAsync()).HiHi.Limit);
        Assert.Equal(1, plant.Count(MxCommandKind.ReadBulk));
    }

    [Fact]
    public async Task What_differs_is_a_bad_sample_that_says_why_through_the_templates_class()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        PlainPump pump = new ReadAllPlant(plant.Plant.Connection).Pump_001;
        PlainPumpValues values = await pump.ReadAllAsync();

        Assert.False(values.Note.HasValue);
        Assert.True(values.Note.IsFromSession);
        Assert.Equal(MxQuality.BadConfigurationError, values.Note.Quality);
        Assert.Equal(new MxStatus(MxStatusCategory.ConfigurationError, MxStatusSource.Unknown, 0, "Pump_001.Note is String here"), values.Note.Status);
        Assert.Equal(MxQuality.BadConfigurationError, values.WorstQuality);
        Assert.DoesNotContain("Pump_001.Note", string.Join(' ', plant.Calls()));
        Assert.True(values.Speed.IsGood);
    }

    [Fact]
    public async Task What_an_objects_own_class_says_in_place_of_its_templates_counts_alone()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        NotedPumpValues values = await new ReadAllPlant(plant.Plant.Connection).Pump_001.ReadAllAsync();

        Assert.True(((PlainPumpValues)values).Note.Quality.IsBad);
        Assert.True(values.Note.IsGood);
        Assert.True(values.WorstQuality.IsGood);
    }

    [Fact]
    public async Task What_an_object_lacks_counts_through_its_templates_class_and_not_through_its_own()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        BarePump pump = new ReadAllPlant(plant.Plant.Connection).Bare;
        BarePumpValues own = await pump.ReadAllAsync();
        PlainPumpValues asPump = await ((PlainPump)pump).ReadAllAsync();

        Assert.Equal("Pump_001.Note is not in the snapshot", own.Note.Status.Text);
        Assert.True(own.WorstQuality.IsGood);
        Assert.Equal(MxQuality.BadConfigurationError, asPump.WorstQuality);
    }

    [Fact]
    public async Task A_wrong_reference_is_a_bad_sample_that_names_it_and_has_no_time()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        PlainPumpValues values = await new ReadAllPlant(plant.Plant.Connection).Pump_009.ReadAllAsync();

        Assert.Contains("Pump_009.Speed", values.Speed.Status.Text, StringComparison.Ordinal);
        Assert.Equal(MxStatusCategory.ConfigurationError, values.PV.Sample.Status.Category);
        Assert.True(values.WorstQuality.IsBad);
        Assert.True(values.PV.HiHi.WorstQuality.IsBad);
    }

    [Fact]
    public async Task Worst_quality_oldest_time_and_skew_are_those_of_all_that_is_below()
    {
        await using ScriptedReads gateway = await ScriptedReads.StartAsync(
            ("Pump_009.Speed", Row(192, s_six.AddSeconds(2))),
            ("Pump_009.Note", Row(216, s_six.AddSeconds(5))),
            ("Pump_009.Recipe[]", new BulkReadResult { WasSuccessful = true, Quality = 192, Value = new() { ArrayValue = new() { FloatValues = new() } }, SourceTimestamp = s_six.ToTimestamp() }),
            ("Pump_009.PV", Row(84, s_six.AddSeconds(1))),
            ("Pump_009.PV.HiHi.Limit", Row(24, s_six.AddSeconds(9))));
        PlainPumpValues values = await gateway.Plant.Pump_009.ReadAllAsync();

        Assert.Equal((new MxQuality(24), s_six, TimeSpan.FromSeconds(9)), (values.WorstQuality, values.OldestTimestamp, values.TimeSkew));
        Assert.Equal((new MxQuality(24), s_six.AddSeconds(1), TimeSpan.FromSeconds(8)), (values.PV.WorstQuality, values.PV.OldestTimestamp, values.PV.TimeSkew));
        Assert.Equal((new MxQuality(24), s_six.AddSeconds(9), TimeSpan.Zero), (values.PV.HiHi.WorstQuality, values.PV.HiHi.OldestTimestamp, values.PV.HiHi.TimeSkew));
    }

    [Theory]
    [InlineData(192, 216, 192)]
    [InlineData(84, 216, 84)]
    [InlineData(88, 64, 64)]
    [InlineData(128, 64, 128)]
    [InlineData(28, 4, 4)]
    public async Task Bad_is_worse_than_uncertain_and_that_than_good(int one, int other, int worst)
    {
        await using ScriptedReads gateway = await ScriptedReads.StartAsync(("Pump_009.PV", Row(one, s_six)), ("Pump_009.PV.HiHi.Limit", Row(other, s_six)));
        Assert.Equal(worst, (await gateway.Plant.Pump_009.PV.ReadAllAsync()).WorstQuality.Code);
    }

    [Fact]
    public async Task Samples_without_a_source_time_count_for_quality_only()
    {
        await using ScriptedReads gateway = await ScriptedReads.StartAsync(
            ("Pump_001.Speed", Row(192, s_six)),
            ("Pump_001.Recipe[]", new BulkReadResult { ErrorMessage = "no answer" }),
            ("Pump_001.PV", Row(192, s_six.AddSeconds(1))),
            ("Pump_001.PV.HiHi.Limit", new BulkReadResult { WasSuccessful = true, Quality = 192, Value = new() { FloatValue = 1 } }));
        PlainPump pump = gateway.Plant.Pump_001;
        PlainPumpValues values = await pump.ReadAllAsync();

        Assert.Equal(new MxQuality(0), values.WorstQuality);
        Assert.Equal(s_six, values.OldestTimestamp);
        Assert.Equal(TimeSpan.FromSeconds(1), values.TimeSkew);
        Assert.Equal(gateway.Time.GetUtcNow(), values.Note.Timestamp);
    }

    [Fact]
    public async Task A_value_of_another_type_counts_for_quality_only()
    {
        await using ScriptedReads gateway = await ScriptedReads.StartAsync(
            ("Pump_009.PV", new BulkReadResult { WasSuccessful = true, Quality = 192, Value = new() { StringValue = "full" }, SourceTimestamp = s_six.AddDays(-1).ToTimestamp() }),
            ("Pump_009.PV.HiHi.Limit", Row(192, s_six)));
        ReadablePVValues values = await gateway.Plant.Pump_009.PV.ReadAllAsync();

        Assert.Equal(MxQuality.BadConfigurationError, values.WorstQuality);
        Assert.Equal(s_six, values.OldestTimestamp);
    }

    [Fact]
    public async Task Where_nothing_has_a_source_time_it_is_the_time_of_the_reading()
    {
        await using ScriptedReads gateway = await ScriptedReads.StartAsync();
        PlainPumpValues values = await gateway.Plant.Pump_009.ReadAllAsync();

        Assert.True(values.WorstQuality.IsBad);
        Assert.Equal(gateway.Time.GetUtcNow(), values.OldestTimestamp);
        Assert.Equal(TimeSpan.Zero, values.TimeSkew);
    }

    [Fact]
    public async Task What_does_not_travel_together_goes_in_several_commands()
    {
        await using ScriptedReads gateway = await ScriptedReads.StartAsync(
            [.. Enumerable.Range(0, Wide.Count).Select(index => ($"Wide_001.A{index}", Row(192, s_six.AddSeconds(index), index)))]);
        WideValues values = await gateway.Plant.Wide_001.ReadAllAsync();

        Assert.Equal([500, 500, 201], gateway.Asked.Select(tags => tags.Length));
        Assert.Equal(Enumerable.Range(0, Wide.Count).Select(index => (float)index), values.All.Select(sample => sample.Value));
        Assert.Equal(TimeSpan.FromSeconds(Wide.Count - 1), values.TimeSkew);
    }

    [Fact]
    public async Task A_caller_may_stop_waiting()
    {
        await using ScriptedReads gateway = await ScriptedReads.StartAsync();
        using var stop = new CancellationTokenSource();
        gateway.Hold = new TaskCompletionSource();
        Task<PlainPumpValues> reading = gateway.Plant.Pump_009.ReadAllAsync(stop.Token);
        await Retry.Until("the command is on its way", () => !gateway.Asked.IsEmpty);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        gateway.Hold.SetResult();
        OperationCanceledException before = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Plant.Pump_009.ReadAllAsync(stop.Token));
        Assert.Equal("reading all of Pump_009: the wait was cancelled", before.Message);
        Assert.Single(gateway.Asked);
    }

    [Fact]
    public async Task A_closed_connection_says_what_was_tried()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        ReadAllPlant readable = new(plant.Plant.Connection);
        await plant.Plant.DisposeAsync();

        Assert.Contains("reading all of Pump_001", (await Assert.ThrowsAsync<ObjectDisposedException>(() => readable.Pump_001.ReadAllAsync())).Message, StringComparison.Ordinal);
        Assert.Contains("reading all of Pump_001.PV", (await Assert.ThrowsAsync<ObjectDisposedException>(() => readable.Pump_001.PV.ReadAllAsync())).Message, StringComparison.Ordinal);
    }

    private static BulkReadResult Row(int quality, DateTimeOffset time, float value = 1) =>
        new() { WasSuccessful = true, Quality = quality, Value = new() { FloatValue = value }, SourceTimestamp = time.ToTimestamp() };

    /// <summary>A gateway that answers reads with given rows; a tag without one is not there.</summary>
    private sealed class ScriptedReads : IAsyncDisposable
    {
        private readonly ScriptedGateway _gateway;

        private ScriptedReads(ScriptedGateway gateway, MxGatewayConnection connection)
        {
            _gateway = gateway;
            Plant = new ReadAllPlant(connection);
        }

        public FakeTimeProvider Time { get; private init; } = null!;

        public ReadAllPlant Plant { get; }

        /// <summary>Awaited before a read is answered.</summary>
        public TaskCompletionSource? Hold { get; set; }

        public ConcurrentQueue<string[]> Asked { get; } = new();

        public static async Task<ScriptedReads> StartAsync(params (string Tag, BulkReadResult Row)[] rows)
        {
            ScriptedGateway gateway = await ScriptedGateway.StartAsync();
            var time = new FakeTimeProvider();
            var reads = new ScriptedReads(gateway, await MxGatewayConnection.ConnectAsync(gateway.Options with { TimeProvider = time })) { Time = time };
            Dictionary<string, BulkReadResult> byTag = rows.ToDictionary(row => row.Tag, row => row.Row);
            gateway.Answer = async command =>
            {
                if (command.Kind != MxCommandKind.ReadBulk)
                    return null;
                reads.Asked.Enqueue([.. command.ReadBulk.TagAddresses]);
                if (reads.Hold is not null)
                    await reads.Hold.Task;
                return new MxCommandReply
                {
                    Kind = command.Kind,
                    ProtocolStatus = new() { Code = ProtocolStatusCode.Ok },
                    ReadBulk = new() { Results = { command.ReadBulk.TagAddresses.Select(tag => byTag.GetValueOrDefault(tag) ?? new BulkReadResult { TagAddress = tag, ErrorMessage = $"{tag} is not there" }) } },
                };
            };
            return reads;
        }

        public async ValueTask DisposeAsync()
        {
            await Plant.Connection.DisposeAsync();
            await _gateway.DisposeAsync();
        }
    }
}
