using Google.Protobuf;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Benchmarks;

/// <summary>Counts the calls that go over a transport.</summary>
internal sealed class CountingTransport(IGrpcTransport transport) : IGrpcTransport
{
    private long _calls;

    public long Calls => Interlocked.Read(ref _calls);

    public Task<TReply> CallAsync<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        Interlocked.Increment(ref _calls);
        return transport.CallAsync(method, request, options, cancellationToken);
    }

    public IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
        where TRequest : IMessage =>
        transport.Stream(method, request, options);

    public ValueTask DisposeAsync() => transport.DisposeAsync();
}
