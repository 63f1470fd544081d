using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>What a write's outcome is when the gateway is slow, silent, unclear, or gone.</summary>
public sealed class WriteOutcomeTests
{
    public static TheoryData<GrpcStatusCode> Ends => [GrpcStatusCode.OK, GrpcStatusCode.Unavailable, GrpcStatusCode.ResourceExhausted, GrpcStatusCode.NotFound, GrpcStatusCode.PermissionDenied];

    public static TheoryData<int?, Contracts.Proto.MxStatusCategory?, Type?> Verdicts => new()
    {
        { null, Contracts.Proto.MxStatusCategory.Ok, null },
        { null, Contracts.Proto.MxStatusCategory.Warning, null },
        { 0, null, null },
        { null, null, typeof(MxWriteUnknownException) },
        { null, Contracts.Proto.MxStatusCategory.Unknown, typeof(MxWriteUnknownException) },
        { null, Contracts.Proto.MxStatusCategory.CommunicationError, typeof(MxWriteUnknownException) },
        { unchecked((int)0x80070057), null, typeof(MxWriteRejectedException) },
        { unchecked((int)0x80070057), Contracts.Proto.MxStatusCategory.Ok, typeof(MxWriteRejectedException) },
        { null, Contracts.Proto.MxStatusCategory.SecurityError, typeof(MxWriteRejectedException) },
        { null, Contracts.Proto.MxStatusCategory.OperationalError, typeof(MxWriteRejectedException) },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public async Task A_completion_is_judged_by_what_it_says(int? hresult, Contracts.Proto.MxStatusCategory? category, Type? failure)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        (Task write, _) = await BeginAsync(gateway, plant);
        MxEvent completion = ScriptedGateway.Complete(2, 101);
        completion.Statuses.Clear();
        if (category is { } value)
            completion.Statuses.Add(new MxStatusProxy { Category = value });
        if (hresult is { } code)
            completion.Hresult = code;
        gateway.Send(completion);
        if (failure is null)
        {
            await write;
            return;
        }

        Exception thrown = await Assert.ThrowsAsync(failure, () => write);
        Assert.Contains("Pump_001.Speed", thrown.Message);
        if (thrown is MxWriteRejectedException rejected)
            Assert.Equal(hresult, rejected.MxHResult);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_write_in_flight_is_unknown_whatever_ends_the_connection_and_those_that_wait_are_not_sent(GrpcStatusCode end)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        (Task inFlight, _) = await BeginAsync(gateway, plant);
        Task[] waiting = [plant.Pump_001.Speed.WriteAsync(2), plant.Pump_001.Speed.WriteAsync(3)];

        gateway.EndStream(end);

        await Assert.ThrowsAsync<MxWriteUnknownException>(() => inFlight);
        foreach (Task write in (Task[])[.. waiting, plant.Pump_001.Speed.WriteAsync(4)])
        {
            MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => write);
            Assert.Contains("nothing was sent", failure.Message, StringComparison.OrdinalIgnoreCase);
            Assert.True(failure.IsSurelyNotDone);
        }

