using System.Text.Json;
using System.Text.RegularExpressions;

namespace MxGateway.Typed.Snapshot.Tests;

/// <summary>As much of JSON Schema as ours uses. A keyword that is not known here fails the test rather than being passed over.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly string[] s_annotations = ["$schema", "$defs", "title", "description"];

    /// <summary>What is wrong with the value; empty where it is as the schema says.</summary>
    public IEnumerable<string> Problems(JsonElement value) => Problems(root, value, "$");

    /// <summary>The names of all properties anywhere in the schema.</summary>
    public IEnumerable<string> PropertyNames() => PropertyNames(root);

    private IEnumerable<string> Problems(JsonElement schema, JsonElement value, string path) =>
        schema.EnumerateObject().Where(keyword => !s_annotations.Contains(keyword.Name)).SelectMany(keyword => Problems(schema, keyword, value, path));

    private IEnumerable<string> Problems(JsonElement schema, JsonProperty keyword, JsonElement value, string path)
    {
        switch (keyword.Name)
        {
            case "$ref":
                return Problems(Definition(keyword.Value.GetString()!), value, path);
            case "type":
                return Unless(IsOf(value, keyword.Value.GetString()!), $"{path} is not of type {keyword.Value}");
            case "const":
                return Unless(JsonElement.DeepEquals(value, keyword.Value), $"{path} is not {keyword.Value}");
            case "enum":
                return Unless(keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), $"{path} is none of {keyword.Value}");
            case "anyOf":
                return Unless(keyword.Value.EnumerateArray().Any(one => !Problems(one, value, path).Any()), $"{path} is none of {keyword.Value}");
            case "pattern":
                return Unless(value.ValueKind == JsonValueKind.String && Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!), $"{path} does not match {keyword.Value}");
            case "minimum":
                return Unless(value.GetInt64() >= keyword.Value.GetInt64(), $"{path} is too small");
            case "maximum":
                return Unless(value.GetInt64() <= keyword.Value.GetInt64(), $"{path} is too large");
            case "minItems":
                return Unless(value.GetArrayLength() >= keyword.Value.GetInt32(), $"{path} has too few items");
            case "required":
                return keyword.Value.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path} lacks {name}");
            case "items":
                return value.EnumerateArray().SelectMany((item, i) => Problems(keyword.Value, item, $"{path}[{i}]"));
            case "properties":
                // Unknown fields are allowed in files; what our writer writes has none.
                return value.EnumerateObject().SelectMany(property => keyword.Value.TryGetProperty(property.Name, out JsonElement inner)
                    ? Problems(inner, property.Value, $"{path}.{property.Name}")
                    : [$"{path}.{property.Name} is not in the schema"]);
            default:
                throw new NotSupportedException($"the schema's keyword {keyword.Name} in {schema}");
        }
    }

    private JsonElement Definition(string reference) => reference.TrimStart('#', '/').Split('/').Aggregate(root, (at, name) => at.GetProperty(name));

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"the schema's type {type}"),
    };

    private static string[] Unless(bool isFine, string problem) => isFine ? [] : [problem];

    private static IEnumerable<string> PropertyNames(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject().SelectMany(member =>
            member.Name == "properties" ? member.Value.EnumerateObject().SelectMany(property => PropertyNames(property.Value).Prepend(property.Name)) : PropertyNames(member.Value)),
        JsonValueKind.Array => schema.EnumerateArray().SelectMany(PropertyNames),
        _ => [],
    };
}
