using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MxGateway.Typed.Cli;

/// <summary>The files that a server certificate is in.</summary>
internal sealed record ServerCertificateFiles(string Certificate, string Key)
{
    /// <summary>The files that were named; null where TLS was not asked for.</summary>
    /// <exception cref="WrongUsageException">There is a key, and no certificate.</exception>
    public static ServerCertificateFiles? Of(string? certificate, string? key)
    {
        if (certificate is null && key is not null)
            throw new WrongUsageException("--certificate-key goes with --certificate, which is missing");
        return certificate is null ? null : new(certificate, key ?? certificate);
    }

    /// <summary>Reads the certificate with its key, and those that follow it in its file.</summary>
    /// <exception cref="CommandException">A file cannot be read, is not PEM, or the key is another certificate's.</exception>
    public ServerCertificate Read()
    {
        string certificate = Encoding.UTF8.GetString(Files.ReadAll(Certificate, "the certificate"));
        string key = Encoding.UTF8.GetString(Files.ReadAll(Key, "the certificate's key"));
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            if (chain.Count == 0)
                throw new CommandException($"the certificate {Certificate} holds none in PEM form, which is text with -----BEGIN CERTIFICATE----- in it");
            X509Certificate2 server = X509Certificate2.CreateFromPem(certificate, key);
            chain[0].Dispose();
            chain.RemoveAt(0);
            return new ServerCertificate(Lasting(server), chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // .NET's words tell neither which file it is nor that a key is encrypted.
            string together = Key == Certificate
                ? $"the certificate {Certificate} cannot be used with a key of the same file"
                : $"the certificate {Certificate} and the key {Key} cannot be used together";
            string elsewhere = Key == Certificate ? "if the key is in another file, name it with --certificate-key; " : "";
            throw new CommandException(
                $"{together}: {e.Message.TrimEnd('.')}; {elsewhere}both are PEM text, and the key is that certificate's own and not encrypted", e);
        }
    }

    // Windows serves TLS only with a key that it has in a store.
    private static X509Certificate2 Lasting(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
            return certificate;
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>A certificate to serve TLS with.</summary>
internal sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain) : IDisposable
{
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (X509Certificate2 certificate in Chain)
            certificate.Dispose();
    }
}
