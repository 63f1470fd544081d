namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>How a call ended: the code and the server's own words.</summary>
/// <param name="Code">The status code.</param>
/// <param name="Detail">The message that came with it, decoded; empty when there was none.</param>
public readonly record struct GrpcStatus(GrpcStatusCode Code, string Detail)
{
    /// <summary>Success.</summary>
    public static GrpcStatus OK => new(GrpcStatusCode.OK, "");
}
