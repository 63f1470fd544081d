using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Keys;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>One call as the server sees it: who calls, how long it may take, the request, the way back.</summary>
internal sealed class GrpcCall : IDisposable
{
    // A timer takes no more than this; a caller who gives 49 days gives for ever.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly HttpContext _http;
    private readonly GatewayRules _rules;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource _cancellation;

    public GrpcCall(HttpContext http, SimulatorKey key, GatewayRules rules, TimeProvider time, CancellationToken stopping)
    {
        _http = http;
        _rules = rules;
        Key = key;
        if (Timeout(http.Request) is { } timeout && timeout < s_longestTimer && rules.Hold(GatewayRule.DeadlineKept))
            _deadline = new CancellationTokenSource(timeout, time);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping, _deadline?.Token ?? CancellationToken.None);
    }

    public SimulatorKey Key { get; }

    /// <summary>The session that the request names; empty as long as it was not read.</summary>
    public string SessionId { get; private set; } = "";

    /// <summary>The command of the request; null where it has none.</summary>
    public MxCommand? Command { get; private set; }

    /// <summary>Whether it was carried out: whatever comes now is not a refusal.</summary>
    public bool IsCarriedOut { get; set; }

    public string ConnectionId => _http.Connection.Id;

    /// <summary>Cancelled when nobody waits any more: the caller left, its deadline passed, or the server stops.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    public bool DeadlinePassed => _deadline is { IsCancellationRequested: true };

    /// <summary>Says what the request is about, for the record of calls that are refused.</summary>
    public void IsAbout(string sessionId, MxCommand? command = null) => (SessionId, Command) = (sessionId, command);

    /// <summary>Fails the call unless its key has the scope.</summary>
    public void Demand(string scope)
    {
        if (!Key.Has(scope) && _rules.Hold(RuleOf(scope)))
            throw new GrpcFault(GrpcStatusCode.PermissionDenied, $"the API key {Key.Id} lacks the scope {scope}");
    }

    /// <summary>Reads the one message of a request, and makes sure that it is the only one.</summary>
    public async Task<T> ReadRequestAsync<T>(MessageParser<T> parser)
        where T : IMessage<T>, new()
    {
        T? request = default;
        int limit = _rules.Hold(GatewayRule.RequestLimit) ? GrpcFraming.DefaultMaxMessageSize : int.MaxValue;
        ReadOnlySequence<byte>? left = null;
        while (true)
        {
            ReadResult read = await ReadAsync(left).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (request is null && GrpcFraming.TryRead(ref buffer, limit, out GrpcFrame frame))
                request = Parse(parser, frame);

            // What is left over is the front of a message that is not all here, or a second message.
            if (request is not null && !buffer.IsEmpty)
                throw new GrpcFault(GrpcStatusCode.Internal, "the request has more than one message; this method takes one");
            if (read.IsCompleted)
            {
                string missing = buffer.IsEmpty ? "the request has no message" : "the request ends in the middle of its message";
                return request ?? throw new GrpcFault(GrpcStatusCode.Internal, missing);
            }

            left = buffer;
        }
    }

    /// <summary>Sends the headers: the call is accepted, messages will follow.</summary>
    public async ValueTask StartAsync()
    {
        await _http.Response.StartAsync(Cancellation).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Adds a message to what is sent next.</summary>
    /// <returns>How many bytes that was.</returns>
    public int Write(IMessage message)
    {
        int size = message.CalculateSize();
        if (size > GrpcFraming.DefaultMaxMessageSize && _rules.Hold(GatewayRule.AnswerLimit))
            throw GrpcFault.Exhausted($"the answer has {size} bytes, more than the limit of {GrpcFraming.DefaultMaxMessageSize} bytes; ask for less at a time");
        GrpcFraming.Write(_http.Response.BodyWriter, message);
        return GrpcFraming.HeaderSize + size;
    }

    /// <summary>Sends what was written. Waits where the caller does not read, until <see cref="CancelFlush"/>.</summary>
    public async ValueTask FlushAsync()
    {
        FlushResult flushed = await _http.Response.BodyWriter.FlushAsync(Cancellation).ConfigureAwait(false);
        if (flushed.IsCompleted)
            throw new CallerLeftException();
    }

    /// <summary>
    /// Ends the wait for a caller who does not read: the flush that waits, else the next one. It returns as if all was sent (Kestrel does not pass on that it
    /// was cancelled), and one more flush would wait for the same caller again. The status still follows what was sent; cancelling the wait with a token
    /// would reset the stream, and lose the status.
    /// </summary>
    public void CancelFlush() => _http.Response.BodyWriter.CancelPendingFlush();

    public void Dispose()
    {
        _cancellation.Dispose();
        _deadline?.Dispose();
    }

    /// <summary>Reads on from what is left of the read before.</summary>
    private async ValueTask<ReadResult> ReadAsync(ReadOnlySequence<byte>? left)
    {
        PipeReader body = _http.Request.BodyReader;
        try
        {
            if (left is { } before)
                body.AdvanceTo(before.Start, before.End);
            return await body.ReadAsync(Cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException)
        {
            // The reader may be told before the token of the call is.
            throw new CallerLeftException(exception);
        }
    }

    private static GatewayRule RuleOf(string scope) => scope switch
    {
        GatewayScopes.SessionOpen => GatewayRule.ScopeSessionOpen,
        GatewayScopes.InvokeRead => GatewayRule.ScopeInvokeRead,
        GatewayScopes.InvokeWrite => GatewayRule.ScopeInvokeWrite,
        GatewayScopes.InvokeSecure => GatewayRule.ScopeInvokeSecure,
        GatewayScopes.EventsRead => GatewayRule.ScopeEventsRead,
        _ => GatewayRule.ScopeMetadataRead,
    };

    private static TimeSpan? Timeout(HttpRequest request)
    {
        string? header = request.Headers[GrpcHeaders.Timeout];
        if (header is null)
            return null;
        return GrpcHeaders.TryDecodeTimeout(header, out TimeSpan timeout)
            ? timeout
            : throw GrpcFault.Invalid("the grpc-timeout header is no deadline: at most eight digits and a unit");
    }

    private T Parse<T>(MessageParser<T> parser, GrpcFrame frame)
        where T : IMessage<T>, new()
    {
        return GrpcMessages.Parse(parser, Message(frame));
    }

    private ReadOnlySequence<byte> Message(GrpcFrame frame)
    {
        if (!frame.IsCompressed)
            return frame.Payload;
        string encoding = _http.Request.Headers[GrpcHeaders.Encoding].ToString();
        if (encoding is "" or "identity")
            throw new GrpcFault(GrpcStatusCode.Internal, "a message is marked as compressed, and no header says how");
        if (encoding == GrpcCompression.Gzip)
            return GrpcCompression.Decompress(frame.Payload, GrpcFraming.DefaultMaxMessageSize);
        _http.Response.Headers[GrpcHeaders.AcceptEncoding] = GrpcCompression.Accepted;
        throw new GrpcFault(
            GrpcStatusCode.Unimplemented,
            $"requests compressed with {CallerText.Quote(encoding)} are not taken; send them uncompressed, or compressed with {GrpcCompression.Gzip}");
    }
}
