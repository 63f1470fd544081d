using System.Text.Json;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>A call as the Python gateway recorded it, in the order in which the calls were served.</summary>
/// <param name="Number">Its place in the record, from 1.</param>
/// <param name="Method">The gRPC method, such as <c>OpenSession</c>.</param>
/// <param name="Kind">The command's kind without its prefix, such as <c>ADD_ITEM</c>; null where the method is not Invoke.</param>
/// <param name="Session">The session's id; null where there is none.</param>
/// <param name="Server">The server handle that was asked with, or that Register gave.</param>
/// <param name="Handles">The item handles that were asked with, or that AddItem and SubscribeBulk gave.</param>
/// <param name="Items">The tag addresses; for OpenSession and Register the client's name, for AuthenticateUser the user's.</param>
/// <param name="Status"><c>OK</c>, or the name of the protocol status or of the gRPC status that it ended with.</param>
public sealed record GatewayCall(
    int Number, string Method, string? Kind, string? Session, int? Server, IReadOnlyList<int> Handles, IReadOnlyList<string> Items, string Status)
{
    /// <summary>The command's kind, else the method.</summary>
    public string Name => Kind ?? Method;

    internal static GatewayCall Parse(string line)
    {
        using var row = JsonDocument.Parse(line);
        JsonElement Field(string name) => row.RootElement.GetProperty(name);
        return new GatewayCall(
            Field("n").GetInt32(),
            Field("method").GetString()!,
            Field("kind").GetString(),
            Field("session").GetString(),
            Field("server").ValueKind == JsonValueKind.Null ? null : Field("server").GetInt32(),
            [.. Field("handles").EnumerateArray().Select(handle => handle.GetInt32())],
            [.. Field("items").EnumerateArray().Select(item => item.GetString()!)],
            Field("status").GetString()!);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Number} {Name} {Session} server {Server} [{string.Join(' ', Handles)}] {string.Join(' ', Items)}: {Status}";
}
