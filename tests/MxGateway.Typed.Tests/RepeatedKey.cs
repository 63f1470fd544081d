using System.Text;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>A key that a gateway repeats, and the look for it in what is told.</summary>
internal static class RepeatedKey
{
    public const string Secret = "zq7-planted5ecret", Key = $"mxgw_7f3a_{Secret}";
    public const string NotShown = "not shown: the gateway's words repeat what is secret";

    public static string Words => $"cannot serve {Key}";

    public static MxGatewayOptions Options(ScriptedGateway gateway) => gateway.Options with { ApiKey = MxApiKey.From(Key) };

    public static MxGatewayOptions Options(RawServer server, string key = Key) => new() { Endpoint = server.Endpoint, ApiKey = MxApiKey.From(key) };

    /// <summary>Nothing of it has the key, or as much of it as would help anybody, whichever way it is looked at.</summary>
    public static void AssertNotSaid(params object?[] things)
    {
        IEnumerable<string> texts = things.SelectMany(thing => thing is Exception e ? All(e) : [$"{thing}"]);
        Assert.DoesNotContain(texts, text => text.Contains(Secret[..4], StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> All(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return $"{cause} {cause.Message} {(cause as MxGatewayException)?.RawReply}";
            foreach ((string name, string value) in (cause as GrpcException)?.Trailers ?? [])
            {
                byte[] bytes = GrpcMetadata.From([new(name, value)]).GetBinary(name) ?? [];
                yield return $"{value} {Uri.UnescapeDataString(value)} {Encoding.Latin1.GetString(bytes)}";
            }
        }
    }
}