        Assert.Single(gateway.Commands, command => command.Kind == MxCommandKind.Write);
    }

    [Fact]
    public async Task Disposal_makes_a_write_in_flight_unknown_and_sends_none_that_waits()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        (Task inFlight, _) = await BeginAsync(gateway, plant);
        Task waiting = plant.Pump_001.Speed.WriteAsync(2);
        await plant.DisposeAsync();
        MxWriteUnknownException unknown = await Assert.ThrowsAsync<MxWriteUnknownException>(() => inFlight);
        Assert.StartsWith("writing Pump_001.Speed: this application closed the connection; the write may or may not have taken effect", unknown.Message);
        MxConnectionException notSent = await Assert.ThrowsAsync<MxConnectionException>(() => waiting);
        Assert.Equal("writing Pump_001.Speed: this application closed the connection. Nothing was sent", notSent.Message);
        Assert.Single(gateway.Commands, command => command.Kind == MxCommandKind.Write);
    }

    [Fact]
    public async Task Disposal_rejects_what_waits_of_many_writes()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        (Task inFlight, _) = await BeginAsync(gateway, plant);
        Task<IReadOnlyList<MxWriteResult>> many = plant.WriteAllAsync([MxWrite.Of(plant.Pump_001.Speed, 2), MxWrite.Of(plant.Pump_001.Count, 2)]);
        await SubscribedAsync(gateway, 2);
        await plant.DisposeAsync();
        Assert.All(await many, result => Assert.Equal(MxWriteOutcome.Rejected, result.Outcome));
        Assert.All(await many, result => Assert.Contains("this application closed the connection", Assert.IsType<MxConnectionException>(result.Exception).Message));
        await Assert.ThrowsAsync<MxWriteUnknownException>(() => inFlight);
    }

    [Fact]
    public async Task A_cancelled_write_in_flight_says_so_and_its_item_takes_no_other()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        using var cancel = new CancellationTokenSource();
        (Task write, ChannelReader<int> handles) = await BeginAsync(gateway, plant, cancel.Token);
        await cancel.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Equal(cancel.Token, cancelled.CancellationToken);

        Task next = plant.Pump_001.Speed.WriteAsync(2);
        await SubscribedAsync(gateway, 2);
        gateway.Send(ScriptedGateway.Change(2, 102, 0));
        Assert.Equal(102, await handles.ReadAsync());
        gateway.Send(ScriptedGateway.Complete(3, 101));
        gateway.Send(ScriptedGateway.Complete(4, 102));
        await next;
    }

    [Fact]
    public async Task An_item_whose_completion_never_comes_is_let_go_when_no_worker_can_be_at_it_any_more()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        (Task write, _) = await BeginAsync(gateway, plant);
        time.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAsync<MxWriteUnknownException>(() => write);
        Assert.DoesNotContain(101, Unsubscribed(gateway));
        time.Advance(TimeSpan.FromSeconds(31));
        await Retry.Until("the item is released", () => Unsubscribed(gateway).Contains(101));
    }

    [Fact]
    public async Task A_write_that_is_never_completed_is_unknown_and_its_late_completion_confirms_no_other()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        var writes = System.Threading.Channels.Channel.CreateUnbounded<int>();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
                writes.Writer.TryWrite(command.Write.ItemHandle);
            return Task.FromResult<MxCommandReply?>(null);
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });

        Task first = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        Assert.Equal(101, await writes.Reader.ReadAsync());
        time.Advance(TimeSpan.FromSeconds(11));
        MxWriteUnknownException unknown = await Assert.ThrowsAsync<MxWriteUnknownException>(() => first);
        Assert.Contains("Pump_001.Speed", unknown.Message);

        // The next write goes to a fresh item; the first one's completion comes only now.
        Task second = plant.Pump_001.Speed.WriteAsync(2);
        await SubscribedAsync(gateway, 2);
        gateway.Send(ScriptedGateway.Change(2, 102, 0));
        Assert.Equal(102, await writes.Reader.ReadAsync());
        gateway.Send(ScriptedGateway.Complete(3, 101));
        await Retry.Until("the first item is released after its completion", () => Unsubscribed(gateway).Contains(101));
        Assert.False(second.IsCompleted);

        gateway.Send(ScriptedGateway.Complete(4, 102));
        await second;
    }

    [Fact]
    public async Task A_tag_whose_write_is_unknown_is_advised_anew_only_for_others()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        using var cancel = new CancellationTokenSource();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() });
        ulong sequence = 0;

        // Each cancelled write retires an item; what nobody wants is not asked for again, whoever is quicker.
        for (int i = 1; i <= 50; i++)
        {
            using var stop = new CancellationTokenSource();
            Task write = plant.Pump_001.Speed.WriteAsync(i, stop.Token);
            await SubscribedAsync(gateway, i);
            gateway.Send(ScriptedGateway.Change(++sequence, 100 + i, 0));
            await Retry.Until("it is written", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.Write) == i);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        }

        Assert.Equal(50, gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk));

        // Who listens gets a fresh one.
        using IDisposable subscription = plant.Pump_001.Speed.Subscribe(_ => { });
        await SubscribedAsync(gateway, 51);
        Task last = plant.Pump_001.Speed.WriteAsync(51, cancel.Token);
        gateway.Send(ScriptedGateway.Change(++sequence, 151, 0));
        await Retry.Until("it is written", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.Write) == 51);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
        await SubscribedAsync(gateway, 52);
    }

    [Fact]
    public async Task A_write_whose_item_was_replaced_before_its_turn_says_so()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() });
        using IDisposable subscription = plant.Pump_001.Count.Subscribe(_ => { });
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));

        // One write is under way, and another one waits behind its command.
        var held = new TaskCompletionSource();
        gateway.Answer = async command =>
        {
            if (command.Kind == MxCommandKind.Write)
                await held.Task;
            return command.Kind == MxCommandKind.ReadBulk
                ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest } }
                : null;
        };
        Task first = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway, 2);
        gateway.Send(ScriptedGateway.Change(2, 102, 0));
        await Retry.Until("the first one is written", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.Write));
        Task second = plant.Pump_001.Count.WriteAsync(2);

        // After a gap, values that cannot be read come by fresh items.
        gateway.Send(ScriptedGateway.Change(9, 102, 0));
        await SubscribedAsync(gateway, 3);
        gateway.Send(ScriptedGateway.Complete(10, 102));
        held.SetResult();
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => second);
        Assert.Contains("events were missed", failure.Message);
        await first;
    }

    [Fact]
    public async Task A_worker_that_timed_out_leaves_the_outcome_unknown()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind == MxCommandKind.Write
            ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Timeout, Message = "the worker is busy" } }
            : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        Assert.Contains("the worker is busy", (await Assert.ThrowsAsync<MxWriteUnknownException>(() => write)).Message);
    }

    [Fact]
    public async Task A_pending_status_does_not_end_a_write()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
            {
                gateway.Send(ScriptedGateway.Complete(2, 101, Contracts.Proto.MxStatusCategory.Pending));
                gateway.Send(ScriptedGateway.Complete(3, 101, Contracts.Proto.MxStatusCategory.OperationalError));
            }

            return Task.FromResult<MxCommandReply?>(null);
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        await Assert.ThrowsAsync<MxWriteRejectedException>(() => write);
    }

    [Fact]
    public async Task A_tag_that_gives_no_first_value_is_not_written_to()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var time = new FakeTimeProvider();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await SubscribedAsync(gateway);
        time.Advance(TimeSpan.FromSeconds(11));
        MxWriteRejectedException failure = await Assert.ThrowsAsync<MxWriteRejectedException>(() => write);
        Assert.Contains("off scan", failure.Message);
        Assert.DoesNotContain(gateway.Commands, command => command.Kind == MxCommandKind.Write);
    }

    private static async Task<(Task Write, ChannelReader<int> Handles)> BeginAsync(ScriptedGateway gateway, TestPlant plant, CancellationToken cancellationToken = default)
    {
        var handles = Channel.CreateUnbounded<int>();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
                handles.Writer.TryWrite(command.Write.ItemHandle);
            return Task.FromResult<MxCommandReply?>(null);
        };
        Task write = plant.Pump_001.Speed.WriteAsync(1, cancellationToken);
        await SubscribedAsync(gateway);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));

        // A write that has ended was not sent, and says why.
        Task<int> sent = handles.Reader.ReadAsync(CancellationToken.None).AsTask();
        if (await Task.WhenAny(sent, write) == write && !sent.IsCompleted)
            await write;
        Assert.Equal(101, await sent);
        return (write, handles.Reader);
    }

    private static Task SubscribedAsync(ScriptedGateway gateway, int count = 1) =>
        Retry.Until("the tag is advised", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) >= count);

    private static IEnumerable<int> Unsubscribed(ScriptedGateway gateway) =>
        gateway.Commands.Where(command => command.Kind == MxCommandKind.UnsubscribeBulk).SelectMany(command => command.UnsubscribeBulk.ItemHandles);
}
