namespace MxGateway.Typed.Snapshot;

/// <summary>Hands out one string for the same short ASCII text again and again: field names, templates, hosts. What falls into a full slot takes it over.</summary>
internal sealed class StringCache
{
    private const int Slots = 1024;
    private const int LongestText = 64;

    private readonly string?[] _strings = new string?[Slots];

    /// <summary>The text, or null where it is not one for the cache.</summary>
    public string? Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestText)
            return null;
        uint hash = 2166136261;
        foreach (byte unit in utf8)
        {
            if (unit >= 0x80)
                return null;
            hash = (hash ^ unit) * 16777619;
        }

        ref string? slot = ref _strings[hash % Slots];
        return slot is not null && Equal(slot, utf8) ? slot : slot = Text(utf8);
    }

    private static bool Equal(string text, ReadOnlySpan<byte> utf8)
    {
        if (text.Length != utf8.Length)
            return false;
        for (int i = 0; i < utf8.Length; i++)
            if (text[i] != utf8[i])
                return false;
        return true;
    }

    private static string Text(ReadOnlySpan<byte> ascii)
    {
        Span<char> text = stackalloc char[LongestText];
        for (int i = 0; i < ascii.Length; i++)
            text[i] = (char)ascii[i];
        return text.Slice(0, ascii.Length).ToString();
    }
}
