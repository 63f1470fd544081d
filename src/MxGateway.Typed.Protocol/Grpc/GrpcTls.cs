using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>What TLS is asked for: TLS 1.2 or newer, a server certificate for the right name, and a chain to a root that is trusted.</summary>
internal static class GrpcTls
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const long MaxCaFileSize = 16 * 1024 * 1024;

    /// <summary>The options of a handshake.</summary>
    /// <exception cref="IOException">The CA file cannot be read, or holds no certificate.</exception>
    public static SslClientAuthenticationOptions Options(GrpcTransportOptions options)
    {
        var policy = new X509ChainPolicy
        {
            ApplicationPolicy = { new Oid(ServerAuthentication) },

            // A plant's network reaches no revocation list and no other place that a certificate may name: a look there would only take time.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (options.CaFile is { } file)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(ReadCaFile(file));
        }

        var check = new GrpcCertificateCheck(options);
        return new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = options.DangerousAcceptAnyServerCertificate ? static (_, _, _, _) => true : check.Check,
        };
    }

    private static X509Certificate2Collection ReadCaFile(string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MaxCaFileSize)
                throw new IOException($"it has {file.Length} bytes; a file of certificates is smaller");
            certificates.ImportFromPem(File.ReadAllText(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"the CA file {path} does not exist; check the name", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string why = Directory.Exists(path) ? "it is a folder"
                : e is UnauthorizedAccessException ? "this user lacks the permission"
                : e.Message.TrimEnd('.');
            throw new IOException($"the CA file {path} cannot be read: {why}", e);
        }
        catch (CryptographicException e)
        {
            throw new IOException($"the CA file {path} has a certificate that is broken: {e.Message.TrimEnd('.')}; copy the file anew", e);
        }

        return certificates.Count > 0
            ? certificates
            : throw new IOException($"the CA file {path} holds no certificate in PEM form, which is text with -----BEGIN CERTIFICATE----- in it; " +
                "a DER file is made one by: openssl x509 -inform der -in FILE -out ca.pem");
    }
}
