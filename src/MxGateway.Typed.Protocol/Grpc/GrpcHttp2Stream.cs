using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Http.Headers;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>One call: its request on the way, then its answers one by one. Nothing is read ahead of the reader but what HTTP/2's window holds.</summary>
internal sealed class GrpcHttp2Stream<T> : IGrpcStream<T>
{
    // Within about two seconds.
    private const int MaxAttempts = 34;

    private readonly string _method;
    private readonly Func<ReadOnlySequence<byte>, T> _parse;
    private readonly int _maxMessageSize;
    private readonly GrpcPeer _peer;
    private readonly CancellationToken _closed;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource? _deadline;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenRegistration _deadlineStops;
    private readonly Task<HttpResponseMessage> _response;
    private readonly Task<GrpcMetadata> _headers;

    private PipeReader? _reader;
    private string? _encoding;
    private string? _statusInHeaders;
    private ReadOnlySequence<byte> _buffer;
    private bool _isReading;
    private bool _isBodyComplete;
    private bool _isOver;

    public GrpcHttp2Stream(
        HttpMessageInvoker http,
        Func<HttpRequestMessage> makeRequest,
        string method,
        Func<ReadOnlySequence<byte>, T> parse,
        TimeSpan? timeout,
        GrpcTransportOptions options,
        GrpcPeer peer,
        CancellationToken closed)
    {
        // What cannot be sent is told at once.
        HttpRequestMessage request = makeRequest();
        _method = method;
        _parse = parse;
        _maxMessageSize = options.MaxMessageSize;
        _peer = peer;
        _closed = closed;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(closed);
        if (timeout is { } time)
        {
            _timeout = time;
            _deadline = new CancellationTokenSource(time <= TimeSpan.Zero ? TimeSpan.FromTicks(1) : time, options.TimeProvider);
            _deadlineStops = _deadline.Token.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
        }

        _response = SendAsync(http, request, makeRequest);
        _headers = HeadersAsync();

        // Whoever reads the stream is told of a failure; nobody need have asked for the headers.
        _headers.ContinueWith(static headers => headers.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public Task<GrpcMetadata> Headers => _headers;

    public T Current { get; private set; } = default!;

    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (_isOver)
            return new(false);
        return TryTakeFrame() ? new(true) : WaitForFrameAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            // Disposing the answer before its end resets the HTTP/2 stream: the server sees the call cancelled.
            (await _response.ConfigureAwait(false)).Dispose();
            await _headers.ConfigureAwait(false);
            if (_reader is not null)
                await _reader.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException)
        {
            // The call failed before there was an answer; whoever waited for it was told.
        }

        await _deadlineStops.DisposeAsync().ConfigureAwait(false);
        _deadline?.Dispose();
        _stop.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http, HttpRequestMessage request, Func<HttpRequestMessage> makeRequest)
    {
        for (int attempt = 1; ; attempt++)
        {
            using (request)
            {
                try
                {
                    return await http.SendAsync(request, _stop.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (attempt < MaxAttempts && GrpcHttp2Errors.IsNotProcessed(e))
                {
                    // Nothing has looked at the call: it is sent again. Where a server takes few calls per connection, .NET learns of that too late,
                    // makes one connection after the other, and fails the calls that it has found no place for.
                }
                catch (Exception e) when (GrpcFailures.IsTransportFailure(e))
                {
                    throw new GrpcException(_method, GrpcFailures.StatusOf(e, _peer.Endpoint, _peer.HasAnswered), inner: e);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(4 << Math.Min(attempt, 4)), _stop.Token).ConfigureAwait(false);
            request = makeRequest();
        }
    }

    private async Task<GrpcMetadata> HeadersAsync()
    {
        HttpResponseMessage response = await _response.ConfigureAwait(false);
        if (GrpcFailures.NotGrpc(response) is { } status)
        {
            // The status quotes the content type, perhaps cut off: whoever looks for secrets in the exception needs the whole of it.
            throw new GrpcException(_method, status, GrpcMetadata.From([.. Metadata(response.Headers), .. Metadata(response.Content.Headers)]));
        }

        _peer.HasAnswered = true;
        return Metadata(response.Headers);
    }

    private bool TryTakeFrame()
    {
        if (!_isReading)
            return false;

        try
        {
            if (!GrpcFraming.TryRead(ref _buffer, _maxMessageSize, out GrpcFrame frame))
                return false;
            Current = _parse(frame.IsCompressed ? GrpcCompression.DecompressAnswer(frame.Payload, _encoding, _maxMessageSize) : frame.Payload);
            return true;
        }
        catch (GrpcFramingException e)
        {
            throw Failed(new GrpcStatus(e.Code, e.Message));
        }
        catch (Google.Protobuf.InvalidProtocolBufferException e)
        {
            throw Failed(new GrpcStatus(GrpcStatusCode.Internal, $"the server's message is not of the expected form: {e.Message}"), inner: e);
        }
    }

    private async ValueTask<bool> WaitForFrameAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
        try
        {
            HttpResponseMessage response = await _response.ConfigureAwait(false);
            GrpcMetadata headers = await _headers.ConfigureAwait(false);
            if (_reader is null)
            {
                // A failure in the headers is the end. An OK there counts only where no trailers say otherwise.
                _statusInHeaders = headers[GrpcHeaders.Status];
                if (_statusInHeaders is not (null or "0"))
                    return End(_statusInHeaders, headers);
                _encoding = headers[GrpcHeaders.Encoding];
                _reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(_stop.Token).ConfigureAwait(false));
            }

            while (true)
            {
                if (_isReading)
                {
                    _reader.AdvanceTo(_buffer.Start, _buffer.End);
                    _isReading = false;
                }

                if (_isBodyComplete)
                    return EndOfBody(Metadata(response.TrailingHeaders));

                ReadResult read = await _reader.ReadAsync(_stop.Token).ConfigureAwait(false);
                _buffer = read.Buffer;
                _isReading = true;
                _isBodyComplete = read.IsCompleted;
                if (TryTakeFrame())
                    return true;
            }
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && IsStopped(e))
        {
            // What the server may have said of it meanwhile is of no interest any more.
            _isOver = true;
            throw new OperationCanceledException("the wait for the answer was cancelled", e is GrpcException ? null : e, cancellationToken);
        }
        catch (Exception e) when (_deadline is { IsCancellationRequested: true } && IsStopped(e))
        {
            // The caller's timer, or the server's reset when its own ran out: both mean that the deadline passed.
            string late = $"no answer within {_timeout.TotalSeconds:0.#} s; the server's work may still be running";
            throw Failed(new GrpcStatus(GrpcStatusCode.DeadlineExceeded, late), inner: e);
        }
        catch (Exception e) when (_closed.IsCancellationRequested && IsStopped(e))
        {
            throw Failed(new GrpcStatus(GrpcStatusCode.Unavailable, "the transport was closed"), inner: e);
        }
        catch (Exception e) when (GrpcFailures.IsTransportFailure(e))
        {
            throw Failed(GrpcFailures.StatusOf(e, _peer.Endpoint, _peer.HasAnswered), inner: e);
        }
        catch (OperationCanceledException e)
        {
            throw Failed(new GrpcStatus(GrpcStatusCode.Cancelled, "the call was ended by this end"), inner: e);
        }
        catch (GrpcException)
        {
            _isOver = true;
            throw;
        }
    }

    // What a call that was stopped from this end, or in answer to it from the other, ends with.
    private static bool IsStopped(Exception e) =>
        e is OperationCanceledException or GrpcException { Code: GrpcStatusCode.Cancelled } || GrpcFailures.IsTransportFailure(e);

    private bool EndOfBody(GrpcMetadata trailers)
    {
        if (_buffer.Length > 0)
            throw Failed(new GrpcStatus(GrpcStatusCode.Unavailable, "the answer broke off in the middle of a message"), trailers);
        if ((trailers[GrpcHeaders.Status] ?? _statusInHeaders) is { } status)
            return End(status, trailers);
        const string Without = "the answer ended without a status; something between here and the server may have cut it off";
        throw Failed(new GrpcStatus(GrpcStatusCode.Unknown, Without), trailers);
    }

    private bool End(string status, GrpcMetadata trailers)
    {
        _isOver = true;
        string message = GrpcHeaders.DecodeMessage(trailers[GrpcHeaders.Message] ?? "");
        if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || !Enum.IsDefined((GrpcStatusCode)number))
        {
            string said = message.Length == 0 ? "" : $": {message}";
            string unknown = $"the server's status '{GrpcFailures.Shown(status, 20)}' is none that gRPC knows{said}";
            throw Failed(new GrpcStatus(GrpcStatusCode.Unknown, unknown), trailers);
        }

        return number == 0 ? false : throw Failed(new GrpcStatus((GrpcStatusCode)number, message), trailers);
    }

    // The reader's alone: a call that fails before it is read is not over, because its reader is still to be told.
    private GrpcException Failed(GrpcStatus status, GrpcMetadata? trailers = null, Exception? inner = null)
    {
        _isOver = true;
        return new GrpcException(_method, status, trailers, inner);
    }

    private static GrpcMetadata Metadata(HttpHeaders headers) =>
        GrpcMetadata.From(headers.NonValidated.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value))));
}
