using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using MxGateway.Typed.Simulator.Hosting;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>
/// Page tokens: where the next page starts, signed together with the method, the filter and the deploy. So nothing is kept per reader, a token may be
/// used again, and a stale or foreign one is told from a good one.
/// </summary>
internal sealed class PageTokens
{
    private const int OffsetSize = sizeof(int), SignatureSize = 16;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>Makes a token.</summary>
    /// <param name="method">The method that it is for.</param>
    /// <param name="filter">The request without its page size and token.</param>
    /// <param name="deploy">The deploy's sequence.</param>
    /// <param name="offset">How many objects came before.</param>
    public string Make(string method, IMessage filter, ulong deploy, int offset)
    {
        Span<byte> token = stackalloc byte[OffsetSize + SignatureSize];
        BinaryPrimitives.WriteInt32BigEndian(token, offset);
        Sign(method, filter, deploy, offset, token[OffsetSize..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads a token; the empty one is the start.</summary>
    public int Read(string token, string method, IMessage filter, ulong deploy)
    {
        if (token.Length == 0)
            return 0;

        Span<byte> bytes = stackalloc byte[OffsetSize + SignatureSize];
        if (token.Length > 2 * bytes.Length || !Base64Url.IsValid(token) || !Base64Url.TryDecodeFromChars(token, bytes, out int length) || length != bytes.Length)
            throw GrpcFault.Invalid("the page token is none of ours");

        int offset = BinaryPrimitives.ReadInt32BigEndian(bytes);
        Span<byte> signature = stackalloc byte[SignatureSize];
        Sign(method, filter, deploy, offset, signature);
        return CryptographicOperations.FixedTimeEquals(signature, bytes[OffsetSize..])
            ? offset
            : throw GrpcFault.Invalid("the page token is stale or belongs to another method or filter: start again without one");
    }

    private void Sign(string method, IMessage filter, ulong deploy, int offset, Span<byte> signature)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        Span<byte> numbers = stackalloc byte[sizeof(ulong) + sizeof(int)];
        BinaryPrimitives.WriteUInt64BigEndian(numbers, deploy);
        BinaryPrimitives.WriteInt32BigEndian(numbers[sizeof(ulong)..], offset);
        hmac.AppendData(numbers);
        hmac.AppendData(Encoding.UTF8.GetBytes(method + "\n"));
        hmac.AppendData(filter.ToByteArray());
        hmac.GetHashAndReset().AsSpan(0, SignatureSize).CopyTo(signature);
    }
}
