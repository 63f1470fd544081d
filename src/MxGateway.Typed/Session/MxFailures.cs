using MxGateway.Typed.Protocol;
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
            $"{what}: the API key lacks a permission{Said(e)}; ask the gateway's administrator for a key that has it", e),
        GrpcStatusCode.Unavailable => new MxConnectionException($"{what}: no connection with the gateway{Said(e)}", e),
        GrpcStatusCode.NotFound => new MxConnectionException(
            $"{what}: the gateway at {endpoint} no longer knows the session{Said(e)}; open another one, or check the session's id", e),
        GrpcStatusCode.DeadlineExceeded => new MxConnectionException(
            $"{what}: the gateway at {endpoint} does not answer{Said(e)}; is it overloaded, or hung?", e),
        GrpcStatusCode.AlreadyExists => new MxProtocolException(
            $"{what}: the session has an event stream already{Said(e)}; end that one first. A stream that broke counts for up to 30 s more", e),
        GrpcStatusCode.ResourceExhausted when e.Method == GatewayMethods.OpenSession.FullName && IsRefusal(e) => new MxProtocolException(
            $"{what}: the gateway at {endpoint} is at a limit{Said(e)}; close what is not used, or ask for a higher limit; " +
            "sessions of applications that ended without disposing go after 30 s",
            e),
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
        if (reply.ProtocolStatus?.Code != Proto.ProtocolStatusCode.MxaccessFailure)
            return Of(reply.ProtocolStatus, what, reply);
        string said = Said(reply.ProtocolStatus.Message, reply.DiagnosticMessage);
        MxStatus[] statuses = Wire.ToStatuses(reply.Statuses);

        // Where a status only repeats the message, its category is enough.
        IEnumerable<MxStatus> failed = statuses.Where(s => !s.IsOk);
        string detail = string.Concat(failed.Select(s => $"; {(said.EndsWith(s.Text, StringComparison.Ordinal) ? s with { Text = "" } : s)}"));
        string hresult = reply.HasHresult ? $" (0x{reply.Hresult:X8})" : "";
        string message = $"{what}: MXAccess refused{hresult}{said}{detail}";
        return new MxAccessException(message, reply.HasHresult ? reply.Hresult : null, statuses) { RawReply = reply };
    }

    /// <summary>The exception for a call that was answered with a fault; null for one that was done.</summary>
    /// <param name="status">The gateway's own status.</param>
    /// <param name="what">What was being done.</param>
    /// <param name="reply">The answer, where it was one to a command.</param>
    public static MxGatewayException? Of(Proto.ProtocolStatus? status, string what, Proto.MxCommandReply? reply = null) => status?.Code switch
    {
        // A gateway that leaves the status out has nothing to complain of.
        null or Proto.ProtocolStatusCode.Ok or Proto.ProtocolStatusCode.Unspecified => null,
        Proto.ProtocolStatusCode.SessionNotFound or Proto.ProtocolStatusCode.WorkerUnavailable =>
            new MxConnectionException($"{what}: the gateway lost the session{Said(status.Message, reply?.DiagnosticMessage)}; connect again")
            {
                RawReply = reply,
            },
        Proto.ProtocolStatusCode code =>
            new MxProtocolException($"{what}: the gateway answered {code}{Said(status.Message, reply?.DiagnosticMessage)}") { Code = code, RawReply = reply },
    };

    /// <summary>The same failure in other words, such as those about one of the tags that it is of, with all that it keeps.</summary>
    /// <param name="e">The failure.</param>
    /// <param name="message">The words.</param>
    /// <param name="notDone">Whether what the words are about was surely not carried out.</param>
    public static MxGatewayException Of(MxGatewayException e, string message, bool notDone) => e switch
    {
        MxConnectionException => new MxConnectionException(message, e) { RawReply = e.RawReply, NotDone = notDone },
        MxAuthorizationException => new MxAuthorizationException(message, e) { RawReply = e.RawReply, NotDone = notDone },
        MxProtocolException protocol => new MxProtocolException(message, e) { Code = protocol.Code, RawReply = e.RawReply, NotDone = notDone },
        _ => e,
    };

    /// <summary>Whether the failure itself says that the command was certainly not carried out: refused before the worker saw it, or by MXAccess.</summary>
    public static bool IsSurelyNotDone(MxGatewayException e) => e switch
    {
        MxWriteRejectedException or MxWriteSupersededException => true,
        MxAccessException refusal => !MxWriteVerdicts.MayBeDone(refusal.MxHResult, refusal.Statuses),
        MxAuthorizationException => true,
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
    public static MxConnectionException Lost(GrpcException e, Uri endpoint)
    {
        string lost = $"the connection with {endpoint} was lost";

        // The transport's words for a connection that broke say the same, and then .NET's reason, which comes last.
        string broke = $"the connection with {endpoint} broke: ";
        return e.Status.Detail.StartsWith(broke, StringComparison.Ordinal)
            ? new($"{lost}; make a new one ({e.Status.Detail[broke.Length..].TrimEnd('.')})", e)
            : new($"{lost}{Said(e)}; make a new one", e);
    }

    private static string Said(GrpcException e) => e.Status.Detail.Length == 0 ? "" : $" ({e.Status.Detail})";

    private static string Said(params string?[] texts) => texts.FirstOrDefault(text => !string.IsNullOrEmpty(text)) is { } words ? $": {words}" : "";
}
