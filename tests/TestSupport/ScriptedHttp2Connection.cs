using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace MxGateway.Typed.TestSupport;

/// <summary>
/// One connection of a <see cref="ScriptedHttp2Server"/>. In the background it acknowledges settings and pings, and keeps what the client sent;
/// everything else is for the script to write. Stream 0 is the connection.
/// </summary>
public sealed class ScriptedHttp2Connection : IAsyncDisposable
{
    private const int PrefaceSize = 24, FrameHeaderSize = 9;
    private const byte EndStream = 1, Acknowledged = 1, EndHeaders = 4;

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly CancellationToken _stop;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Channel<int> _requests = Channel.CreateUnbounded<int>();
    private readonly Channel<(int Stream, uint Code)> _resets = Channel.CreateUnbounded<(int, uint)>();
    private readonly Channel<bool> _answeredPings = Channel.CreateUnbounded<bool>();
    private readonly Http2Windows _windows = new();
    private Task _reading = Task.CompletedTask;
    private int _pings;

    internal ScriptedHttp2Connection(TcpClient client, CancellationToken stop)
    {
        _client = client;
        _stream = client.GetStream();
        _stop = stop;
    }

    /// <summary>Whether pings are answered.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>How many pings the client sent.</summary>
    public int Pings => Volatile.Read(ref _pings);

    /// <summary>Waits for the next request, all of it.</summary>
    /// <returns>Its stream.</returns>
    public async Task<int> RequestAsync() => await ReadAsync(_requests);

    /// <summary>Waits for the client to reset a stream.</summary>
    public async Task<(int Stream, uint Code)> ResetByClientAsync() => await ReadAsync(_resets);

    /// <summary>Waits for a whole round trip: what was sent before has been dealt with by the client's HTTP/2.</summary>
    public async Task RoundTripAsync()
    {
        await FrameAsync(Http2FrameType.Ping, 0, 0, new byte[8]);
        await ReadAsync(_answeredPings);
    }

    /// <summary>How many bytes of data the client lets the server send on a stream now.</summary>
    public long Window(int stream) => _windows.Of(stream);

    /// <summary>Waits until the client lets the server send so many bytes on a stream.</summary>
    public Task WindowAsync(int stream, int size) => _windows.OpenAsync(stream, size, _stop);

    /// <summary>Sends headers, or trailers where data went before.</summary>
    public Task HeadersAsync(int stream, bool isLast, params IEnumerable<(string Name, string Value)> headers) =>
        FrameAsync(Http2FrameType.Headers, (byte)(EndHeaders | (isLast ? EndStream : 0)), stream, HeaderBlock(headers));

    /// <summary>Sends the headers of a gRPC answer.</summary>
    public Task AcceptAsync(int stream) => HeadersAsync(stream, false, (":status", "200"), ("content-type", "application/grpc"));

    /// <summary>Sends data, in as many frames as it needs. The client's window is the script's to keep.</summary>
    public async Task DataAsync(int stream, ReadOnlyMemory<byte> data, bool isLast = false)
    {
        const int MaxFrame = 16384;
        do
        {
            ReadOnlyMemory<byte> part = data[..Math.Min(MaxFrame, data.Length)];
            data = data[part.Length..];
            _windows.Take(stream, part.Length);
            await FrameAsync(Http2FrameType.Data, (byte)(isLast && data.IsEmpty ? EndStream : 0), stream, part);
        }
        while (!data.IsEmpty);
    }

    /// <summary>Ends a stream with an error.</summary>
    public Task ResetAsync(int stream, uint code) => FrameAsync(Http2FrameType.Reset, 0, stream, Number(code));

    /// <summary>Says that no stream above the last one is or will be served.</summary>
    public Task GoAwayAsync(int lastStream, uint code) => FrameAsync(Http2FrameType.GoAway, 0, 0, (byte[])[.. Number((uint)lastStream), .. Number(code)]);

