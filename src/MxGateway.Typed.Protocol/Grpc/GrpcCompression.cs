using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>The compression of messages, for both ends of the wire: gzip, per message. What comes out is bounded like any message, whatever went in.</summary>
public static class GrpcCompression
{
    /// <summary>The one compression, as the <c>grpc-encoding</c> header names it.</summary>
    public const string Gzip = "gzip";

    /// <summary>What an end offers to take, as the <c>grpc-accept-encoding</c> header says it.</summary>
    public const string Accepted = "identity,gzip";

    // A header of ten bytes, a block of at least two, the checksum and the size.
    private const int SmallestGzip = 20;

    // Of an encoding, to show it.
    private const int MaxNameLength = 50;

    /// <summary>Decompresses one message that was compressed with gzip.</summary>
    /// <param name="payload">The message as it came.</param>
    /// <param name="maxMessageSize">The largest message to take, in bytes.</param>
    /// <exception cref="GrpcFramingException">It is no gzip, it breaks off, or what comes out is too large.</exception>
    public static ReadOnlySequence<byte> Decompress(ReadOnlySequence<byte> payload, int maxMessageSize)
    {
        // Some senders compress nothing to nothing.
        if (payload.IsEmpty)
            return payload;
        byte[] compressed = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        try
        {
            payload.CopyTo(compressed);
            return new ReadOnlySequence<byte>(Inflate(compressed, (int)payload.Length, maxMessageSize));
        }
        catch (InvalidDataException e)
        {
            throw new GrpcFramingException(GrpcStatusCode.Internal, $"a message that is marked as gzip cannot be decompressed: {e.Message.TrimEnd('.')}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    /// <summary>Decompresses one message of an answer, where the answer's header says how.</summary>
    internal static ReadOnlySequence<byte> DecompressAnswer(ReadOnlySequence<byte> payload, string? encoding, int maxMessageSize) => encoding switch
    {
        Gzip => Decompress(payload, maxMessageSize),
        null or "identity" => throw new GrpcFramingException(
            GrpcStatusCode.Internal, $"the server marked a message as compressed, and no {GrpcHeaders.Encoding} header says how"),
        _ => throw new GrpcFramingException(
            GrpcStatusCode.Internal, $"the server compressed a message with {Named(encoding)}, though the call offered {Accepted} only"),
    };

    // Whole or not at all: what is cut off might be a secret that nobody recognizes any more.
    private static string Named(string encoding) =>
        encoding.Length <= MaxNameLength ? $"'{GrpcFailures.Shown(encoding, MaxNameLength)}'" : $"a name of {encoding.Length} characters";

    private static ReadOnlyMemory<byte> Inflate(byte[] compressed, int length, int maxMessageSize)
    {
        using var gzip = new GZipStream(new MemoryStream(compressed, 0, length, writable: false), CompressionMode.Decompress);
        var message = new ArrayBufferWriter<byte>(Math.Max(length, 256));
        while (true)
        {
            int read = gzip.Read(message.GetSpan());
            if (read == 0)
                return IsWhole(compressed.AsSpan(0, length), message.WrittenCount) ? message.WrittenMemory : throw new InvalidDataException("it breaks off");
            message.Advance(read);
            if (message.WrittenCount > maxMessageSize)
            {
                throw new GrpcFramingException(
                    GrpcStatusCode.ResourceExhausted, $"a compressed message of {length} bytes becomes larger than the limit of {maxMessageSize} bytes");
            }
        }
    }

    // .NET takes gzip that breaks off for its end. A whole one ends with the size of what was compressed.
    private static bool IsWhole(ReadOnlySpan<byte> compressed, int size) =>
        compressed.Length >= SmallestGzip && BinaryPrimitives.ReadInt32LittleEndian(compressed[^4..]) == size;
}
