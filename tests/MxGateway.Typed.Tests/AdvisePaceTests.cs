using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Many tags are advised no faster than their first values come, so that our own start never overruns the gateway's queue.</summary>
public sealed class AdvisePaceTests
{
    private const int Tags = 6_000;

    [Fact]
    public async Task More_is_advised_only_as_first_values_come()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();

        // Time stands still, so that first values are waited for as long as the test takes.
        await using PacedPlant plant = await PacedPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() });
        using IDisposable subscription = plant.Tags.Subscribe(_ => { });
        await Retry.Until("the window is full", () => Advised(gateway) == 4_000);
        await NothingMoreIsAsked(plant, gateway);
        Assert.Equal(4_000, Advised(gateway));

        for (int i = 1; i <= 500; i++)
            gateway.Send(ScriptedGateway.Change((ulong)i, 100 + i, i));
        await Retry.Until("so much more is advised", () => Advised(gateway) == 4_500);
        await NothingMoreIsAsked(plant, gateway);
        Assert.Equal(4_500, Advised(gateway));
    }

    [Fact]
    public async Task First_values_that_never_come_hold_nothing_up_for_long()
    {
        var time = new FakeTimeProvider();
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();

        // Time goes on until the rest is advised: however long that takes here, no answer must be too late by then.
        await using PacedPlant plant = await PacedPlant.ConnectAsync(gateway.Options with { TimeProvider = time, CommandTimeout = TimeSpan.FromDays(1) });
        using IDisposable subscription = plant.Tags.Subscribe(_ => { });
        await Retry.Until("the window is full", () => Advised(gateway) == 4_000);
        await Retry.Until("the rest is advised", () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            return Advised(gateway) == Tags;
        });
    }

    [Fact]
    public async Task Disposal_does_not_wait_for_first_values()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();

        // Time stands still: whatever waited for it would wait for ever.
        await using PacedPlant plant = await PacedPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() });
        using IDisposable subscription = plant.Tags.Subscribe(_ => { });
        await Retry.Until("the window is full", () => Advised(gateway) == 4_000);
        await plant.DisposeAsync();
        Assert.Equal("CloseSession", gateway.Calls.Last());
    }

    [Fact]
    public async Task A_write_to_a_tag_that_waits_for_room_does_not_wait_and_the_tag_is_advised_once()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using PacedPlant plant = await PacedPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() });

        // It is among those that the worker has taken, and waits for room with.
        using IDisposable subscription = plant.Tags.Take(4_200).Append(plant.Written).Concat(plant.Tags.Skip(4_200)).Subscribe(_ => { });
        await Retry.Until("the window is full", () => Advised(gateway) == 4_000);
        Task write = plant.Written.WriteAsync(5);
        await Retry.Until("the written tag is advised", () => Advised(gateway) == 4_001);
        gateway.Send(ScriptedGateway.Change(1, 4_101, 0));
        await Retry.Until("the write is sent", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.Write));
        gateway.Send(ScriptedGateway.Complete(2, 4_101));
        await write;

        for (int i = 1; i <= 4_000; i++)
            gateway.Send(ScriptedGateway.Change((ulong)i + 2, 100 + i, i));
        await Retry.Until("the rest is advised", () => References(gateway).Contains($"Big_001.A{Tags - 1}"));
        Assert.Single(References(gateway), "Big_001.Written");
    }

    // A tag that is read goes through its own command: when it is answered, the worker has had every chance to go on.
    private static async Task NothingMoreIsAsked(PacedPlant plant, ScriptedGateway gateway)
    {
        int before = gateway.Commands.Count;
        await Assert.ThrowsAnyAsync<MxGatewayException>(() => plant.Unread.ReadAsync());
        Assert.True(gateway.Commands.Count > before);
    }

    private static IEnumerable<string> References(ScriptedGateway gateway) =>
        gateway.Commands.Where(command => command.Kind == MxCommandKind.SubscribeBulk).SelectMany(command => command.SubscribeBulk.TagAddresses);

    private static int Advised(ScriptedGateway gateway) => gateway.Commands.Sum(command => command.SubscribeBulk?.TagAddresses.Count ?? 0);

    internal sealed class PacedPlant(MxGatewayConnection connection) : MxGalaxy(connection, new MxGalaxyTable(static () => "Big_001|0|"u8))
    {
        public IEnumerable<MxTag> Tags => Object<Big>(0).All;

        public MxTag<float> Unread => Object<Big>(0).Unread;

        public MxAttribute<float> Written => Object<Big>(0).Written;

        public static Task<PacedPlant> ConnectAsync(MxGatewayOptions options) => ConnectAsync(options, connection => new PacedPlant(connection), CancellationToken.None);

        protected override MxObject CreateObject(int @class, int row) => new Big(this, row);

        protected override Type ClassOf(int @class) => typeof(Big);
    }

    private sealed class Big(MxGalaxy galaxy, int row) : MxObject(galaxy, row)
    {
        public IEnumerable<MxTag> All => Enumerable.Range(0, AdvisePaceTests.Tags).Select(i => Attribute<MxReadOnlyAttribute<float>>(i, $"A{i}"));

        public MxTag<float> Unread => Attribute<MxReadOnlyAttribute<float>>(AdvisePaceTests.Tags, "Unread");

        public MxAttribute<float> Written => Attribute<MxAttribute<float>>(AdvisePaceTests.Tags + 1, "Written");

        protected override int SlotCount => AdvisePaceTests.Tags + 2;
    }
}
