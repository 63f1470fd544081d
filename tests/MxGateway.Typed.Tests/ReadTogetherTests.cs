using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Reads that are issued together travel together. The first command is held at the gateway, so that it is known what is asked for meanwhile.</summary>
public sealed class ReadTogetherTests
{
    [Fact]
    public async Task A_thousand_reads_are_a_handful_of_commands()
    {
        await using HeldReads gateway = await HeldReads.StartAsync();
        Task<MxSample<float>> first = gateway.At(0).ReadAsync();
        await gateway.Arrived.Task;
        Task<MxSample<float>>[] others = [.. Enumerable.Range(1, 1000).Select(index => gateway.At(index).ReadAsync())];
        gateway.Held.SetResult();

        Assert.Equal(0, (await first).Value);
        Assert.Equal(Enumerable.Range(1, 1000).Select(index => (float)index), (await Task.WhenAll(others)).Select(sample => sample.Value));
        Assert.Equal([1, 500, 500], gateway.Asked.Select(tags => tags.Length));
    }

    [Fact]
    public async Task What_is_asked_for_from_many_threads_has_one_row_a_tag()
    {
        await using HeldReads gateway = await HeldReads.StartAsync();
        Task<MxSample<float>> first = gateway.At(0).ReadAsync();
        await gateway.Arrived.Task;
        Task<MxSample<float>>[] others = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(1, 40).Select(index => gateway.At(index).ReadAsync()).ToArray())))
            .ContinueWith(all => all.Result.SelectMany(some => some), TaskScheduler.Default)];
        gateway.Held.SetResult();

        await first;
        Assert.Equal(320, (await Task.WhenAll(others)).Length);
        Assert.Equal([1, 40], gateway.Asked.Select(tags => tags.Length));
        Assert.Equal(40, gateway.Asked.Last().Distinct().Count());
    }

    [Fact]
    public async Task A_read_is_not_answered_by_one_that_was_sent_before()
    {
        await using HeldReads gateway = await HeldReads.StartAsync();
        Task<MxSample<float>> first = gateway.At(0).ReadAsync();
        await gateway.Arrived.Task;
        Task<MxSample<float>> second = gateway.At(0).ReadAsync();
        gateway.Held.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(2, gateway.Asked.Count);
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_is_not_sent()
    {
        await using HeldReads gateway = await HeldReads.StartAsync();
        using var cancel = new CancellationTokenSource();
        Task<MxSample<float>> first = gateway.At(0).ReadAsync();
        await gateway.Arrived.Task;
        Task<MxSample<float>> given = gateway.At(1).ReadAsync(cancel.Token);
        Task<MxSample<float>> shared = gateway.At(2).ReadAsync(cancel.Token);
        Task<MxSample<float>> wanted = gateway.At(2).ReadAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shared);
        gateway.Held.SetResult();

        await first;
        Assert.Equal(2, (await wanted).Value);
        Assert.Equal(["Wide_001.A2"], gateway.Asked.Last());
        Assert.Equal(2, gateway.Asked.Count);
    }

    [Fact]
    public async Task Who_stops_waiting_takes_nothing_from_the_others()
    {
        await using HeldReads gateway = await HeldReads.StartAsync();
        using var cancel = new CancellationTokenSource();
        Task<MxSample<float>> given = gateway.At(0).ReadAsync(cancel.Token);
        await gateway.Arrived.Task;
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given)).CancellationToken);
        Task<MxSample<float>> next = gateway.At(1).ReadAsync();
        gateway.Held.SetResult();
        Assert.Equal(1, (await next).Value);
    }

    [Fact]
    public async Task A_command_that_fails_tells_each_caller_of_its_own_tag()
    {
        await using HeldReads gateway = await HeldReads.StartAsync();
        gateway.Fail = tags => tags.Length > 1 ? (GrpcStatusCode.PermissionDenied, "the key lacks invoke:read") : null;
        Task<MxSample<float>> first = gateway.At(0).ReadAsync();
        await gateway.Arrived.Task;
        Task<MxSample<float>>[] others = [.. Enumerable.Range(1, 3).Select(index => gateway.At(index).ReadAsync())];
        gateway.Held.SetResult();

        await first;
        for (int i = 0; i < others.Length; i++)
        {
            MxAuthorizationException failure = await Assert.ThrowsAsync<MxAuthorizationException>(() => others[i]);
            Assert.Equal($"reading Wide_001.A{i + 1}: the API key lacks a permission (the key lacks invoke:read); ask the gateway's administrator for a key that has it", failure.Message);
        }

        Assert.Equal(7, (await gateway.At(7).ReadAsync()).Value);
    }

    [Fact]
    public async Task What_fits_no_message_goes_in_several()
    {
        await using HeldReads gateway = await HeldReads.StartAsync();
        gateway.Fail = tags => tags.Length > 3 ? (GrpcStatusCode.ResourceExhausted, "the reply is larger than the limit") : null;
        gateway.Held.SetResult();
        WideValues all = await gateway.Wide.ReadAllAsync();
        Assert.Equal(Enumerable.Range(0, Wide.Count).Select(index => (float)index), all.All.Select(sample => sample.Value));
    }

    [Fact]
    public async Task A_record_and_single_reads_travel_together()
    {
        await using HeldReads gateway = await HeldReads.StartAsync();
        Task<MxSample<float>> first = gateway.At(0).ReadAsync();
        await gateway.Arrived.Task;
        Task<MxSample<float>> single = gateway.At(1200).ReadAsync();
        Task<WideValues> all = gateway.Wide.ReadAllAsync();
        gateway.Held.SetResult();
        await first;
        Assert.Equal((await single).Value, (await all).All[1200].Value);
        Assert.Equal([1, 500, 500, 201], gateway.Asked.Select(tags => tags.Length));
    }

    /// <summary>A gateway that gives each tag its number, and holds its first answer until it is told.</summary>
    private sealed class HeldReads : IAsyncDisposable
    {
        private readonly ScriptedGateway _gateway;
        private readonly MxGatewayConnection _connection;

        private HeldReads(ScriptedGateway gateway, MxGatewayConnection connection)
        {
            _gateway = gateway;
            _connection = connection;
            Wide = new ReadAllPlant(connection).Wide_001;
        }

        public Wide Wide { get; }

        public TaskCompletionSource Arrived { get; } = new();

        public TaskCompletionSource Held { get; } = new();

        /// <summary>How a command for tags fails; null where it does not.</summary>
        public Func<string[], (GrpcStatusCode Status, string Message)?> Fail { get; set; } = _ => null;

        public ConcurrentQueue<string[]> Asked { get; } = new();

        public static async Task<HeldReads> StartAsync()
        {
            ScriptedGateway gateway = await ScriptedGateway.StartAsync();
            var reads = new HeldReads(gateway, await MxGatewayConnection.ConnectAsync(gateway.Options));
            gateway.Take = (command, context) => command.Kind == MxCommandKind.ReadBulk && reads.Refuse([.. command.ReadBulk.TagAddresses], context);
            gateway.Answer = async command =>
            {
                if (command.Kind != MxCommandKind.ReadBulk)
                    return null;
                reads.Asked.Enqueue([.. command.ReadBulk.TagAddresses]);
                reads.Arrived.TrySetResult();
                await reads.Held.Task;
                return ScriptedGateway.Read(command, tag => ScriptedGateway.Row(int.Parse(tag["Wide_001.A".Length..])));
            };
            return reads;
        }

        public MxAttribute<float> At(int index) => Wide.At(index);

        public async ValueTask DisposeAsync()
        {
            Held.TrySetResult();
            await _connection.DisposeAsync();
            await _gateway.DisposeAsync();
        }

        private bool Refuse(string[] tags, HttpContext context)
        {
            if (Fail(tags) is not var (status, message))
                return false;
            context.Response.Headers["grpc-status"] = ((int)status).ToString();
            context.Response.Headers["grpc-message"] = message;
            return true;
        }
    }
}
