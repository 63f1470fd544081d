using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>When the last sample of an advised tag is a read's answer, and when the gateway is asked.</summary>
public sealed class ReadAgeTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Zero_always_asks_the_gateway()
    {
        await using ScriptedGateway gateway = await StartAsync(value: 77);
        await using TestPlant plant = await ConnectAsync(gateway);
        using IDisposable subscription = await AdvisedAsync(gateway, plant.Pump_001.Speed, 1);
        Assert.Equal(77, (await plant.Pump_001.Speed.ReadAsync(TimeSpan.Zero)).Value);
        Assert.Equal(1, (await plant.Pump_001.Speed.ReadAsync()).Value);
        Assert.Equal(1, Reads(gateway));
    }

    [Fact]
    public async Task A_sample_is_taken_up_to_its_age_by_the_clients_clock_whatever_its_timestamp_says()
    {
        await using ScriptedGateway gateway = await StartAsync(value: 77);
        await using TestPlant plant = await ConnectAsync(gateway);

        // The source's clock is ten years ahead, and then ten years behind: neither makes a sample younger or older.
        foreach ((ulong sequence, int years) in new[] { (1ul, 10), (2ul, -10) })
        {
            using IDisposable subscription = await AdvisedAsync(gateway, plant.Pump_001.Speed, 1, sequence, _time.GetUtcNow().AddYears(years));
            int before = Reads(gateway);
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(1, (await plant.Pump_001.Speed.ReadAsync(TimeSpan.FromSeconds(10))).Value);
            Assert.Equal(before, Reads(gateway));
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(77, (await plant.Pump_001.Speed.ReadAsync(TimeSpan.FromSeconds(10))).Value);
            Assert.Equal(before + 1, Reads(gateway));
            subscription.Dispose();
            await Retry.Until("the tag is let go", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.UnsubscribeBulk) == (int)sequence);
        }
    }

    [Fact]
    public async Task The_gateway_is_asked_if_and_only_if_the_last_sample_is_older_than_asked()
    {
        await using ScriptedGateway gateway = await StartAsync(value: -1);
        await using TestPlant plant = await ConnectAsync(gateway);
        MxTag<float> speed = plant.Pump_001.Speed;
        using IDisposable subscription = await AdvisedAsync(gateway, speed, 1);
        await using IAsyncEnumerator<MxSample<float>> samples = speed.AdviseAsync().GetAsyncEnumerator();
        await samples.MoveNextAsync();
        ulong sequence = 1;
        async Task<bool> IsTrueAsync(int elapsed, int age)
        {
            gateway.Send(ScriptedGateway.Change(++sequence, 101, sequence));
            await samples.MoveNextAsync();
            _time.Advance(TimeSpan.FromMilliseconds(elapsed));
            float expected = age > 0 && elapsed <= age ? sequence : -1;
            return (await speed.ReadAsync(TimeSpan.FromMilliseconds(age))).Value == expected && (await speed.ReadAsync()).Value == sequence;
        }

        Check.One(
            Config.QuickThrowOnFailure.WithReplay(20261129, 5),
            Prop.ForAll(Gen.Choose(0, 20).Two().ToArbitrary(), pair => IsTrueAsync(pair.Item1, pair.Item2).GetAwaiter().GetResult()));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData((24L * 60 * 60 * 10_000_000) + 1)]
    [InlineData(long.MaxValue)]
    public async Task An_age_that_cannot_be_meant_is_refused_by_name_and_nothing_is_sent(long ticks)
    {
        await using ScriptedGateway gateway = await StartAsync(value: 77);
        await using TestPlant plant = await ConnectAsync(gateway);
        ArgumentOutOfRangeException refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => plant.Pump_001.Speed.ReadAsync(new TimeSpan(ticks)));
        Assert.Equal("maxAge", refused.ParamName);
        Assert.Contains("Pump_001.Speed", refused.Message);
        Assert.Equal(0, Reads(gateway));
        Assert.Equal(77, (await plant.Pump_001.Speed.ReadAsync(TimeSpan.FromDays(1))).Value);
    }

    [Fact]
    public async Task A_first_value_that_is_on_its_way_is_waited_for_and_not_asked_for_again()
    {
        await using ScriptedGateway gateway = await StartAsync(value: 77);
        await using TestPlant plant = await ConnectAsync(gateway);
        using IDisposable subscription = plant.Pump_001.Speed.Subscribe(_ => { });
        await SubscribedAsync(gateway, 1);
        Task<MxSample<float>>[] reads = [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? plant.Pump_001.Speed.ReadAsync() : plant.Pump_001.Speed.ReadAsync(TimeSpan.FromSeconds(1)))];
        gateway.Send(ScriptedGateway.Change(1, 101, 3));
        Assert.All(await Task.WhenAll(reads), sample => Assert.Equal(3, sample.Value));
        Assert.Equal(0, Reads(gateway));
        Assert.Equal(1, gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk));
    }

    [Fact]
    public async Task A_first_value_that_does_not_come_is_a_bad_sample_that_says_which_how_long_and_why()
    {
        await using ScriptedGateway gateway = await StartAsync(value: 77);
        await using TestPlant plant = await ConnectAsync(gateway);
        using IDisposable subscription = plant.Pump_001.Speed.Subscribe(_ => { });
        await SubscribedAsync(gateway, 1);
        Task<MxSample<float>> read = plant.Pump_001.Speed.ReadAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        MxSample<float> sample = await read;
        Assert.Equal((MxQuality.BadWaitingForInitialData, MxStatusCategory.CommunicationError, false), (sample.Quality, sample.Status.Category, sample.HasValue));
        Assert.Contains("Pump_001.Speed: no value within 5 s; its object may be off scan", sample.Status.Text);
        Assert.Equal(0, Reads(gateway));
    }

    [Fact]
    public async Task Who_waits_for_a_first_value_is_asked_for_also_when_the_last_subscription_ends_meanwhile()
    {
        await using ScriptedGateway gateway = await StartAsync(value: 77);
        await using TestPlant plant = await ConnectAsync(gateway);
        IDisposable subscription = plant.Pump_001.Speed.Subscribe(_ => { });
        await SubscribedAsync(gateway, 1);
        Task<MxSample<float>> read = plant.Pump_001.Speed.ReadAsync();
        subscription.Dispose();
        gateway.Send(ScriptedGateway.Change(1, 101, 3));
        Assert.Equal(3, (await read).Value);
        await Retry.Until("the tag is let go", () => gateway.Calls.Contains(nameof(MxCommandKind.UnsubscribeBulk)));
    }

    [Fact]
    public async Task A_tag_that_could_not_be_advised_is_asked_for()
    {
        await using ScriptedGateway gateway = await StartAsync(value: 77);
        Func<MxCommand, Task<MxCommandReply?>> usual = gateway.Answer;
        gateway.Answer = command => command.Kind == MxCommandKind.SubscribeBulk
            ? Task.FromResult<MxCommandReply?>(new() { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Timeout } })
            : usual(command);
        await using TestPlant plant = await ConnectAsync(gateway);
        using IDisposable subscription = plant.Pump_001.Speed.Subscribe(_ => { });
        await SubscribedAsync(gateway, 1);
        Assert.Equal(77, (await plant.Pump_001.Speed.ReadAsync()).Value);
    }

    private static async Task<ScriptedGateway> StartAsync(float value)
    {
        ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command =>
            Task.FromResult(command.Kind == MxCommandKind.ReadBulk ? ScriptedGateway.Read(command, _ => ScriptedGateway.Row(value)) : null);
        return gateway;
    }

    private Task<TestPlant> ConnectAsync(ScriptedGateway gateway) => TestPlant.ConnectAsync(gateway.Options with { TimeProvider = _time });

    private static async Task<IDisposable> AdvisedAsync(ScriptedGateway gateway, MxTag<float> tag, float value, ulong sequence = 1, DateTimeOffset? sourceTime = null)
    {
        var first = new TaskCompletionSource();
        IDisposable subscription = tag.Subscribe(sample =>
        {
            if (sample.IsGood)
                first.TrySetResult();
        });
        await SubscribedAsync(gateway, (int)sequence);
        MxEvent change = ScriptedGateway.Change(sequence, 100 + (int)sequence, value);
        change.SourceTimestamp = sourceTime?.ToTimestamp();
        gateway.Send(change);
        await first.Task.WaitAsync(Retry.Patience);
        return subscription;
    }

    private static Task SubscribedAsync(ScriptedGateway gateway, int count) =>
        Retry.Until("the tag is advised", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) == count);

    private static int Reads(ScriptedGateway gateway) => gateway.Commands.Count(command => command.Kind == MxCommandKind.ReadBulk);
}
