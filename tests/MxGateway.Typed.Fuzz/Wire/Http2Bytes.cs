using System.Buffers.Binary;
using System.Text;

namespace MxGateway.Typed.Fuzz.Wire;

/// <summary>HTTP/2 as bytes, for peers that break its rules: frames and plain headers, nothing that remembers.</summary>
internal static class Http2Bytes
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, PushPromise = 5, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;

    public const byte EndStream = 1, Acknowledge = 1, EndHeaders = 4;

    public const int FrameHeaderSize = 9;

    /// <summary>What a client says first.</summary>
    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        byte[] frame = new byte[FrameHeaderSize + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, FrameHeaderSize);
        return frame;
    }

    /// <summary>The heads of the frames that stand whole in bytes.</summary>
    public static IReadOnlyList<(byte Type, byte Flags, int Stream)> Heads(ReadOnlySpan<byte> bytes)
    {
        var heads = new List<(byte, byte, int)>();
        while (bytes.Length >= FrameHeaderSize)
        {
            int size = FrameHeaderSize + (BinaryPrimitives.ReadInt32BigEndian(bytes) >>> 8);
            if (bytes.Length < size)
                break;
            heads.Add((bytes[3], bytes[4], BinaryPrimitives.ReadInt32BigEndian(bytes[5..])));
            bytes = bytes[size..];
        }

        return heads;
    }

    /// <summary>Headers as literals that no table remembers, without Huffman's code.</summary>
    public static byte[] HeaderBlock(params IEnumerable<(string Name, string Value)> headers) =>
        [.. headers.SelectMany(header => (byte[])[0, .. Text(header.Name), .. Text(header.Value)])];

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        var length = new List<byte>();
        if (bytes.Length < 127)
        {
            length.Add((byte)bytes.Length);
        }
        else
        {
            length.Add(127);
            int left = bytes.Length - 127;
            for (; left >= 128; left >>= 7)
                length.Add((byte)(left | 0x80));
            length.Add((byte)left);
        }

        return [.. length, .. bytes];
    }
}
