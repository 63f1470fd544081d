namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>A check of a gateway that is there already, a plant's own perhaps. It runs only where <c>MXGATEWAY_INTEGRATION</c> is 1; docs/testing.md says how.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LiveFactAttribute : FactAttribute
{
    /// <summary>Looks whether live checks are wanted.</summary>
    public LiveFactAttribute() => Skip = LiveGateway.IsWanted ? null : "MXGATEWAY_INTEGRATION is not 1: live checks need a gateway, see docs/testing.md";
}

/// <summary>A live check that writes. It runs only where an item is named that may be written, too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LiveWriteFactAttribute : FactAttribute
{
    /// <summary>Looks whether a live check may write.</summary>
    public LiveWriteFactAttribute() => Skip = LiveGateway.IsWanted && LiveGateway.WriteItem is not null
        ? null
        : "MXGATEWAY_INTEGRATION is not 1, or MXGATEWAY_TEST_WRITE_ITEM names no item that may be written: see docs/testing.md";
}

/// <summary>The gateway of the live checks, as the environment names it.</summary>
public static class LiveGateway
{
    /// <summary>Whether live checks are wanted.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("MXGATEWAY_INTEGRATION") == "1";

    /// <summary>The item that is read and advised.</summary>
    public static string Item => Required("MXGATEWAY_TEST_ITEM");

    /// <summary>The item that may be written; null where none may.</summary>
    public static string? WriteItem => Environment.GetEnvironmentVariable("MXGATEWAY_TEST_WRITE_ITEM") is { Length: > 0 } item ? item : null;

    /// <summary>How the gateway is reached.</summary>
    public static MxGatewayOptions Options => new()
    {
        Endpoint = new Uri(Required("MXGATEWAY_ENDPOINT")),
        ApiKey = MxApiKey.FromEnvironment("MXGATEWAY_API_KEY"),
        CaFile = Environment.GetEnvironmentVariable("MXGATEWAY_CA_FILE") is { Length: > 0 } file ? file : null,
        ClientName = "MxGateway.Typed live checks",
    };

    // Where live checks are wanted, what is missing is a failure and no reason to skip them.
    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"MXGATEWAY_INTEGRATION is 1, and {variable} is not set; see docs/testing.md");
}
