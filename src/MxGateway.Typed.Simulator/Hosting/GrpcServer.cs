using System.Globalization;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Commands;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Keys;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>
/// gRPC on top of HTTP/2, the server's side: finds the method, checks the key before it reads anything else, runs the method, and says how it ended.
/// A call that fails before its first message gets a trailers-only answer: the status stands in the headers, and no trailers follow.
/// </summary>
internal sealed class GrpcServer(
    SimulatorKeys keys, SimulatorCalls calls, GatewayRules rules, FaultSwitches faults, TimeProvider time, ILogger logger, CancellationToken stopping)
{
    private readonly Dictionary<string, Method> _methods = [];

    private delegate Task Answer(GrpcCall call);

    private GrpcStatusCode NoMethod => rules.Hold(GatewayRule.UnknownMethod) ? GrpcStatusCode.Unimplemented : GrpcStatusCode.NotFound;

    /// <summary>Serves a method that answers with one message.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parser">Reads the request.</param>
    /// <param name="scope">The scope that it needs; null where the request decides.</param>
    /// <param name="answer">Makes the answer.</param>
    public void Unary<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, MessageParser<TRequest> parser, string? scope, Func<GrpcCall, TRequest, Task<TReply>> answer)
        where TRequest : IMessage<TRequest>, new()
        where TReply : IMessage =>
        _methods.Add(method.FullName, new Method(scope, async call =>
        {
            TRequest request = await call.ReadRequestAsync(parser).ConfigureAwait(false);
            TReply reply = await answer(call, request).ConfigureAwait(false);
            call.IsCarriedOut = true;
            await faults.AnswerAsync(Name(method.FullName), call.Cancellation).ConfigureAwait(false);
            call.Write(reply);
        }));

    /// <summary>Serves a method that answers with a stream of messages: <paramref name="answer"/> writes them, and the stream ends when it returns.</summary>
    public void Streaming<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, MessageParser<TRequest> parser, string scope, Func<GrpcCall, TRequest, Task> answer)
        where TRequest : IMessage<TRequest>, new()
        where TReply : IMessage =>
        _methods.Add(method.FullName, new Method(scope, async call =>
        {
            TRequest request = await call.ReadRequestAsync(parser).ConfigureAwait(false);
            await faults.AnswerAsync(Name(method.FullName), call.Cancellation).ConfigureAwait(false);
            await answer(call, request).ConfigureAwait(false);
        }));

    /// <summary>Serves one HTTP/2 request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (!IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        http.Response.ContentType = GrpcHeaders.ContentType;
        if (await RunAsync(http).ConfigureAwait(false) is { } status)
            End(http.Response, status);
    }

    /// <summary>Runs the call. Null when there is nobody left to tell how it ended.</summary>
    private async Task<GrpcStatus?> RunAsync(HttpContext http)
    {
        GrpcCall? call = null;
        try
        {
            if (!_methods.TryGetValue(http.Request.Path, out Method method))
                throw new GrpcFault(NoMethod, $"the simulator has no method {Path(http)}");
            call = new GrpcCall(http, Authenticate(http.Request), rules, time, stopping);
            if (method.Scope is not null)
                call.Demand(method.Scope);
            await method.Answer(call).ConfigureAwait(false);
            return GrpcStatus.OK;
        }
        catch (GrpcFault fault)
        {
            return Failed(http, call, fault.Status);
        }
        catch (GrpcFramingException exception)
        {
            return Failed(http, call, new GrpcStatus(exception.Code, exception.Message));
        }
        catch (CallerLeftException)
        {
            return null;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (call is { DeadlinePassed: true })
        {
            return new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "the caller's deadline passed");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new GrpcStatus(GrpcStatusCode.Unavailable, "the simulator is stopping");
        }
        catch (Exception exception)
        {
            HostingLog.CallCrashed(logger, Path(http), exception);
            return new GrpcStatus(GrpcStatusCode.Internal, $"the simulator failed ({exception.GetType().Name}); its log says more");
        }
        finally
        {
            call?.Dispose();
        }
    }

    /// <summary>Notes a call that was refused.</summary>
    private GrpcStatus Failed(HttpContext http, GrpcCall? call, GrpcStatus status)
    {
        HostingLog.CallFailed(logger, Path(http), status.Code, status.Detail);

        // A stream that has begun was carried out.
        if (call is not { IsCarriedOut: true } && !http.Response.HasStarted)
        {
            string session = CallerText.Quote(call?.SessionId ?? "");
            IReadOnlyList<string> items = CommandTable.Items(worker: null, call?.Command);
            calls.Add(Name(Path(http)), call?.Command?.Kind, session, items, ProtocolStatusCode.Unspecified, status.Code);
        }

        return status;
    }

    private SimulatorKey Authenticate(HttpRequest request)
    {
        string header = request.Headers[GrpcHeaders.Authorization].ToString();
        bool isBearer = header.StartsWith(GrpcHeaders.Bearer, StringComparison.OrdinalIgnoreCase);
        SimulatorKey? key = isBearer ? keys.Find(header[GrpcHeaders.Bearer.Length..].Trim()) : null;
        if (key is null && rules.Hold(GatewayRule.KeyRequired))
        {
            string reason = isBearer ? "the API key is not known here" : "the call carries no API key; send it as \"authorization: Bearer <key>\"";
            throw new GrpcFault(GrpcStatusCode.Unauthenticated, reason);
        }

        if (key is not null && faults.IsRevoked(key.Id))
            throw new GrpcFault(GrpcStatusCode.Unauthenticated, $"the API key {key.Id} was revoked");
        return key ?? SimulatorKey.Anybody;
    }

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Path(HttpContext http) => CallerText.Quote(http.Request.Path.Value ?? "");

    private static bool IsGrpc(string? contentType)
    {
        ReadOnlySpan<char> type = contentType.AsSpan();
        int end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        return type.Equals(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase)
            || type.Equals(GrpcHeaders.ContentType + "+proto", StringComparison.OrdinalIgnoreCase);
    }

    private void End(HttpResponse response, GrpcStatus status)
    {
        string code = ((int)status.Code).ToString(CultureInfo.InvariantCulture);
        string? message = status.Detail.Length == 0 ? null
            : rules.Hold(GatewayRule.MessageEncoding) ? GrpcHeaders.EncodeMessage(status.Detail)
            : Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(status.Detail));

        // An OK always has something before it, so only a failure can be trailers-only.
        if (status.Code != GrpcStatusCode.OK && !response.HasStarted)
        {
            response.Headers[GrpcHeaders.Status] = code;
            if (message is not null)
                response.Headers[GrpcHeaders.Message] = message;
            if (rules.Hold(GatewayRule.TrailersOnly))
                return;
        }

        response.AppendTrailer(GrpcHeaders.Status, code);
        if (message is not null)
            response.AppendTrailer(GrpcHeaders.Message, message);
    }

    private readonly record struct Method(string? Scope, Answer Answer);
}
