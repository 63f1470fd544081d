using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>TLS from the command line: a simulator that serves it, and exports that check it.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly string s_sample = RepositoryRoot.PathTo("samples", "Plant", "Plant.galaxy.json");

    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority = TestAuthority.Root("Plant CA");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_export_over_TLS_trusts_the_CA_file_alone_and_checks_the_name()
    {
        await using ProcessRun simulator = Simulate("gateway.plant");
        (string endpoint, string key) = await WhereAsync(simulator);
        string caFile = _folder.Write("ca.pem", _authority.Pem);
        using TestAuthority other = TestAuthority.Root("Other CA");
        string otherFile = _folder.Write("other.pem", other.Pem);
        string[] export = ["export", "--endpoint", endpoint, "--api-key", key, "--output", _folder["x.json"]];

        ProcessResult done = await Tool.RunAsync([.. export, "--tls", "--ca-file", caFile, "--server-name-override", "gateway.plant"]);
        Assert.True(done.ExitCode == ExitCodes.Done, done.ToString());
        Assert.Equal("", string.Join("", done.Error.Split('\n').Where(line => line.StartsWith("warning", StringComparison.Ordinal))));
        Assert.Equal(File.ReadAllBytes(s_sample), File.ReadAllBytes(_folder["x.json"]));

        await FailsAsync([.. export, "--ca-file", caFile], "is for gateway.plant, and not for 127.0.0.1", "(--server-name-override)");
        await FailsAsync([.. export, "--ca-file", otherFile, "--server-name-override", "gateway.plant"], "signed by CN=Plant CA", otherFile);
        await FailsAsync([.. export, "--server-name-override", "gateway.plant"], "does not trust", "(--ca-file)");
        await FailsAsync([.. export, "--plaintext"], "if the gateway speaks TLS, leave out --plaintext");
        await FailsAsync([.. export, "--ca-file", _folder["none.pem"]], "none.pem does not exist");
        await FailsAsync([.. export, "--ca-file", s_sample], "holds no certificate");

        ProcessResult any = await Tool.RunAsync([.. export, "--dangerous-accept-any-certificate"]);
        Assert.True(any.ExitCode == ExitCodes.Done, any.ToString());
        Assert.Contains($"warning: the certificate of https://{endpoint}/ is not checked", any.Error);
    }

    [Fact]
    public async Task TLS_where_the_gateway_speaks_plaintext_and_the_other_way_round_names_what_to_change()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        string address = gateway.Simulator.Endpoint.Authority;
        string[] read = ["read", "--item", "Pump_001.Speed", "--api-key", "mxgw_full_planted5ecret", "--endpoint"];
        await FailsAsync([.. read, address], "if it speaks plaintext, add --plaintext");
        await FailsAsync([.. read, address, "--tls"], "if it speaks plaintext, give --plaintext in place of --tls");
        await FailsAsync([.. read, $"https://{address}"], "if it speaks plaintext, ask for http://");

        await using ProcessRun simulator = Simulate("127.0.0.1");
        (string endpoint, _) = await WhereAsync(simulator);
        await FailsAsync([.. read, endpoint, "--plaintext"], "if the gateway speaks TLS, leave out --plaintext");
        await FailsAsync([.. read, $"http://{endpoint}"], "if the gateway speaks TLS, ask for https://");
    }

    [Fact]
    public async Task Without_a_CA_file_the_roots_of_the_system_are_trusted()
    {
        // Where OpenSSL is TLS, the environment says which roots the system trusts.
        if (!OperatingSystem.IsLinux())
            return;
        await using ProcessRun simulator = Simulate("127.0.0.1");
        (string endpoint, string key) = await WhereAsync(simulator);
        string[] export = ["export", "--endpoint", endpoint, "--output", _folder["x.json"]];
        string roots = _folder.Write("roots.pem", _authority.Pem), empty = Directory.CreateDirectory(_folder["empty"]).FullName;

        ProcessResult trusted = await Tool.ExecuteAsync(export, Environment(roots));
        ProcessResult untrusted = await Tool.ExecuteAsync(export, Environment(_folder.Write("none.pem", "")));

        Assert.True(trusted.ExitCode == ExitCodes.Done, trusted.ToString());
        Assert.Equal(ExitCodes.Failed, untrusted.ExitCode);
        Assert.Contains("does not trust", untrusted.Error);

        Dictionary<string, string?> Environment(string file) => new() { ["MXGATEWAY_API_KEY"] = key, ["SSL_CERT_FILE"] = file, ["SSL_CERT_DIR"] = empty };
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_served_says_why()
    {
        using X509Certificate2 certificate = _authority.Server("127.0.0.1");
        using X509Certificate2 other = _authority.Server("127.0.0.1");
        string file = _folder.Write("server.pem", certificate.ExportCertificatePem());
        string[] simulate = ["simulate", "--snapshot", s_sample, "--port", "0", "--certificate"];

        await FailsAsync([.. simulate, _folder["none.pem"]], "the certificate", "does not exist");
        await FailsAsync([.. simulate, s_sample], "holds none in PEM form");
        await FailsAsync([.. simulate, file], $"the certificate {file} cannot be used with a key of the same file", "name it with --certificate-key");
        await FailsAsync([.. simulate, file, "--certificate-key", _folder.Write("other.key", Key(other))], "cannot be used together");
        await FailsAsync([.. simulate, file, "--certificate-key", _folder["none.key"]], "the certificate's key", "does not exist");
    }

    private static async Task FailsAsync(IEnumerable<string> arguments, params string[] reasons)
    {
        ProcessResult result = await Tool.RunAsync(arguments);
        Assert.True((ExitCodes.Failed, "") == (result.ExitCode, result.Output), result.ToString());
        Assert.All(reasons, reason => Assert.Contains(reason, result.Error));
        Assert.DoesNotContain("PRIVATE KEY", result.Error);

        // The library's names of the options are not the tool's.
        Assert.DoesNotContain("CaFile", result.Error);
        Assert.DoesNotContain("ServerNameOverride", result.Error);
    }

    /// <summary>A simulator whose certificate is signed by an authority between it and the root, which it sends along.</summary>
    private ProcessRun Simulate(string name)
    {
        using TestAuthority line = _authority.Intermediate("Line 1 CA");
        using X509Certificate2 certificate = line.Server(name);
        string file = _folder.Write("server.pem", certificate.ExportCertificatePem() + "\n" + line.Pem);
        return Tool.Start(["simulate", "--snapshot", s_sample, "--port", "0", "--certificate", file, "--certificate-key", _folder.Write("server.key", Key(certificate))]);
    }

    private static async Task<(string Endpoint, string ApiKey)> WhereAsync(ProcessRun simulator)
    {
        string endpoint = await simulator.LineAsync("the endpoint", line => line.StartsWith("endpoint ", StringComparison.Ordinal));
        string key = await simulator.LineAsync("the key", line => line.StartsWith("API key ", StringComparison.Ordinal));
        Assert.Contains("(TLS, this machine only)", endpoint);
        return (endpoint.Split(' ')[1], key.Split(' ')[2]);
    }

    private static string Key(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }
}
