using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Plants over TLS, end to end with the simulator.</summary>
public sealed class TlsConnectionTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = TestAuthority.Root("Plant CA");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mxgw-typed-");
    private GatewaySimulator _simulator = null!;
    private MxGatewayOptions _options = null!;

    public async Task InitializeAsync()
    {
        string caFile = Path.Combine(_folder.FullName, "ca.pem");
        File.WriteAllText(caFile, _authority.Pem);
        using TestAuthority line = _authority.Intermediate("Line 1 CA");
        _simulator = await GatewaySimulator.StartAsync(
            TestGalaxy.Snapshot,
            new GatewaySimulatorOptions { ChangingPerSecond = 0, Certificate = line.Server("gateway.plant"), CertificateChain = [System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(line.Certificate.RawData)] });
        _options = new MxGatewayOptions { Endpoint = _simulator.Endpoint, ApiKey = MxApiKey.From(_simulator.GeneratedKey!), CaFile = caFile, ServerNameOverride = "gateway.plant" };
    }

    public async Task DisposeAsync()
    {
        await _simulator.DisposeAsync();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_plant_is_read_and_written_over_TLS()
    {
        Assert.Equal("https", _simulator.Endpoint.Scheme);
        await using TestPlant plant = await TestPlant.ConnectAsync(_options);
        await plant.Pump_001.Speed.WriteAsync(12.5f);
        Assert.Equal(12.5f, (await plant.Pump_001.Speed.ReadAsync()).Value);
    }

    [Fact]
    public async Task A_certificate_that_is_refused_says_why_and_what_to_do()
    {
        MxConnectionException name = await Assert.ThrowsAsync<MxConnectionException>(() => MxGatewayConnection.ConnectAsync(_options with { ServerNameOverride = null }));
        Assert.Contains("is for gateway.plant, and not for 127.0.0.1", name.Message);
        Assert.Contains("(ServerNameOverride)", name.Message);
        MxConnectionException trust = await Assert.ThrowsAsync<MxConnectionException>(() => MxGatewayConnection.ConnectAsync(_options with { CaFile = null }));
        Assert.Contains("does not trust", trust.Message);
        Assert.Contains("(CaFile)", trust.Message);
        Assert.DoesNotContain(_simulator.GeneratedKey!, name.ToString() + trust);
    }

    [Fact]
    public async Task An_application_with_names_of_its_own_for_the_options_has_them_in_the_messages()
    {
        MxGatewayOptions named = _options with { OptionName = property => $"Gateway:{property}" };
        MxConnectionException name = await Assert.ThrowsAsync<MxConnectionException>(() => MxGatewayConnection.ConnectAsync(named with { ServerNameOverride = null }));
        Assert.Contains("(Gateway:ServerNameOverride)", name.Message);
        MxConnectionException trust = await Assert.ThrowsAsync<MxConnectionException>(() => MxGatewayConnection.ConnectAsync(named with { CaFile = null }));
        Assert.Contains("(Gateway:CaFile)", trust.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => MxGatewayConnection.ConnectAsync(_options with { OptionName = null! }));
    }

    [Fact]
    public async Task Options_that_cannot_work_are_told_by_the_applications_own_names_too()
    {
        MxGatewayOptions named = _options with { OptionName = property => $"Gateway:{property}", CaFile = null, ServerNameOverride = null };
        string[] options = ["Gateway:CaFile", "Gateway:ServerNameOverride", "Gateway:DangerousAcceptAnyServerCertificate"];
        (MxGatewayOptions Options, string[] Names)[] wrong =
        [
            (named with { Endpoint = new("http://gateway:5000"), CaFile = "x" }, [$"{options[0]} is for TLS", $"leave {options[0]} out"]),
            (named with { Endpoint = new("http://gateway:5000"), ServerNameOverride = "x" }, [$"{options[1]} is for TLS"]),
            (named with { Endpoint = new("http://gateway:5000"), DangerousAcceptAnyServerCertificate = true }, [$"{options[2]} is for TLS"]),
            (named with { CaFile = "" }, [$"{options[0]} is empty"]),
            (named with { ServerNameOverride = "x:1" }, [$"{options[1]} is no host name"]),
            (named with { CaFile = "x", DangerousAcceptAnyServerCertificate = true }, [$"{options[0]} and {options[2]} contradict"]),
            (named with { CaFile = "x", Transport = () => throw new InvalidOperationException() }, options),
        ];
        foreach ((MxGatewayOptions some, string[] names) in wrong)
        {
            string message = (await Assert.ThrowsAsync<ArgumentException>(() => MxGatewayConnection.ConnectAsync(some))).Message;
            Assert.All(names, name => Assert.Contains(name, message));
        }
    }

    [Fact]
    public async Task A_CA_file_that_is_missing_is_told_before_anything_is_tried()
    {
        MxGatewayOptions missing = _options with { CaFile = Path.Combine(_folder.FullName, "none.pem") };
        Assert.Contains($"the CA file {missing.CaFile} does not exist", (await Assert.ThrowsAsync<MxConnectionException>(() => MxGatewayConnection.ConnectAsync(missing))).Message);
        Assert.Contains("does not exist", Assert.Throws<MxConnectionException>(() => new GalaxyRepositoryClient(missing)).Message);
    }

    [Fact]
    public async Task Options_for_TLS_with_a_plaintext_endpoint_are_an_error()
    {
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => MxGatewayConnection.ConnectAsync(_options with { Endpoint = new Uri("http://gateway:5000") }));
        Assert.Contains("CaFile is for TLS, and the endpoint http://gateway:5000/ is plaintext", failure.Message);
    }

    [Fact]
    public async Task A_certificate_that_is_not_checked_is_logged_as_a_warning_and_no_other_is()
    {
        using var log = new WarningLog();
        await using (await MxGatewayConnection.ConnectAsync(_options with { LoggerFactory = log }))
            Assert.Empty(log.Warnings);
        await using (await MxGatewayConnection.ConnectAsync(_options with { CaFile = null, ServerNameOverride = null, DangerousAcceptAnyServerCertificate = true, LoggerFactory = log }))
            Assert.Contains("takes any certificate", Assert.Single(log.Warnings));
    }

    [Fact]
    public async Task A_certificate_without_a_key_cannot_be_served()
    {
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => GatewaySimulator.StartAsync(
            TestGalaxy.Snapshot, new GatewaySimulatorOptions { Certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(_authority.Certificate.RawData) }));
        Assert.Contains("no private key", failure.Message);
    }

    private sealed class WarningLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Warnings { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Warnings.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
