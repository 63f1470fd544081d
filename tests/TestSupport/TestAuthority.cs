using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MxGateway.Typed.TestSupport;

/// <summary>A certificate authority that lives for one test, and the certificates that it issues.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The authority's own certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authority's certificate as a CA file has it.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>A root.</summary>
    public static TestAuthority Root(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(Request(name, key, isAuthority: true).CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-3), DateTimeOffset.UtcNow.AddYears(3)));
    }

    /// <summary>An authority that this one vouches for.</summary>
    public TestAuthority Intermediate(string name) => new(Issue(key => Request(name, key, isAuthority: true), DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2)));

    /// <summary>A server's certificate, with its key, for host names and IP addresses.</summary>
    public X509Certificate2 Server(params string[] names) => Server(names, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));

    /// <summary>A server's certificate for a time, and for a purpose that may be a wrong one.</summary>
    public X509Certificate2 Server(string[] names, DateTimeOffset from, DateTimeOffset to, string purpose = ServerAuthentication) => Issue(key => ServerRequest(names, key, purpose), from, to);

    /// <summary>A server's certificate that nobody vouches for but itself.</summary>
    public static X509Certificate2 SelfSigned(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = ServerRequest(names, key, ServerAuthentication).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        return WithLastingKey(certificate);
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private X509Certificate2 Issue(Func<ECDsa, CertificateRequest> request, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 issued = request(key).Create(Certificate, from, to, RandomNumberGenerator.GetBytes(16));
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        return WithLastingKey(withKey);
    }

    // Windows serves TLS only with a key that it has in a store.
    private static X509Certificate2 WithLastingKey(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);

    private static CertificateRequest ServerRequest(string[] names, ECDsa key, string purpose)
    {
        CertificateRequest request = Request(names[0], key, isAuthority: false);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        return request;
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        return request;
    }
}
