using System.Buffers;
using System.IO.Compression;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Fuzz.Messages;

/// <summary>Bodies of calls: frames that are sound, and all the ways in which frames and what is in them are not.</summary>
internal static class HostileBody
{
    // Unless a peer asks for more.
    private const int MaxHttp2Frame = 16 * 1024;

    private static readonly Lazy<byte[]> s_bomb = new(() => Gzip(new byte[64 * 1024 * 1024]));

    /// <summary>Makes a body.</summary>
    /// <param name="random">What it comes from.</param>
    /// <param name="generator">Makes the messages.</param>
    /// <param name="type">What the messages should be.</param>
    /// <param name="count">How many messages there should be.</param>
    public static byte[] Make(Random random, MessageGenerator generator, MessageDescriptor type, int count = 1)
    {
        byte[] Message() => generator.Make(type).ToByteArray();
        byte[] Frames() => [.. Enumerable.Range(0, count).SelectMany(_ => Frame(Message()))];
        switch (random.Next(20))
        {
            case <= 5:
                return Frames();
            case <= 12:
                return [.. Enumerable.Range(0, count).SelectMany(_ => Frame(Mutations.Spoil(random, Message())))];
            case 13:
                byte[] whole = Frames();
                return whole[..random.Next(whole.Length)];
            case 14:
                byte[] message = Message();
                return [0, .. Mutations.BigEndian(Length(random, message.Length)), .. message];
            case 15:
                return Compressed(random, Message());
            case 16:
                return [.. Frames(), .. Frame(Message())];
            case 17:
                return [.. Frames(), .. Mutations.RandomBytes(random, 8)];
            case 18:
                return Mutations.Spoil(random, Frames());
            default:
                return Mutations.RandomBytes(random, 60);
        }
    }

    /// <summary>A valid message in a frame that fits one frame of HTTP/2.</summary>
    public static byte[] MakeSmall(MessageGenerator generator, MessageDescriptor type)
    {
        byte[] frame;
        do
            frame = Frame(generator.Make(type));
        while (frame.Length > MaxHttp2Frame);
        return frame;
    }

    /// <summary>A message as a frame, uncompressed.</summary>
    public static byte[] Frame(byte[] message, byte flag = 0) => [flag, .. Mutations.BigEndian((uint)message.Length), .. message];

    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    /// <summary>The messages that stand whole and in sound frames at the front of a body, and whether that is all of it.</summary>
    public static (IReadOnlyList<IMessage> Messages, bool IsAll, bool HasCompressed) Read(byte[] body, Func<ReadOnlySequence<byte>, IMessage> parse)
    {
        var messages = new List<IMessage>();
        var left = new ReadOnlySequence<byte>(body);
        try
        {
            while (GrpcFraming.TryRead(ref left, GrpcFraming.DefaultMaxMessageSize, out GrpcFrame frame))
            {
                if (frame.IsCompressed)
                    return (messages, false, true);
                messages.Add(parse(frame.Payload));
            }
        }
        catch (GrpcFramingException)
        {
            return (messages, false, false);
        }

        return (messages, left.IsEmpty, false);
    }

    private static uint Length(Random random, int length) => random.Next(6) switch
    {
        0 => uint.MaxValue,
        1 => int.MaxValue,
        2 => GrpcFraming.DefaultMaxMessageSize + 1,
        3 => GrpcFraming.DefaultMaxMessageSize,
        4 => (uint)(length + random.Next(1, 100)),
        _ => (uint)random.Next(length + 1),
    };

    private static byte[] Compressed(Random random, byte[] message) => random.Next(6) switch
    {
        0 => Frame(message, flag: 1),
        1 => Frame(Mutations.Spoil(random, Gzip(message)), flag: 1),
        2 => Frame(Gzip(Mutations.Spoil(random, message)), flag: 1),
        3 when random.Next(20) == 0 => Frame(s_bomb.Value, flag: 1),
        4 => Frame(message, flag: (byte)random.Next(2, 256)),
        _ => Frame(Gzip(message), flag: 1),
    };

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
