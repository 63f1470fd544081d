using System.Globalization;
using System.Text.RegularExpressions;

namespace MxGateway.Typed.Cli;

/// <summary>Where a gateway is, as it is written on the command line.</summary>
internal static partial class EndpointAddress
{
    private const string Forms = "give host:port, such as gateway:5000 or [::1]:5000, or an http:// or https:// address";

    /// <summary>The address that is meant.</summary>
    /// <param name="text"><c>host:port</c>, or an http or https URI.</param>
    /// <param name="isPlaintext">Whether plaintext was asked for. A URI says so by its scheme; <c>host:port</c> without it means TLS.</param>
    /// <param name="isTls">Whether TLS was asked for.</param>
    /// <exception cref="WrongUsageException">It is no address, or its scheme is not what was asked for.</exception>
    public static Uri Parse(string text, bool isPlaintext, bool isTls = false)
    {
        if (isPlaintext && isTls)
            throw new WrongUsageException("--plaintext and --tls contradict each other; give one of them");

        // It may have been meant to be a secret: what cannot be an address is not repeated.
        Uri address = IsUri(text)
            ? ParseUri(text)
            : ParseHostAndPort(text, isPlaintext ? Uri.UriSchemeHttp : Uri.UriSchemeHttps);
        if (isPlaintext && address.Scheme == Uri.UriSchemeHttps)
            throw new WrongUsageException($"--plaintext contradicts the endpoint {address}: https is TLS; leave one of them out");
        if (isTls && address.Scheme == Uri.UriSchemeHttp)
            throw new WrongUsageException($"--tls contradicts the endpoint {address}: http is plaintext; leave one of them out");
        return address;
    }

    /// <summary>Whether it is a URI, which says by itself whether it means TLS, and no <c>host:port</c>.</summary>
    public static bool IsUri(string text) => text.Contains("://", StringComparison.Ordinal);

    private static Uri ParseUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw new WrongUsageException($"the --endpoint is no http:// (plaintext) or https:// (TLS) address; {Forms}");
        if (address.UserInfo.Length > 0)
            throw new WrongUsageException("the --endpoint has a user name or password in it; a gateway knows its callers by their API key: see --api-key-env");
        if (address.PathAndQuery != "/" || address.Fragment.Length > 0)
        {
            string enough = address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
            throw new WrongUsageException($"the --endpoint has more than a host and a port ({enough} is enough)");
        }

        return address;
    }

    private static Uri ParseHostAndPort(string text, string scheme)
    {
        Match match = HostAndPort().Match(text);
        if (!match.Success || !Uri.TryCreate($"{scheme}://{text}", UriKind.Absolute, out Uri? address))
            throw new WrongUsageException($"the --endpoint is no host:port and no URI; {Forms}");
        return int.Parse(match.Groups["port"].ValueSpan, CultureInfo.InvariantCulture) is 0
            ? throw new WrongUsageException($"the --endpoint has port 0; {Forms}")
            : address;
    }

    // An IPv6 address stands in brackets, so that its colons are not the port's.
    [GeneratedRegex(@"^(\[[0-9A-Fa-f:.%a-z]+\]|[^\s:/@?#\\\[\]]+):(?<port>[0-9]{1,5})$", RegexOptions.CultureInvariant)]
    private static partial Regex HostAndPort();
}
