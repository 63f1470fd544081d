namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>What goes with one call.</summary>
/// <param name="Timeout">The time that the call may take; null for none. Sent to the server, and kept by the caller's own timer.</param>
/// <param name="Metadata">Headers to send along.</param>
public readonly record struct GrpcCallOptions(TimeSpan? Timeout = null, GrpcMetadata? Metadata = null);
