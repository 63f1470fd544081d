using System.Runtime.CompilerServices;
using Google.Protobuf;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>
/// Puts the key on every call, as metadata, so that it reaches the gateway over any transport; and keeps it out of what comes back. Everything of the gateway
/// passes here, so nothing above has to look for the key.
/// </summary>
internal sealed class MxKeyTransport(IGrpcTransport transport, MxApiKey key) : IGrpcTransport
{
    private readonly KeyValuePair<string, string> _key = new(GrpcHeaders.Authorization, GrpcHeaders.Bearer + key.Value);
    private readonly MxKeySecret _secret = new(key);

    public async Task<TReply> CallAsync<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        try
        {
            TReply reply = await transport.CallAsync(method, request, Add(options), cancellationToken).ConfigureAwait(false);
            _secret.RemoveFrom(reply);
            return reply;
        }
        catch (Exception e) when (_secret.Without(e, method.FullName) is { } shown)
        {
            throw shown;
        }
    }

    public IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
        where TRequest : IMessage
    {
        try
        {
            return new Answers<TReply>(transport.Stream(method, request, Add(options)), _secret, method.FullName);
        }
        catch (Exception e) when (_secret.Without(e, method.FullName) is { } shown)
        {
            throw shown;
        }
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    private GrpcCallOptions Add(GrpcCallOptions options) =>
        options with { Metadata = GrpcMetadata.From([_key, .. options.Metadata ?? GrpcMetadata.Empty]) };

    private sealed class Answers<TReply>(IGrpcStream<TReply> answers, MxKeySecret secret, string method) : IGrpcStream<TReply>
    {
        // Who waits for them looks whether they came and whether there is a status; why they did not come, the reader is told.
        public Task<GrpcMetadata> Headers => answers.Headers;

        public TReply Current => answers.Current;

        // Every event comes by here: to wait for one allocates nothing more.
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
        {
            try
            {
                if (!await answers.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                    return false;
                secret.RemoveFrom(answers.Current);
                return true;
            }
            catch (Exception e) when (secret.Without(e, method) is { } shown)
            {
                throw shown;
            }
        }

        public ValueTask DisposeAsync() => answers.DisposeAsync();
    }
}
