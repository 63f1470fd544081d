using System.Net;
using System.Net.Sockets;
using System.Reflection;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>The sample as a newcomer runs it.</summary>
public sealed class QuickstartTests
{
    private static readonly string s_program = RepositoryRoot.PathTo(
        "samples", "Quickstart", "bin", typeof(QuickstartTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Configuration").Value!, "net10.0", "Quickstart.dll");

    [Fact]
    public async Task It_reads_writes_and_advises_without_a_plant()
    {
        ProcessResult result = await RunAsync("--seconds", "1");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches(@"Pump_001\.Speed = [-0-9.]+ good", result.Output);
        Assert.Matches(@"Pump_001: good at worst, times [0-9.]+ s apart", result.Output);
        Assert.Contains("Pump_001.SpeedSetpoint = 42.5 good", result.Output);
        Assert.Matches(@"Pump_001\.Speed +│ [-0-9.]+ good", result.Output);
        Assert.Equal("", result.Error);
    }

    [PeerFact]
    public async Task It_does_the_same_against_a_gateway_and_leaves_nothing_behind()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SamplePlantFile.Hierarchy);
        ProcessResult result = await RunWithKeyAsync(gateway.Key, "--endpoint", gateway.Endpoint.ToString(), "--seconds", "0.2");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("Pump_001.SpeedSetpoint = 42.5 good", result.Output);
        Assert.DoesNotContain(gateway.Key, result.ToString());
        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task After_Ctrl_C_nothing_is_left_behind()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SamplePlantFile.Hierarchy);
        await using ProcessRun run = Start(gateway.Key, "--endpoint", gateway.Endpoint.ToString(), "--seconds", "600");
        await gateway.CallAsync("advising begins", call => call.Name == "SUBSCRIBE_BULK" && call.Items.Contains("Pump_001.Running"));
        run.Interrupt();
        ProcessResult result = await run.ExitAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("Stopped.", result.Error.Trim());
        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task A_wrong_key_is_one_clear_line()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SamplePlantFile.Hierarchy);
        ProcessResult result = await RunWithKeyAsync("mxgw_wrong_planted5ecret", "--endpoint", gateway.Endpoint.ToString());
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("does not accept the API key", result.Error);
        Assert.DoesNotContain("planted", result.ToString());
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_gateway_that_is_down_is_one_clear_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string endpoint = $"http://{listener.LocalEndpoint}/";
        listener.Stop();
        ProcessResult result = await RunWithKeyAsync("mxgw_a_planted5ecret", "--endpoint", endpoint);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"nothing listens at {endpoint}", result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--endpoint", "localhost:5000")]
    [InlineData("--nonsense", "1")]
    public async Task Wrong_usage_is_2(string option, string value) => Assert.Equal(2, (await RunAsync(option, value)).ExitCode);

    private static Task<ProcessResult> RunAsync(params string[] arguments) => RunWithKeyAsync(null, arguments);

    private static async Task<ProcessResult> RunWithKeyAsync(string? key, params string[] arguments)
    {
        await using ProcessRun run = Start(key, arguments);
        return await run.ExitAsync();
    }

    private static ProcessRun Start(string? key, params string[] arguments) =>
        ProcessRun.Start("dotnet", ["exec", s_program, .. arguments], new ProcessRunOptions { Environment = new Dictionary<string, string?> { ["MXGATEWAY_API_KEY"] = key } });
}
