using System.Buffers;
using System.IO.Compression;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>A request's message that its caller compressed with gzip.</summary>
internal static class GzipMessage
{
    /// <summary>The <c>grpc-encoding</c> that this is about.</summary>
    public const string Encoding = "gzip";

    /// <summary>The message as it was. A few bytes can stand for any number of them, so what comes out is bounded while it comes.</summary>
    public static ReadOnlySequence<byte> Decompress(ReadOnlySequence<byte> compressed, int maxMessageSize)
    {
        var message = new ArrayBufferWriter<byte>();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(compressed.ToArray(), writable: false), CompressionMode.Decompress);
            while (gzip.Read(message.GetSpan()) is > 0 and int count)
            {
                message.Advance(count);
                if (message.WrittenCount > maxMessageSize)
                    throw GrpcFault.Exhausted($"the compressed request has more than the limit of {maxMessageSize} bytes");
            }
        }
        catch (InvalidDataException exception)
        {
            throw new GrpcFault(GrpcStatusCode.Internal, $"the request says that it is compressed with gzip, and is not: {exception.Message}");
        }

        return new(message.WrittenMemory);
    }
}
