namespace MxGateway.Typed.Simulator;

/// <summary>The scopes that an API key may have.</summary>
public static class GatewayScopes
{
    /// <summary>OpenSession, CloseSession, Ping, GetSessionState.</summary>
    public const string SessionOpen = "session:open";

    /// <summary>Register, AddItem, Advise, reads.</summary>
    public const string InvokeRead = "invoke:read";

    /// <summary>Writes.</summary>
    public const string InvokeWrite = "invoke:write";

    /// <summary>Secured writes, and the users that they need.</summary>
    public const string InvokeSecure = "invoke:secure";

    /// <summary>StreamEvents.</summary>
    public const string EventsRead = "events:read";

    /// <summary>The Galaxy's repository.</summary>
    public const string MetadataRead = "metadata:read";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [SessionOpen, InvokeRead, InvokeWrite, InvokeSecure, EventsRead, MetadataRead];
}
