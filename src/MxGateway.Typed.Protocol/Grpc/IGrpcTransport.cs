using Google.Protobuf;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>
/// The seam below the client: everything above makes its calls through this.
/// A failed call throws <see cref="GrpcException"/>; a call that its caller cancelled throws <see cref="OperationCanceledException"/>.
/// </summary>
public interface IGrpcTransport : IAsyncDisposable
{
    /// <summary>One request, one answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The request; not kept after the call.</param>
    /// <param name="options">Deadline and metadata.</param>
    /// <param name="cancellationToken">Stops the wait for the answer; the server's work may go on.</param>
    /// <exception cref="GrpcException">The call ended with another status than OK.</exception>
    Task<TReply> CallAsync<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
        where TRequest : IMessage;

    /// <summary>Starts a call that answers with a stream of messages. Returns at once; what fails is told by the stream.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The request; not kept after the call.</param>
    /// <param name="options">Deadline and metadata.</param>
    IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
        where TRequest : IMessage;
}

/// <summary>The answers of a server-streaming call, for one reader that does one thing at a time. Disposing it cancels the call.</summary>
/// <typeparam name="T">One answer.</typeparam>
public interface IGrpcStream<out T> : IAsyncDisposable
{
    /// <summary>
    /// Completes when the server's headers are here: the call is accepted. Some servers send them with their first message only,
    /// so a wait for this needs an end of its own.
    /// </summary>
    Task<GrpcMetadata> Headers { get; }

    /// <summary>The answer that <see cref="MoveNextAsync"/> arrived at.</summary>
    T Current { get; }

    /// <summary>Waits for the next answer.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when the server ended the stream with status OK.</returns>
    /// <exception cref="GrpcException">The stream ended with another status, or broke.</exception>
    ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);
}
