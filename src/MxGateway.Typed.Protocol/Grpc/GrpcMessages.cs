using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>
/// Reads messages that come from outside. Google.Protobuf (3.25) adds a length near 2^31 to the place where it stands without a look at the overflow, and then
/// no limit holds any more: a few bytes make it allocate two gigabytes. So such lengths are looked for before it sees them; and what it throws of other
/// malformed bytes is not always its own exception.
/// </summary>
public static class GrpcMessages
{
    // As deep as the parser follows.
    private const int MaxDepth = 100;

    /// <summary>Reads a message.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="parser">The type's parser.</param>
    /// <param name="payload">The message's bytes.</param>
    /// <exception cref="GrpcFramingException">The bytes are no such message.</exception>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySequence<byte> payload)
        where T : IMessage<T>, new()
    {
        if (MayOverflow(payload) && !HasSoundLengths(payload.ToArray(), Type<T>.Descriptor))
            throw Malformed<T>("a length in it is longer than the message, or it is nested too deep");

        try
        {
            return parser.ParseFrom(payload);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException or IndexOutOfRangeException or ArgumentException)
        {
            throw Malformed<T>(e.Message);
        }
    }

    private static GrpcFramingException Malformed<T>(string why)
        where T : IMessage<T>, new() => new(GrpcStatusCode.Internal, $"a message is no {Type<T>.Descriptor.Name}: {why}");

    /// <summary>
    /// Whether there may be a length so near to 2^31 that a place within the message added to it overflows: of its seven bits a byte, the fourth byte has the
    /// upper four set, and the fifth ends in 0111. That is rare enough in sound messages, and fast to look for.
    /// </summary>
    private static bool MayOverflow(ReadOnlySequence<byte> payload)
    {
        if (!payload.IsSingleSegment || payload.Length > GrpcFraming.DefaultMaxMessageSize)
            return true;

        ReadOnlySpan<byte> left = payload.FirstSpan;
        for (int at; (at = left.IndexOfAnyInRange((byte)0xF8, (byte)0xFF)) >= 0; left = left[(at + 1)..])
            if (at + 1 < left.Length && (left[at + 1] & 0x0F) == 0x07)
                return true;
        return false;
    }

    /// <summary>Whether every length in a message, and in the messages in it, ends within what it is in. Not so of messages that are nested too deep.</summary>
    private static bool HasSoundLengths(ReadOnlySpan<byte> message, MessageDescriptor type, int depth = 1)
    {
        while (TryReadVarint(ref message, out ulong tag))
        {
            switch ((WireFormat.WireType)(tag & 7))
            {
                case WireFormat.WireType.Varint:
                    TryReadVarint(ref message, out _);
                    break;
                case WireFormat.WireType.Fixed64 when message.Length >= sizeof(ulong):
                    message = message[sizeof(ulong)..];
                    break;
                case WireFormat.WireType.Fixed32 when message.Length >= sizeof(uint):
                    message = message[sizeof(uint)..];
                    break;
                case WireFormat.WireType.LengthDelimited:
                    if (!TryReadVarint(ref message, out ulong length) || (uint)length > (uint)message.Length)
                        return false;
                    FieldDescriptor? field = type.FindFieldByNumber((int)((uint)tag >> 3));
                    if (field is { FieldType: FieldType.Message }
                        && (depth == MaxDepth || !HasSoundLengths(message[..(int)(uint)length], field.MessageType, depth + 1)))
                        return false;
                    message = message[(int)(uint)length..];
                    break;
                default:
                    // A group, which the gateway's messages do not have, or what the parser refuses, too.
                    return false;
            }
        }

        return message.IsEmpty;
    }

    /// <summary>Reads a number of at most ten bytes; of what does not fit, as the parser does, the upper bits are lost.</summary>
    private static bool TryReadVarint(ref ReadOnlySpan<byte> message, out ulong number)
    {
        number = 0;
        for (int i = 0; i < message.Length && i < 10; i++)
        {
            number |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] < 0x80)
            {
                message = message[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static class Type<T>
        where T : IMessage<T>, new()
    {
        public static readonly MessageDescriptor Descriptor = new T().Descriptor;
    }
}
