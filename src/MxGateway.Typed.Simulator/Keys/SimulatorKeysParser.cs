using System.Text.Json;
using System.Text.Unicode;

namespace MxGateway.Typed.Simulator.Keys;

/// <summary>Reads a keys file. Entries are named by their place (<c>keys[2]</c>): no message quotes a key or a password.</summary>
internal static class SimulatorKeysParser
{
    public static SimulatorKeys Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];

        if (!Utf8.IsValid(json.Span))
            throw new SimulatorKeysException("the file is not UTF-8; save it as such");

        using JsonDocument document = ParseJson(json);
        try
        {
            return Read(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // So says System.Text.Json of a name.
            throw new SimulatorKeysException("a member's name in the file has an escape that is no character");
        }
    }

    private static SimulatorKeys Read(JsonElement root)
    {
        Expect(root, JsonValueKind.Object, "the file", "an object");
        OnlyMembers(root, "the file", "keys", "users");
        if (!root.TryGetProperty("keys", out JsonElement keyRows))
            throw new SimulatorKeysException("the file has no \"keys\": without a key nobody could call");

        List<SimulatorKey> keys = [.. Rows(keyRows, "keys").Select(row => Key(row.Row, row.Where))];
        if (keys.Count == 0)
            throw new SimulatorKeysException("\"keys\" is empty: without a key nobody could call");
        if (keys.GroupBy(key => Convert.ToHexString(key.Sha256)).FirstOrDefault(same => same.Count() > 1) is { } twins)
            throw new SimulatorKeysException($"the key with id \"{twins.First().Id}\" stands in the file twice");

        List<SimulatorUser> users = root.TryGetProperty("users", out JsonElement userRows)
            ? [.. Rows(userRows, "users").Select(row => User(row.Row, row.Where))]
            : [];
        if (users.GroupBy(user => user.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } namesakes)
            throw new SimulatorKeysException($"there are two users named \"{namesakes.Key}\"; case does not tell users apart");
        if (users.Where(user => user.Guid is not null).GroupBy(user => user.Guid).FirstOrDefault(same => same.Count() > 1) is { } shared)
            throw new SimulatorKeysException($"the users \"{shared.First().Name}\" and \"{shared.Last().Name}\" have one GUID");

        return new SimulatorKeys(keys, users);
    }

    private static JsonDocument ParseJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException exception)
        {
            // The exception's own words may quote the file, and so a key.
            throw new SimulatorKeysException($"the file is not JSON: see line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
        }
    }

    private static SimulatorKey Key(JsonElement row, string where)
    {
        OnlyMembers(row, where, "key", "id", "sha256", "scopes", "tags");
        HashSet<string> scopes = ReadScopes(row, where);
        List<string>? tags = ReadTags(row, where);
        if (row.TryGetProperty("key", out _))
        {
            if (row.TryGetProperty("id", out _) || row.TryGetProperty("sha256", out _))
                throw new SimulatorKeysException($"{where} has \"key\" and also \"id\" or \"sha256\": give the key, or its id and hash");
            string key = Text(row, "key", where);
            string id = SimulatorKey.IdOf(key) ?? throw new SimulatorKeysException($"{where}.key is not of the form mxgw_<id>_<secret>");
            return new SimulatorKey(id, SimulatorKey.Hash(key), scopes, tags);
        }

        if (!row.TryGetProperty("sha256", out _))
            throw new SimulatorKeysException($"{where} has neither \"key\" nor \"sha256\"");
        string hash = Text(row, "sha256", where);
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))
            throw new SimulatorKeysException($"{where}.sha256 is not a SHA-256 in hex: it needs 64 hexadecimal digits");
        return new SimulatorKey(Text(row, "id", where), Convert.FromHexString(hash), scopes, tags);
    }

    private static SimulatorUser User(JsonElement row, string where)
    {
        OnlyMembers(row, where, "name", "password", "guid");
        Guid? guid = null;
        if (row.TryGetProperty("guid", out _))
            guid = Guid.TryParse(Text(row, "guid", where), out Guid parsed) ? parsed : throw new SimulatorKeysException($"{where}.guid is not a GUID");
        return new SimulatorUser(Text(row, "name", where), SimulatorKey.Hash(Text(row, "password", where)), guid);
    }

    private static HashSet<string> ReadScopes(JsonElement row, string where)
    {
        if (!row.TryGetProperty("scopes", out JsonElement list))
            throw new SimulatorKeysException($"{where} has no \"scopes\"; known are {string.Join(", ", GatewayScopes.All)}");
        Expect(list, JsonValueKind.Array, $"{where}.scopes", "a list");

        var scopes = new HashSet<string>();
        foreach (JsonElement scope in list.EnumerateArray())
        {
            if (scope.ValueKind != JsonValueKind.String || !GatewayScopes.All.Any(scope.ValueEquals))
                throw new SimulatorKeysException($"{where}.scopes has an entry that is no scope; known are {string.Join(", ", GatewayScopes.All)}");
            scopes.Add(scope.GetString()!);
        }

        return scopes;
    }

    private static List<string>? ReadTags(JsonElement row, string where)
    {
        if (!row.TryGetProperty("tags", out JsonElement list))
            return null;
        Expect(list, JsonValueKind.Array, $"{where}.tags", "a list");
        if (list.GetArrayLength() == 0)
            throw new SimulatorKeysException($"{where}.tags is empty: the key could use no tag; leave \"tags\" out for a key that may use all");
        return [.. list.EnumerateArray().Select((glob, i) => NotEmpty(glob, $"{where}.tags[{i}]"))];
    }

    private static IEnumerable<(JsonElement Row, string Where)> Rows(JsonElement list, string name)
    {
        Expect(list, JsonValueKind.Array, $"\"{name}\"", "a list");
        int index = 0;
        foreach (JsonElement row in list.EnumerateArray())
        {
            string where = $"{name}[{index++}]";
            Expect(row, JsonValueKind.Object, where, "an object");
            yield return (row, where);
        }
    }

    private static string Text(JsonElement row, string name, string where)
    {
        if (!row.TryGetProperty(name, out JsonElement value))
            throw new SimulatorKeysException($"{where} has no \"{name}\"");
        return NotEmpty(value, $"{where}.{name}");
    }

    private static string NotEmpty(JsonElement value, string where)
    {
        Expect(value, JsonValueKind.String, where, "a text");
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new SimulatorKeysException($"{where} has an escape that is no character");
        }

        return text.Length > 0 ? text : throw new SimulatorKeysException($"{where} is empty");
    }

    private static void OnlyMembers(JsonElement row, string where, params ReadOnlySpan<string> known)
    {
        foreach (JsonProperty member in row.EnumerateObject())
            if (!known.Contains(member.Name))
                throw new SimulatorKeysException($"{where} has a member that is not known; known are {string.Join(", ", known)}");
    }

    private static void Expect(JsonElement element, JsonValueKind kind, string where, string what)
    {
        if (element.ValueKind != kind)
            throw new SimulatorKeysException($"{where} must be {what}, not {element.ValueKind.ToString().ToLowerInvariant()}");
    }
}
