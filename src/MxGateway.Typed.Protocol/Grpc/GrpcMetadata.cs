using System.Collections;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>Names and values that travel beside a call's messages. Names are lower case; one name may stand several times.</summary>
public sealed class GrpcMetadata : IEnumerable<KeyValuePair<string, string>>
{
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

    /// <summary>Makes metadata of entries; names are put into lower case.</summary>
    /// <param name="entries">Names and values, in their order.</param>
    public static GrpcMetadata From(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var metadata = new GrpcMetadata();
        foreach ((string name, string value) in entries)
            metadata._entries.Add(new(name.ToLowerInvariant(), value));
        return metadata;
    }
}
