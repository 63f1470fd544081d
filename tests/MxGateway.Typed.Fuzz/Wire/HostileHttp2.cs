using MxGateway.Typed.Fuzz.Messages;

namespace MxGateway.Typed.Fuzz.Wire;

/// <summary>Makes HTTP/2 that is not as it should be of frames that are.</summary>
internal static class HostileHttp2
{
    private static readonly byte[] s_types = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255];

    /// <summary>Leaves frames out, repeats, spoils and swaps them, and puts others between them.</summary>
    public static IEnumerable<byte[]> Disturb(Random random, IReadOnlyList<byte[]> frames)
    {
        var disturbed = new List<byte[]>(frames);
        for (int left = random.Next(1, 4); left > 0; left--)
        {
            int at = random.Next(disturbed.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < disturbed.Count:
                    disturbed.RemoveAt(at);
                    break;
                case 1 when at < disturbed.Count:
                    disturbed.Insert(at, disturbed[at]);
                    break;
                case 2 or 3 when at < disturbed.Count:
                    disturbed[at] = Mutations.Spoil(random, disturbed[at]);
                    break;
                case 4:
                    disturbed.Insert(at, AnyFrame(random));
                    break;
                default:
                    disturbed.Insert(at, Mutations.RandomBytes(random, 40));
                    break;
            }
        }

        return disturbed;
    }

    private static byte[] AnyFrame(Random random)
    {
        byte type = s_types[random.Next(s_types.Length)];
        int stream = random.Next(4) switch { 0 => 0, 1 => 1, 2 => random.Next(10), _ => int.MaxValue };
        byte[] payload = random.Next(3) switch
        {
            0 => [],
            1 => Mutations.BigEndian((uint)random.Next(16)),
            _ => Mutations.RandomBytes(random, 40),
        };
        return Http2Bytes.Frame(type, (byte)random.Next(random.Next(2) == 0 ? 2 : 256), stream, payload);
    }
}
