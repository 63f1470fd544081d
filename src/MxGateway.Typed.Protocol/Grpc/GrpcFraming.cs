using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>
/// gRPC's message frames, for both ends of the wire: one byte that says whether the message is compressed, its length as four bytes
/// (most significant first), the message.
/// </summary>
public static class GrpcFraming
{
    /// <summary>The bytes in front of each message.</summary>
    public const int HeaderSize = 5;

    /// <summary>The largest message that the gateway sends or takes: 16 MiB.</summary>
    public const int DefaultMaxMessageSize = 16 * 1024 * 1024;

    /// <summary>Writes one message as a frame, uncompressed.</summary>
    /// <param name="writer">Where the frame goes.</param>
    /// <param name="message">The message.</param>
    public static void Write(IBufferWriter<byte> writer, IMessage message)
    {
        int size = message.CalculateSize();
        // Room for all of it at once: Protobuf, left to ask for more bit by bit, asks for ever where a response was aborted
        // and gives no room that is not asked for by its size.
        Span<byte> frame = writer.GetSpan(HeaderSize + size)[..(HeaderSize + size)];
        frame[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(frame[1..], (uint)size);
        message.WriteTo(frame[HeaderSize..]);
        writer.Advance(HeaderSize + size);
    }

    /// <summary>Takes one whole frame off the front of a buffer.</summary>
    /// <param name="buffer">What has been received; moved past the frame when there is a whole one.</param>
    /// <param name="maxMessageSize">The largest message to take, in bytes. It is judged by the header, before the message is waited for.</param>
    /// <param name="frame">The frame; its payload is a view of the buffer.</param>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="GrpcFramingException">The header is no gRPC header, or announces more than <paramref name="maxMessageSize"/> bytes.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxMessageSize, out GrpcFrame frame)
    {
        frame = default;
        if (buffer.Length < HeaderSize)
            return false;

        Span<byte> header = stackalloc byte[HeaderSize];
        buffer.Slice(0, HeaderSize).CopyTo(header);
        if (header[0] > 1)
        {
            throw new GrpcFramingException(
                GrpcStatusCode.Internal, $"a message starts with the byte {header[0]}, where gRPC knows 0 and 1; the peer does not speak gRPC");
        }

        uint size = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (size > (uint)maxMessageSize)
            throw new GrpcFramingException(GrpcStatusCode.ResourceExhausted, $"a message of {size} bytes is larger than the limit of {maxMessageSize} bytes");
        if (buffer.Length < HeaderSize + size)
            return false;

        frame = new GrpcFrame(header[0] == 1, buffer.Slice(HeaderSize, size));
        buffer = buffer.Slice(HeaderSize + (long)size);
        return true;
    }
}

/// <summary>One message as it stands on the wire.</summary>
/// <param name="IsCompressed">Whether the payload is compressed in the way that the <c>grpc-encoding</c> header names.</param>
/// <param name="Payload">The message; valid only until the buffer it was read from moves on.</param>
public readonly record struct GrpcFrame(bool IsCompressed, ReadOnlySequence<byte> Payload);

/// <summary>Bytes that are no gRPC frame, or too large a one.</summary>
/// <param name="code">The status that the call ends with.</param>
/// <param name="message">What is wrong.</param>
public sealed class GrpcFramingException(GrpcStatusCode code, string message) : Exception(message)
{
    /// <summary>The status that the call ends with.</summary>
    public GrpcStatusCode Code { get; } = code;
}