    /// <summary>Sends any frame.</summary>
    public async Task FrameAsync(Http2FrameType type, byte flags, int stream, ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[FrameHeaderSize + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, ((uint)payload.Length << 8) | (byte)type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsMemory(FrameHeaderSize));
        await _writing.WaitAsync(_stop);
        try
        {
            await _stream.WriteAsync(frame, _stop);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>A header block: every header as a literal that nobody need remember.</summary>
    public static byte[] HeaderBlock(params IEnumerable<(string Name, string Value)> headers) =>
        [.. headers.SelectMany(header => (byte[])[0, .. Literal(header.Name), .. Literal(header.Value)])];

    /// <summary>Cuts the connection, without a word of HTTP/2.</summary>
    public void Cut() => _client.Close();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Close();
        await _reading;
        _writing.Dispose();
    }

    internal async Task OpenAsync((ushort Id, uint Value)[] settings)
    {
        await _stream.ReadExactlyAsync(new byte[PrefaceSize], _stop);
        await FrameAsync(Http2FrameType.Settings, 0, 0, (byte[])[.. settings.SelectMany(setting => (byte[])[(byte)(setting.Id >> 8), (byte)setting.Id, .. Number(setting.Value)])]);
        _reading = Task.Run(ReadFramesAsync);
    }

    private async Task ReadFramesAsync()
    {
        Exception? end = null;
        try
        {
            var header = new byte[FrameHeaderSize];
            while (true)
            {
                await _stream.ReadExactlyAsync(header, _stop);
                var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header) >> 8];
                await _stream.ReadExactlyAsync(payload, _stop);
                await TakeAsync((Http2FrameType)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue, payload);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            end = new IOException("the client has left", e);
        }

        _requests.Writer.TryComplete(end);
        _resets.Writer.TryComplete(end);
        _answeredPings.Writer.TryComplete(end);
        _windows.Close(end!);
    }

    private async Task TakeAsync(Http2FrameType type, byte flags, int stream, byte[] payload)
    {
        bool isAcknowledgement = (flags & Acknowledged) != 0;
        switch (type)
        {
            case Http2FrameType.Headers or Http2FrameType.Data when (flags & EndStream) != 0:
                _requests.Writer.TryWrite(stream);
                break;
            case Http2FrameType.Reset:
                _resets.Writer.TryWrite((stream, BinaryPrimitives.ReadUInt32BigEndian(payload)));
                break;
            case Http2FrameType.Settings when !isAcknowledgement:
                for (int i = 0; i < payload.Length; i += 6)
                    _windows.Set(BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(i)), BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(i + 2)));
                await FrameAsync(Http2FrameType.Settings, Acknowledged, 0, default);
                break;
            case Http2FrameType.WindowUpdate:
                _windows.Open(stream, BinaryPrimitives.ReadUInt32BigEndian(payload));
                break;
            case Http2FrameType.Ping when isAcknowledgement:
                _answeredPings.Writer.TryWrite(true);
                break;
            case Http2FrameType.Ping:
                Interlocked.Increment(ref _pings);
                if (AnswersPings)
                    await FrameAsync(Http2FrameType.Ping, Acknowledged, 0, payload);
                break;
        }
    }

    private async Task<T> ReadAsync<T>(Channel<T> channel)
    {
        try
        {
            return await channel.Reader.ReadAsync(_stop);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("the client has left", e);
        }
    }

    private static byte[] Number(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    // A length of seven bits, continued where it needs more; then the text.
    private static byte[] Literal(string text)
    {
        const int Prefix = 0x7F;
        var bytes = new List<byte>();
        int length = text.Length;
        bytes.Add((byte)Math.Min(length, Prefix));
        if (length >= Prefix)
        {
            for (length -= Prefix; length >= 0x80; length >>= 7)
                bytes.Add((byte)(length | 0x80));
            bytes.Add((byte)length);
        }

        bytes.AddRange(Encoding.Latin1.GetBytes(text));
        return [.. bytes];
    }
}

/// <summary>HTTP/2's types of frames.</summary>
public enum Http2FrameType : byte
{
    /// <summary>DATA.</summary>
    Data = 0,

    /// <summary>HEADERS.</summary>
    Headers = 1,

    /// <summary>RST_STREAM.</summary>
    Reset = 3,

    /// <summary>SETTINGS.</summary>
    Settings = 4,

    /// <summary>PUSH_PROMISE.</summary>
    PushPromise = 5,

    /// <summary>PING.</summary>
    Ping = 6,

    /// <summary>GOAWAY.</summary>
    GoAway = 7,

    /// <summary>WINDOW_UPDATE.</summary>
    WindowUpdate = 8,

    /// <summary>CONTINUATION.</summary>
    Continuation = 9,
}
