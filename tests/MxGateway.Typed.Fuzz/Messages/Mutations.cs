using System.Buffers.Binary;
using System.Text;

namespace MxGateway.Typed.Fuzz.Messages;

/// <summary>Spoils bytes: what a faulty line, a faulty peer and an attacker do to them.</summary>
internal static class Mutations
{
    /// <summary>Spoils bytes in one to four ways.</summary>
    public static byte[] Spoil(Random random, byte[] bytes)
    {
        for (int left = random.Next(1, 5); left > 0; left--)
            bytes = Once(random, bytes);
        return bytes;
    }

    public static byte[] RandomBytes(Random random, int max)
    {
        byte[] bytes = new byte[random.Next(max)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Cuts bytes into one to four pieces.</summary>
    public static IEnumerable<byte[]> Cut(Random random, byte[] bytes)
    {
        int from = 0;
        for (int left = random.Next(4); left > 0 && from < bytes.Length; left--)
        {
            int to = random.Next(from, bytes.Length);
            if (to > from)
                yield return bytes[from..to];
            from = to;
        }

        yield return bytes[from..];
    }

    private static byte[] Once(Random random, byte[] bytes)
    {
        int at = random.Next(bytes.Length + 1), to = random.Next(at, Math.Min(bytes.Length, at + 40) + 1);
        switch (random.Next(12))
        {
            case 0 or 1 or 2 when at < bytes.Length:
                byte[] flipped = [.. bytes];
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 3 when at < bytes.Length:
                byte[] set = [.. bytes];
                set[at] = (byte)random.Next(256);
                return set;
            case 4:
                return [.. bytes[..at], .. bytes[to..]];
            case 5:
                return [.. bytes[..to], .. bytes[at..]];
            case 6:
                return [.. bytes[to..], .. bytes[at..to], .. bytes[..at]];
            case 7:
                return bytes[..at];
            case 8:
                return [.. bytes[..at], .. Varint(random), .. bytes[at..]];
            case 9:
                return [.. bytes[..at], .. Nested(random), .. bytes[at..]];
            case 10:
                return [.. bytes[..at], .. UnknownField(random), .. bytes[at..]];
            default:
                return [.. bytes[..at], .. InvalidText(random), .. bytes[at..]];
        }
    }

    /// <summary>A number in protobuf's form: huge, negative, or longer than one may be.</summary>
    private static byte[] Varint(Random random) => random.Next(5) switch
    {
        0 => [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        1 => [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
        2 => [.. Enumerable.Repeat((byte)0xFF, 9), 0x01],
        3 => [.. Enumerable.Repeat((byte)0xFF, random.Next(10, 14))],
        _ => [0x80, 0x80, 0x80, 0x00],
    };

    /// <summary>Messages, or groups, within one another, deeper than any reader should follow.</summary>
    private static byte[] Nested(Random random)
    {
        int depth = random.Next(1, 400);
        byte tag = (byte)random.Next(8, 128);
        if (random.Next(2) == 0)
            return [.. Enumerable.Repeat((byte)((tag & 0xF8) | 3), depth)];

        byte[] inner = [];
        for (tag = (byte)((tag & 0xF8) | 2); depth > 0 && inner.Length < 16_000; depth--)
            inner = [tag, .. Length(inner.Length), .. inner];
        return inner;
    }

    private static byte[] UnknownField(Random random)
    {
        byte[] content = RandomBytes(random, 10);
        return random.Next(4) switch
        {
            0 => [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x01],
            1 => [0xFA, 0x3F, .. Length(content.Length), .. content],
            2 => [0xFD, 0x3F, .. BitConverter.GetBytes(random.Next())],
            _ => [(byte)random.Next(256), .. Length(content.Length), .. content],
        };
    }

    private static byte[] InvalidText(Random random) => random.Next(4) switch
    {
        0 => [0xC0, 0x80],
        1 => [0xED, 0xA0, 0x80],
        2 => [0xF8, 0x88, 0x80, 0x80, 0x80],
        _ => Encoding.UTF8.GetBytes("\uFEFF\u202E\0"),
    };

    private static byte[] Length(int length)
    {
        var bytes = new List<byte>();
        for (uint left = (uint)length; ; left >>= 7)
        {
            if (left < 0x80)
                return [.. bytes, (byte)left];
            bytes.Add((byte)(left | 0x80));
        }
    }

    /// <summary>Four bytes, most significant first.</summary>
    public static byte[] BigEndian(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
