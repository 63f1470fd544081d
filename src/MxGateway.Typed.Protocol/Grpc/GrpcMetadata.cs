using System.Collections;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>
/// Names and values that travel beside a call's messages. Names are lower case; one name may stand several times.
/// Values are printable ASCII; a name that ends in <c>-bin</c> stands for bytes, which travel as base64:
/// <see cref="Binary"/> and <see cref="GetBinary"/> translate.
/// </summary>
public sealed class GrpcMetadata : IEnumerable<KeyValuePair<string, string>>
{
    private const string BinarySuffix = "-bin";

    // gRPC's own, and HTTP's, that mean a connection and not a call.
    private static readonly HashSet<string> s_reserved =
        ["te", "content-type", "content-length", "user-agent", "host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

    private readonly List<KeyValuePair<string, string>> _entries = [];

    /// <summary>No metadata.</summary>
    public static GrpcMetadata Empty { get; } = new();

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The first value of a name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach ((string key, string value) in _entries)
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return value;
            return null;
        }
    }

    /// <summary>The entries in their order.</summary>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Makes metadata of entries; names are put into lower case. Whether they can be sent is judged by the call that sends them.</summary>
    /// <param name="entries">Names and values, in their order.</param>
    public static GrpcMetadata From(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var metadata = new GrpcMetadata();
        foreach ((string name, string value) in entries)
            metadata._entries.Add(new(name.ToLowerInvariant(), value));
        return metadata;
    }

    /// <summary>An entry of bytes.</summary>
    /// <param name="name">The name; it ends in <c>-bin</c>.</param>
    /// <param name="value">The bytes.</param>
    public static KeyValuePair<string, string> Binary(string name, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsBinary(name))
            throw new ArgumentException($"the metadata name '{name}' does not end in {BinarySuffix}, as that of bytes must", nameof(name));

        // Padding is for readers to expect and not for writers to send, says gRPC.
        return new(name, Convert.ToBase64String(value).TrimEnd('='));
    }

    /// <summary>The bytes of the first entry of a name, with padding or without; null where there is none, or its value is no base64.</summary>
    /// <param name="name">The name; it ends in <c>-bin</c>.</param>
    public byte[]? GetBinary(string name) => this[name] is { } value && IsBinary(name) ? Decode(value) : null;

    internal static bool IsValue(string value) => value.All(c => c is >= ' ' and <= '~');

    /// <summary>Throws for an entry that a caller cannot send. A value may be a secret: no message repeats it.</summary>
    internal static void DemandSendable(string name, string value)
    {
        if (name.Length == 0 || !name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '.'))
        {
            throw new ArgumentException(
                $"the metadata name '{GrpcFailures.Shown(name, 50)}' has a character that cannot stand there: letters, digits, '-', '_' and '.' can");
        }

        if (name.StartsWith("grpc-", StringComparison.Ordinal) || s_reserved.Contains(name))
            throw new ArgumentException($"the metadata name '{name}' is reserved for gRPC itself");
        if (value is null || !IsValue(value))
        {
            throw new ArgumentException(
                $"the value of the metadata '{name}' has a character that cannot stand there: printable ASCII can; " +
                $"for bytes see {nameof(GrpcMetadata)}.{nameof(Binary)}");
        }

        if (IsBinary(name) && Decode(value) is null)
            throw new ArgumentException($"the value of the metadata '{name}' is no base64; see {nameof(GrpcMetadata)}.{nameof(Binary)}");
    }

    private static bool IsBinary(string name) => name.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase);

    private static byte[]? Decode(string value)
    {
        string padded = value.TrimEnd('=');
        padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out int written) ? bytes[..written] : null;
    }
}
