using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>What a failed call or command means to the application: transport, key, gateway and MXAccess told apart.</summary>
internal static class MxFailures
{
    /// <summary>The exception for a call that failed.</summary>
    /// <param name="e">How it failed.</param>
    /// <param name="what">What was being done, such as "writing Pump_001.Speed".</param>
    /// <param name="endpoint">Where.</param>
    public static MxGatewayException Of(GrpcException e, string what, Uri endpoint) => e.Code switch
    {
        GrpcStatusCode.Unauthenticated => new MxAuthorizationException(
            $"{what}: the gateway at {endpoint} does not accept the API key{Said(e)}; check that the key is the one this gateway's administrator gave you", e),
        GrpcStatusCode.PermissionDenied => new MxAuthorizationException(
            $"{what}: the API key lacks a permission{Said(e)}; ask the gateway's administrator for a key with that scope", e),
        GrpcStatusCode.Unavailable => new MxConnectionException($"{what}: no connection with the gateway{Said(e)}", e),
        GrpcStatusCode.NotFound => new MxConnectionException(
            $"{what}: the gateway at {endpoint} no longer knows the session{Said(e)}; it was closed or the gateway restarted: connect again", e),
        GrpcStatusCode.DeadlineExceeded => new MxConnectionException(
            $"{what}: the gateway at {endpoint} does not answer{Said(e)}; is it overloaded, or hung?", e),
        GrpcStatusCode.ResourceExhausted => new MxProtocolException($"{what}: the gateway at {endpoint} is at a limit{Said(e)}", e),
        GrpcStatusCode.Unimplemented => new MxProtocolException(
            $"{what}: the gateway at {endpoint} does not know this call{Said(e)}; is it an MXAccess Gateway of a version that has it?", e),
        _ => new MxProtocolException($"{what}: the gateway at {endpoint} failed with {e.Code}{Said(e)}", e),
    };

    /// <summary>The exception for a command that was answered and not done; null for one that was done.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="what">What was being done.</param>
    public static MxGatewayException? Of(Proto.MxCommandReply reply, string what)
    {
        Proto.ProtocolStatus? status = reply.ProtocolStatus;
        string said = First(status?.Message, reply.DiagnosticMessage) is { } words ? $": {words}" : "";
        switch (status?.Code ?? Proto.ProtocolStatusCode.Unspecified)
        {
            // A gateway that leaves the status out has nothing to complain of.
            case Proto.ProtocolStatusCode.Ok:
            case Proto.ProtocolStatusCode.Unspecified:
                return null;
            case Proto.ProtocolStatusCode.MxaccessFailure:
                MxStatus[] statuses = Wire.ToStatuses(reply.Statuses);
                // Where a status only repeats the message, its category is enough.
                IEnumerable<MxStatus> failed = statuses.Where(s => !s.IsOk);
                string detail = string.Concat(failed.Select(s => $"; {(said.EndsWith(s.Text, StringComparison.Ordinal) ? s with { Text = "" } : s)}"));
                string hresult = reply.HasHresult ? $" (0x{reply.Hresult:X8})" : "";
                return new MxAccessException($"{what}: MXAccess refused{hresult}{said}{detail}", reply.HasHresult ? reply.Hresult : null, statuses);
            case Proto.ProtocolStatusCode.SessionNotFound:
            case Proto.ProtocolStatusCode.WorkerUnavailable:
                return new MxConnectionException($"{what}: the gateway lost the session{said}; connect again");
            case Proto.ProtocolStatusCode code:
                return new MxProtocolException($"{what}: the gateway answered {code}{said}") { Code = code };
        }
    }

    /// <summary>Whether a failed command was certainly not carried out: it was refused before the worker saw it, or by the worker itself.</summary>
    public static bool IsSurelyNotDone(MxGatewayException e) => e switch
    {
        MxAccessException or MxAuthorizationException => true,
        MxProtocolException { Code: Proto.ProtocolStatusCode.InvalidRequest or Proto.ProtocolStatusCode.SessionNotReady } => true,

        _ => e.InnerException is GrpcException call && IsRefusal(call),
    };

    // gRPC itself makes up neither of the first two, but it does the others, also where an answer was lost: these count where the server sent them.
    // NOT_FOUND is not among them: a worker that is lost while it writes brings it too.
    private static bool IsRefusal(GrpcException call) => call.Code switch
    {
        GrpcStatusCode.FailedPrecondition or GrpcStatusCode.InvalidArgument => true,
        GrpcStatusCode.ResourceExhausted or GrpcStatusCode.Unimplemented => call.Trailers[GrpcHeaders.Status] is not null,
        _ => false,
    };

    /// <summary>The exception for an event stream that broke off.</summary>
    public static MxConnectionException Lost(GrpcException e, Uri endpoint) => new($"the connection with {endpoint} was lost{Said(e)}; make a new one", e);

    private static string Said(GrpcException e) => e.Status.Detail.Length == 0 ? "" : $" ({e.Status.Detail})";

    private static string? First(params string?[] texts) => texts.FirstOrDefault(text => !string.IsNullOrEmpty(text));
}
