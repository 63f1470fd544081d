using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

public sealed class TlsTests : IDisposable
{
    private const string Here = "127.0.0.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly TestAuthority _authority = TestAuthority.Root("Plant CA"), _other = TestAuthority.Root("Other CA");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mxgw-typed-");

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_root_in_the_CA_file_is_trusted_and_the_call_goes_over_TLS_and_HTTP_2()
    {
        SslProtocols? protocol = null;
        string? http = null;
        await using RawServer server = await ServeAsync(_authority.Server(Here), context =>
        {
            protocol = context.Features.Get<ITlsHandshakeFeature>()!.Protocol;
            http = context.Request.Protocol;
        });

        await CallAsync(server, CaFile(_authority));

        Assert.Contains(protocol, new SslProtocols?[] { SslProtocols.Tls12, SslProtocols.Tls13 });
        Assert.Equal("HTTP/2", http);
    }

    [Fact]
    public async Task A_CA_file_may_hold_several_roots()
    {
        string file = CaFile(_other, _authority);
        await using RawServer one = await ServeAsync(_authority.Server(Here));
        await using RawServer two = await ServeAsync(_other.Server(Here));
        await CallAsync(one, file);
        await CallAsync(two, file);
    }

    [Fact]
    public async Task The_server_may_send_the_certificates_between_its_own_and_the_root()
    {
        using TestAuthority intermediate = _authority.Intermediate("Line 1 CA");
        await using RawServer server = await ServeAsync(intermediate.Server(Here), chain: [X509CertificateLoader.LoadCertificate(intermediate.Certificate.RawData)]);
        await CallAsync(server, CaFile(_authority));
    }

    [Fact]
    public async Task A_server_that_vouches_for_itself_is_trusted_where_its_certificate_is_the_CA_file()
    {
        X509Certificate2 certificate = TestAuthority.SelfSigned(Here);
        await using RawServer server = await ServeAsync(certificate);
        await CallAsync(server, Write(certificate.ExportCertificatePem()));
    }

    [Fact]
    public async Task Nothing_but_the_CA_file_is_trusted_and_the_failure_names_the_file_and_the_signer()
    {
        string file = CaFile(_authority);
        await using RawServer server = await ServeAsync(_other.Server(Here));
        await RefusedAsync(server, file, $"no TLS connection with {server.Endpoint}", "signed by CN=Other CA", $"not in the CA file {file}");
    }

    [Fact]
    public async Task A_root_that_the_system_does_not_trust_is_refused_and_the_failure_says_what_to_do()
    {
        await using RawServer server = await ServeAsync(_authority.Server(Here));
        await RefusedAsync(server, null, "signed by CN=Plant CA", "does not trust", "(CaFile)");
    }

    [Fact]
    public async Task A_server_that_vouches_for_itself_is_refused_and_said_to_do_so()
    {
        await using RawServer server = await ServeAsync(TestAuthority.SelfSigned(Here));
        await RefusedAsync(server, null, "signed by itself", "(CaFile)");
    }

    [Fact]
    public async Task A_certificate_for_other_names_is_refused_and_its_names_are_told()
    {
        await using RawServer server = await ServeAsync(_authority.Server("gateway.plant", "10.0.0.1"));
        await RefusedAsync(server, CaFile(_authority), "is for gateway.plant, 10.0.0.1, and not for 127.0.0.1", "(ServerNameOverride)");
    }

    [Fact]
    public async Task A_certificate_with_many_names_is_told_in_a_few_words()
    {
        await using RawServer server = await ServeAsync(_authority.Server([.. Enumerable.Range(1, 200).Select(i => $"{new string('a', 60)}{i}.{new string('b', 60)}.plant")]));
        GrpcException failure = await RefusedAsync(server, CaFile(_authority), "and others");
        Assert.InRange(failure.Message.Length, 0, 1200);
    }

    [Fact]
    public async Task The_overriding_name_is_the_one_that_is_asked_for_and_checked()
    {
        string? asked = null, host = null;
        X509Certificate2 certificate = _authority.Server("gateway.plant");
        await using RawServer server = await RawServer.StartAsync(
            async context =>
            {
                host = context.Request.Host.Value;
                await AnswerAsync(context, new OpenSessionReply { SessionId = "session-1" });
            },
            configure: listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, name) =>
            {
                asked = name;
                return certificate;
            }));

        await CallAsync(server, CaFile(_authority), "gateway.plant");
        Assert.Equal(("gateway.plant", "gateway.plant"), (asked, host));

        await RefusedAsync(server, CaFile(_authority), "gateway.elsewhere", ["is for gateway.plant, and not for gateway.elsewhere"]);
    }

    [Theory]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("rührwerk.plant", "xn--rhrwerk-n2a.plant")]
    public async Task The_overriding_name_may_be_an_IPv6_address_or_have_letters_of_any_language(string name, string inCertificate)
    {
        await using RawServer server = await ServeAsync(_authority.Server(inCertificate));
        await CallAsync(server, CaFile(_authority), name);
    }

    [Fact]
    public async Task A_certificate_outside_its_time_is_refused_with_the_day()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await using RawServer old = await ServeAsync(_authority.Server([Here], now.AddDays(-20), now.AddDays(-10)));
        await using RawServer early = await ServeAsync(_authority.Server([Here], now.AddDays(10), now.AddDays(20)));
        await RefusedAsync(old, CaFile(_authority), $"CN={Here} expired on {now.AddDays(-10):yyyy-MM-dd}", "renewed");
        await RefusedAsync(early, CaFile(_authority), $"valid only from {now.AddDays(10):yyyy-MM-dd}", "clock");
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await using RawServer server = await ServeAsync(_other.Server(["elsewhere"], now.AddDays(-20), now.AddDays(-10)));
        await RefusedAsync(server, CaFile(_authority), "expired on", "signed by CN=Other CA", "is for elsewhere");
    }

    [Fact]
    public async Task A_certificate_that_is_made_for_clients_is_refused()
    {
        // Kestrel does not serve such a certificate, so this is TLS and nothing on top.
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = _authority.Server([Here], now.AddDays(-1), now.AddDays(1), ClientAuthentication);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = HandshakeAsync();

        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => CallAsync(new GrpcTransportOptions { Endpoint = new Uri($"https://{listener.LocalEndpoint}"), CaFile = CaFile(_authority) }));

        Assert.Contains("not made for a server", failure.Message);
        await serving;

        async Task HandshakeAsync()
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] });
                await tls.ReadExactlyAsync(new byte[1]);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client refuses in the handshake or just after it.
            }
        }
    }

    [Fact]
    public async Task Any_certificate_is_taken_only_where_that_is_asked_for_by_name()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await using RawServer server = await ServeAsync(_other.Server(["elsewhere"], now.AddDays(-20), now.AddDays(-10)));
        await CallAsync(new GrpcTransportOptions { Endpoint = server.Endpoint, DangerousAcceptAnyServerCertificate = true });
    }

    [Fact]
    public async Task A_plaintext_server_that_is_asked_for_TLS()
    {
        await using RawServer server = await RawServer.StartAsync(context => AnswerAsync(context, new OpenSessionReply()));
        var secure = new UriBuilder(server.Endpoint) { Scheme = "https" };
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => CallAsync(new GrpcTransportOptions { Endpoint = secure.Uri }));
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Contains("no TLS connection", failure.Message);
        Assert.Contains("ask for http://", failure.Message);
        Assert.DoesNotContain("--", failure.Message);
    }

    [Fact]
    public async Task A_TLS_server_that_is_asked_for_plaintext()
    {
        await using RawServer server = await ServeAsync(_authority.Server(Here));
        var plain = new UriBuilder(server.Endpoint) { Scheme = "http" };
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => CallAsync(new GrpcTransportOptions { Endpoint = plain.Uri }));
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Contains("ask for https://", failure.Message);
        Assert.DoesNotContain("--", failure.Message);
    }

    [Fact]
    public async Task A_TLS_server_without_HTTP_2_is_no_gateway()
    {
        X509Certificate2 certificate = _authority.Server(Here);
        await using RawServer server = await RawServer.StartAsync(context => context.Response.WriteAsync("hello"), HttpProtocols.Http1, listen => listen.UseHttps(certificate));
        await RefusedAsync(server, CaFile(_authority), "HTTP/2");
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("", "holds no certificate in PEM form")]
    [InlineData("0\u0082\u0001 binary", "openssl x509 -inform der")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "has a certificate that is broken")]
    public void A_CA_file_that_cannot_be_used(string? content, string reason)
    {
        string file = content is null ? Path.Combine(_folder.FullName, "none.pem") : Write(content);
        IOException failure = Assert.Throws<IOException>(() => new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = new Uri("https://gateway:5000"), CaFile = file }));
        Assert.Contains($"the CA file {file}", failure.Message);
        Assert.Contains(reason, failure.Message);
    }

    [Fact]
    public void A_CA_file_that_is_a_folder() =>
        Assert.Contains("it is a folder", Assert.Throws<IOException>(() => new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = new Uri("https://gateway:5000"), CaFile = _folder.FullName })).Message);

    [Fact]
    public void Options_that_make_no_sense_are_named()
    {
        var plain = new Uri("http://gateway:5000");
        var secure = new Uri("https://gateway:5000");
        Assert.Contains("CaFile is for TLS", Refused(new() { Endpoint = plain, CaFile = "x" }));
        Assert.Contains("ServerNameOverride is for TLS", Refused(new() { Endpoint = plain, ServerNameOverride = "x" }));
        Assert.Contains("DangerousAcceptAnyServerCertificate is for TLS", Refused(new() { Endpoint = plain, DangerousAcceptAnyServerCertificate = true }));
        Assert.Contains("CaFile is empty", Refused(new() { Endpoint = secure, CaFile = "" }));
        Assert.Contains("contradict each other", Refused(new() { Endpoint = secure, CaFile = "x", DangerousAcceptAnyServerCertificate = true }));
        Assert.Contains("ServerNameOverride is no host name", Refused(new() { Endpoint = secure, ServerNameOverride = "gateway:5000" }));
        Assert.Contains("Endpoint is neither http:// (plaintext) nor https:// (TLS)", Refused(new() { Endpoint = new Uri("ftp://gateway") }));

        static string Refused(GrpcTransportOptions options) => Assert.Throws<ArgumentException>(() => new GrpcHttp2Transport(options)).Message;
    }

    private static Task<RawServer> ServeAsync(X509Certificate2 certificate, Action<HttpContext>? look = null, X509Certificate2Collection? chain = null) => RawServer.StartAsync(
        async context =>
        {
            look?.Invoke(context);
            await AnswerAsync(context, new OpenSessionReply { SessionId = "session-1" });
        },
        configure: listen => listen.UseHttps(https => (https.ServerCertificate, https.ServerCertificateChain) = (certificate, chain ?? [])));

    private static Task CallAsync(RawServer server, string? caFile, string? name = null) => CallAsync(new GrpcTransportOptions { Endpoint = server.Endpoint, CaFile = caFile, ServerNameOverride = name });

    private static async Task CallAsync(GrpcTransportOptions options)
    {
        await using var transport = new GrpcHttp2Transport(options);
        Assert.Equal("session-1", (await transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default)).SessionId);
    }

    private static async Task<GrpcException> RefusedAsync(RawServer server, string? caFile, params string[] reasons) => await RefusedAsync(server, caFile, null, reasons);

    private static async Task<GrpcException> RefusedAsync(RawServer server, string? caFile, string? name, string[] reasons)
    {
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => CallAsync(server, caFile, name));
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.All(reasons, reason => Assert.Contains(reason, failure.Message));
        return failure;
    }

    private string CaFile(params TestAuthority[] authorities) => Write(string.Concat(authorities.Select(authority => authority.Pem)));

    private string Write(string content)
    {
        string file = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(file, content);
        return file;
    }
}
