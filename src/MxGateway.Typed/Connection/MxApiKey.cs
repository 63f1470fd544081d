namespace MxGateway.Typed;

/// <summary>The key that the gateway knows an application by, such as <c>mxgw_7f3a_...</c>. It goes into the calls' headers and nowhere else.</summary>
public sealed class MxApiKey
{
    private const string NoKey = "it has a character that cannot stand in a header, and a key is printable ASCII without blanks";

    private MxApiKey(string value) => Value = value;

    internal string Value { get; }

    /// <summary>A key held in an environment variable.</summary>
    /// <param name="name">The variable's name.</param>
    /// <exception cref="InvalidOperationException">The variable is not set, is empty, or holds what cannot be a key.</exception>
    public static MxApiKey FromEnvironment(string name)
    {
        MxArguments.ThrowIfBlank(name, "the variable's name is empty; give the one that holds the API key");
        string key = Environment.GetEnvironmentVariable(name)?.Trim() ?? "";
        string why = key.Length == 0 ? "" : $": {NoKey}";
        return IsKey(key)
            ? new MxApiKey(key)
            : throw new InvalidOperationException(
                $"the environment variable {Shown(name)} holds no API key{why}; set it to the key that the gateway's administrator gave you");

        // A key given in the name's place is not repeated.
        static string Shown(string name) => name.StartsWith("mxgw_", StringComparison.Ordinal) ? "that was named" : name;
    }

    /// <summary>A key that the application got in its own way, from a vault or a protected file.</summary>
    /// <param name="value">The key.</param>
    /// <exception cref="ArgumentException">The key is empty, or has characters that cannot stand in a header.</exception>
    public static MxApiKey From(string value)
    {
        MxArguments.ThrowIfBlank(value, "the text is no API key: it is empty; give the key that the gateway's administrator gave you");
        string key = value.Trim();
        return IsKey(key) ? new MxApiKey(key) : throw new ArgumentException($"the text is no API key: {NoKey}", nameof(value));
    }

    /// <summary>A place holder; never the key.</summary>
    public override string ToString() => "(API key)";

    private static bool IsKey(string text) => text.Length > 0 && text.All(c => c is > ' ' and <= '~');
}
