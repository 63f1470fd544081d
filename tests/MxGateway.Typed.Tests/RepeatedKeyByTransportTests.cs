using System.Text;
using Google.Protobuf;
using MxGateway.Typed.Protocol.Grpc;
using static MxGateway.Typed.Tests.RepeatedKey;

namespace MxGateway.Typed.Tests;

/// <summary>A transport of an application's own whose exceptions repeat the API key, which it is given with every call.</summary>
public sealed class RepeatedKeyByTransportTests
{
    [Fact]
    public async Task A_transport_of_somebody_elses_that_repeats_it_is_not_told_either()
    {
        var cause = new InvalidOperationException("broken", new InvalidOperationException(Words));
        Exception[] failures =
        [
            new GrpcException("/a/B", new GrpcStatus(GrpcStatusCode.Internal, "broken"), null, cause),
            new GrpcException("/a/B", new GrpcStatus(GrpcStatusCode.Internal, "late"), null, new GrpcException(
                "/a/B", new GrpcStatus(GrpcStatusCode.Cancelled, ""), GrpcMetadata.From([GrpcMetadata.Binary("a-bin", Encoding.UTF8.GetBytes(Words))]))),
            new OperationCanceledException(Words, cause),
            new HttpRequestException(Words),
            cause,
        ];
        foreach (Exception failure in failures)
        {
            var options = new MxGatewayOptions { Endpoint = new("http://gateway:5000"), ApiKey = MxApiKey.From(Key), Transport = () => new Failing(failure) };
            await using var client = new MxGatewayClient(options);
            Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => client.TakeUpSession("s").PingAsync());
            Assert.Equal(failure is OperationCanceledException, thrown is OperationCanceledException);
            AssertNotSaid(thrown);
            Assert.True(thrown is OperationCanceledException or MxProtocolException { InnerException: GrpcException { Code: GrpcStatusCode.Internal } }, $"{thrown}");
            await using var repository = new GalaxyRepositoryClient(options);
            AssertNotSaid(await Assert.ThrowsAnyAsync<Exception>(async () => await repository.WatchDeployEventsAsync().FirstAsync()));
        }
    }

    [Fact]
    public async Task A_stream_that_cannot_even_be_asked_for_is_told_without_it()
    {
        var failure = new HttpRequestException(Words);
        await using var repository = new GalaxyRepositoryClient(new()
        {
            Endpoint = new("http://gateway:5000"), ApiKey = MxApiKey.From(Key), Transport = () => new Failing(failure, streamsFailAtOnce: true),
        });
        GrpcException thrown = await Assert.ThrowsAsync<GrpcException>(async () => await repository.WatchDeployEventsAsync().FirstAsync());
        AssertNotSaid(thrown);
        Assert.Contains(NotShown, thrown.Message);
        Assert.EndsWith("/WatchDeployEvents", thrown.Method);
    }

    private sealed class Failing(Exception failure, bool streamsFailAtOnce = false) : IGrpcTransport
    {
        public Task<TReply> CallAsync<TRequest, TReply>(
            GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
            where TRequest : IMessage => Task.FromException<TReply>(failure);

        public IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
            where TRequest : IMessage => streamsFailAtOnce ? throw failure : new Nothing<TReply>(failure);

        public ValueTask DisposeAsync() => default;

        private sealed class Nothing<T>(Exception failure) : IGrpcStream<T>
        {
            public Task<GrpcMetadata> Headers => Task.FromException<GrpcMetadata>(failure);

            public T Current => throw new InvalidOperationException();

            public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => throw failure;

            public ValueTask DisposeAsync() => default;
        }
    }
}
