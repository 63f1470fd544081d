using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>Refuses a server's certificate in words that a person can act on: .NET's own say neither which names it has nor what to do.</summary>
/// <param name="options">The name that the certificate must have, the file with the roots to trust, and what the options are called.</param>
internal sealed class GrpcCertificateCheck(GrpcTransportOptions options)
{
    private const int MaxNames = 5;
    private const int MaxNameLength = 100;

    /// <summary>What TLS asks when it has made up its own mind. A refusal is an exception, because that carries words.</summary>
    public bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (certificate is not X509Certificate2 server)
            throw new GrpcCertificateException("the server showed no certificate");

        var problems = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            problems.AddRange(chain is null ? ["its certificate could not be checked"] : ChainProblems(chain));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            problems.Add(NameProblem(server));
        throw new GrpcCertificateException(string.Join("; also, ", problems));
    }

    private IEnumerable<string> ChainProblems(X509Chain chain)
    {
        X509ChainStatusFlags all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status);
        foreach (X509ChainElement element in chain.ChainElements)
            if (element.ChainElementStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid))
                yield return TimeProblem(element.Certificate);

        if ((all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            yield return TrustProblem(chain);
        if ((all & X509ChainStatusFlags.NotValidForUsage) != 0)
            yield return "its certificate is not made for a server (extended key usage); ask for one that is";

        const X509ChainStatusFlags Told =
            X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotValidForUsage;
        foreach (X509ChainStatus status in chain.ChainStatus.Where(status => (status.Status & ~Told) != 0))
            yield return $"its certificate is not sound ({status.Status}: {status.StatusInformation.Trim()})";
    }

    private static string TimeProblem(X509Certificate2 certificate) =>
        DateTime.Now > certificate.NotAfter
            ? $"the certificate {Shown(certificate.Subject)} expired on {Shown(certificate.NotAfter)}; it must be renewed"
            : $"the certificate {Shown(certificate.Subject)} is valid only from {Shown(certificate.NotBefore)} on; check this machine's clock";

    private string TrustProblem(X509Chain chain)
    {
        X509Certificate2 last = chain.ChainElements[^1].Certificate;
        string issuer = last.Subject == last.Issuer && chain.ChainElements.Count == 1
            ? $"its certificate {Shown(last.Subject)} is signed by itself"
            : $"its certificate is signed by {Shown(last.Issuer)}";
        return options.CaFile is { } file
            ? $"{issuer}, which is not in the CA file {file}; put that root's certificate there"
            : $"{issuer}, which this system does not trust; name a file with that root's certificate ({options.OptionName(nameof(options.CaFile))})";
    }

    private string NameProblem(X509Certificate2 certificate)
    {
        string[] names = [.. Names(certificate).Take(MaxNames + 1).Select(Shown)];
        string has = names switch
        {
            [] => "has no name",
            { Length: > MaxNames } => $"is for {string.Join(", ", names[..MaxNames])} and others",
            _ => $"is for {string.Join(", ", names)}",
        };
        return $"its certificate {has}, and not for {options.ServerNameOverride ?? options.Endpoint.IdnHost}; connect by a name that it has, " +
            $"or say which one to expect ({options.OptionName(nameof(options.ServerNameOverride))})";
    }

    private static IEnumerable<string> Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (alternatives is not null)
            return alternatives.EnumerateDnsNames().Concat(alternatives.EnumerateIPAddresses().Select(address => address.ToString()));
        return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } name ? [name] : [];
    }

    private static string Shown(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    // Whoever answers chose it.
    private static string Shown(string name) => GrpcFailures.Shown(name, MaxNameLength);
}

/// <summary>A server's certificate that is not taken, and why.</summary>
internal sealed class GrpcCertificateException(string message) : AuthenticationException(message);
