using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>Ends a call with a status other than OK.</summary>
internal sealed class GrpcFault(GrpcStatusCode code, string detail) : Exception(detail)
{
    public GrpcStatus Status { get; } = new(code, detail);

    public static GrpcFault Invalid(string detail) => new(GrpcStatusCode.InvalidArgument, detail);

    public static GrpcFault NotFound(string detail) => new(GrpcStatusCode.NotFound, detail);

    public static GrpcFault Exhausted(string detail) => new(GrpcStatusCode.ResourceExhausted, detail);
}
