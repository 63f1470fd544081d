using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>
/// The page tokens of one deploy: where the next page starts, signed together with the question, with a secret of the deploy's own. So nothing is kept per
/// reader, a token may be used again, and a stale or foreign one is told from a good one.
/// </summary>
internal sealed class PageTokens(GatewayRules rules)
{
    private const int OffsetSize = sizeof(int), SignatureSize = 16;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, bool> _used = new();

    /// <summary>Makes a token.</summary>
    /// <param name="question">What tells the question from all others.</param>
    /// <param name="offset">How many objects came before.</param>
    public string Make(string question, int offset)
    {
        Span<byte> token = stackalloc byte[OffsetSize + SignatureSize];
        BinaryPrimitives.WriteInt32BigEndian(token, offset);
        Sign(question, offset, token[OffsetSize..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads a token; the empty one is the start.</summary>
    public int Read(string token, string question)
    {
        if (token.Length == 0)
            return 0;

        Span<byte> bytes = stackalloc byte[OffsetSize + SignatureSize];
        bool isShort = token.Length <= 2 * bytes.Length && Base64Url.IsValid(token);
        if (!isShort || !Base64Url.TryDecodeFromChars(token, bytes, out int length) || length != bytes.Length)
            throw GrpcFault.Invalid("the page token is none of ours");

        int offset = BinaryPrimitives.ReadInt32BigEndian(bytes);
        Span<byte> signature = stackalloc byte[SignatureSize];
        Sign(question, offset, signature);
        bool isGood = CryptographicOperations.FixedTimeEquals(signature, bytes[OffsetSize..])
            && (rules.Hold(GatewayRule.TokenAgain) || _used.TryAdd(token, true));
        return isGood ? offset : throw GrpcFault.Invalid("the page token is stale or belongs to another method or filter: start again without one");
    }

    private void Sign(string question, int offset, Span<byte> signature)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, offset);
        hmac.AppendData(number);
        if (rules.Hold(GatewayRule.ForeignToken))
            hmac.AppendData(Encoding.UTF8.GetBytes(question));
        hmac.GetHashAndReset().AsSpan(0, SignatureSize).CopyTo(signature);
    }
}
