using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MxGateway.Typed.Simulator.Faults;

namespace MxGateway.Typed.Simulator.Keys;

/// <summary>An API key as the simulator keeps it: its id, its hash, what it may do, and the tags that it is kept to.</summary>
/// <param name="id">Its id.</param>
/// <param name="sha256">The hash of the whole key.</param>
/// <param name="scopes">What it may do.</param>
/// <param name="tags">Globs of the tags that it may use; null for all.</param>
internal sealed class SimulatorKey(string id, byte[] sha256, IReadOnlySet<string> scopes, IReadOnlyList<string>? tags = null)
{
    /// <summary>The caller of a simulator that asks for no key.</summary>
    public static readonly SimulatorKey Anybody = new("anybody", [], GatewayScopes.All.ToHashSet());

    private const string Prefix = "mxgw_";

    public string Id { get; } = id;

    public byte[] Sha256 { get; } = sha256;

    public bool Has(string scope) => scopes.Contains(scope);

    /// <summary>
    /// Whether it may use a tag: a glob of it matches the tagname, or the whole reference with or without the <c>[]</c> of an array. Case does not matter.
    /// </summary>
    public bool MayUse(string reference) => tags is null || tags.Any(glob => TagGlobs.Match(glob, reference));

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
