using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MxGateway.Typed.Simulator.Keys;

/// <summary>An API key as the simulator keeps it: its id, its hash, what it may do.</summary>
internal sealed class SimulatorKey(string id, byte[] sha256, IReadOnlySet<string> scopes)
{
    private const string Prefix = "mxgw_";

    public string Id { get; } = id;

    public byte[] Sha256 { get; } = sha256;

    public bool Has(string scope) => scopes.Contains(scope);

    public override string ToString() => $"key {Id}";

    /// <summary>The id in the middle of <c>mxgw_&lt;id&gt;_&lt;secret&gt;</c>; null where the text is no key.</summary>
    public static string? IdOf(string key)
    {
        if (!key.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        int end = key.IndexOf('_', Prefix.Length);
        return end > Prefix.Length && end < key.Length - 1 ? key[Prefix.Length..end] : null;
    }

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>A new key: 32 bits of id, 256 bits of secret.</summary>
    public static string NewKey() =>
        $"{Prefix}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
}

/// <summary>A user of the Galaxy as the simulator keeps it.</summary>
internal sealed record SimulatorUser(string Name, byte[] PasswordSha256, Guid? Guid)
{
    public override string ToString() => $"user {Name}";
}
