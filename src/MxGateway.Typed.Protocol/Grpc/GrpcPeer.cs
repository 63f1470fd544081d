namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>The server at the other end of a transport, and whether it is known to speak gRPC.</summary>
internal sealed class GrpcPeer(Uri endpoint)
{
    private volatile bool _hasAnswered;

    public Uri Endpoint { get; } = endpoint;

    /// <summary>Whether a call was answered, however it ended.</summary>
    public bool HasAnswered
    {
        get => _hasAnswered;
        set => _hasAnswered = value;
    }
}
