using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

public sealed class TransportStreamTests
{
    [Fact]
    public async Task A_stream_brings_its_messages_in_order_and_ends()
    {
        const int Count = 5_000;
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            for (ulong i = 1; i <= Count; i++)
                GrpcFraming.Write(context.Response.BodyWriter, new MxEvent { WorkerSequence = i });
            await context.Response.BodyWriter.FlushAsync();
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await using IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);
        await stream.Headers;
        for (ulong i = 1; i <= Count; i++)
        {
            Assert.True(await stream.MoveNextAsync(default));
            Assert.Equal(i, stream.Current.WorkerSequence);
        }

        Assert.False(await stream.MoveNextAsync(default));
        Assert.False(await stream.MoveNextAsync(default));
    }

    [Fact]
    public async Task Disposing_a_stream_cancels_it_at_the_server()
    {
        var aborted = new TaskCompletionSource();
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            await WriteFrameAsync(context, new MxEvent { WorkerSequence = 1 });
            await aborted.Task;
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);
        Assert.True(await stream.MoveNextAsync(default));
        await stream.DisposeAsync();
        await aborted.Task;
    }

    [Fact]
    public async Task A_stream_that_failed_before_it_was_read_says_so_to_its_reader()
    {
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            context.Response.ContentType = "text/html";
            return Task.CompletedTask;
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await FailsTwiceAsync(transport, GrpcStatusCode.Unknown);
        await server.DisposeAsync();
        await FailsTwiceAsync(transport, GrpcStatusCode.Unavailable);

        static async Task FailsTwiceAsync(GrpcHttp2Transport transport, GrpcStatusCode code)
        {
            await using IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);
            GrpcException ofHeaders = await Assert.ThrowsAsync<GrpcException>(() => stream.Headers);
            GrpcException ofReading = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync(default).AsTask());
            Assert.Equal(code, ofReading.Code);
            Assert.Equal(ofHeaders.Status, ofReading.Status);
            Assert.False(await stream.MoveNextAsync(default));
        }
    }

    [Fact]
    public async Task A_stream_that_fails_in_the_middle_brings_what_came_before_and_then_its_status()
    {
        await using RawServer server = await RawServer.StartAsync(async context => await AnswerAsync(context, new MxEvent { WorkerSequence = 1 }, GrpcStatusCode.ResourceExhausted, "EventQueueOverflow"));
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await using IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);
        Assert.True(await stream.MoveNextAsync(default));
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync(default).AsTask());
        Assert.Equal(new GrpcStatus(GrpcStatusCode.ResourceExhausted, "EventQueueOverflow"), failure.Status);
        Assert.False(await stream.MoveNextAsync(default));
    }

    [Fact]
    public async Task A_stream_is_cancelled_while_its_reader_waits()
    {
        await using RawServer server = await RawServer.StartAsync(HoldAfterOneEventAsync);
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await using IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);
        using var cancel = new CancellationTokenSource();
        Assert.True(await stream.MoveNextAsync(cancel.Token));
        Task<bool> waiting = stream.MoveNextAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting)).CancellationToken);
    }

    [Fact]
    public async Task A_deadline_passes_in_the_middle_of_a_stream()
    {
        var time = new FakeTimeProvider();
        await using RawServer server = await RawServer.StartAsync(HoldAfterOneEventAsync);
        await using var transport = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = server.Endpoint, TimeProvider = time });
        await using IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), new GrpcCallOptions(TimeSpan.FromHours(1)));
        Assert.True(await stream.MoveNextAsync(default));
        Task<bool> waiting = stream.MoveNextAsync(default).AsTask();
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<GrpcException>(() => waiting)).Code);
    }

    [Fact]
    public async Task Closing_the_transport_ends_its_calls()
    {
        await using RawServer server = await RawServer.StartAsync(HoldAfterOneEventAsync);
        GrpcHttp2Transport transport = Transport(server.Endpoint);
        await using IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);
        Assert.True(await stream.MoveNextAsync(default));
        Task<bool> waiting = stream.MoveNextAsync(default).AsTask();
        await transport.DisposeAsync();
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => waiting);
        Assert.Equal(new GrpcStatus(GrpcStatusCode.Unavailable, "the transport was closed"), failure.Status);
    }
}
