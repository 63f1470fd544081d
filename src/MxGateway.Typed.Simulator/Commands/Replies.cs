using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Hosting;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>The forms that a reply has.</summary>
internal static class Replies
{
    public static MxCommandReply Ok() => Status(ProtocolStatusCode.Ok, "");

    /// <summary>MXAccess rejected the command: that is a reply, not a failed call. A tag that the caller's key may not use fails the call.</summary>
    public static MxCommandReply Rejected(MxRejection rejection)
    {
        if (rejection.IsDenied)
            throw new GrpcFault(GrpcStatusCode.PermissionDenied, rejection.Message);
        MxCommandReply reply = Status(ProtocolStatusCode.MxaccessFailure, rejection.Message);
        reply.Hresult = rejection.HResult;
        reply.Statuses.Add(rejection.Status);
        reply.DiagnosticMessage = rejection.Message;
        return reply;
    }

    public static MxCommandReply Invalid(string message) => Status(ProtocolStatusCode.InvalidRequest, message);

    public static MxCommandReply TimedOut(TimeSpan timeout) =>
        Status(ProtocolStatusCode.Timeout, $"the worker did not answer within {timeout.TotalSeconds:0.###} s; the command may still be carried out");

    /// <summary>OK, or the rejection where there is one.</summary>
    public static MxCommandReply Of(MxRejection? rejection) => rejection is null ? Ok() : Rejected(rejection);

    private static MxCommandReply Status(ProtocolStatusCode code, string message) =>
        new() { ProtocolStatus = new ProtocolStatus { Code = code, Message = message } };
}
