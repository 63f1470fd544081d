namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>A call that ended with a status other than OK, or that never reached a server that speaks gRPC.</summary>
public sealed class GrpcException : Exception
{
    /// <summary>Makes the exception for a call.</summary>
    /// <param name="method">The method's full name, such as <c>/mxaccess_gateway.v1.MxAccessGateway/Invoke</c>.</param>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">What the server sent along with the status; none when it never answered.</param>
    /// <param name="inner">The cause below gRPC, such as a refused connection.</param>
    public GrpcException(string method, GrpcStatus status, GrpcMetadata? trailers = null, Exception? inner = null)
        : base($"{method}: {status.Code}{(status.Detail.Length == 0 ? "" : ": " + status.Detail)}", inner)
    {
        Method = method;
        Status = status;
        Trailers = trailers ?? GrpcMetadata.Empty;
    }

    /// <summary>The method's full name.</summary>
    public string Method { get; }

    /// <summary>How the call ended.</summary>
    public GrpcStatus Status { get; }

    /// <summary>The status code, for short.</summary>
    public GrpcStatusCode Code => Status.Code;

    /// <summary>What the server sent along with the status, and <c>grpc-status</c> itself where the server sent it: what this end made up has none.</summary>
    public GrpcMetadata Trailers { get; }
}
