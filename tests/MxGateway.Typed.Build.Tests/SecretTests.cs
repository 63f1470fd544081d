using System.IO.Compression;
using System.Text;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Build.Tests;

/// <summary>The API key stands in no log, whatever is logged.</summary>
[Collection(PackedFeed.Collection)]
public sealed class SecretTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _folder = new(feed);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_from_the_environment_or_a_file_is_in_no_diagnostic_and_no_binary_log(bool fromFile)
    {
        await using GatewaySimulator gateway = await GatewaySimulator.StartAsync(Plants.WithPump("Speed", deploy: 1));
        string key = gateway.GeneratedKey!;
        _folder.WriteProject(
            "App.csproj", fromFile ? "<MxGatewayApiKeyFile>key</MxGatewayApiKeyFile>" : "", """<GalaxySnapshot Include="Plant.galaxy.json" />""");
        _folder.Write("Plant.galaxy.json", Plants.WithPump("Torque", deploy: 0).ToText());
        _folder.Write("key", key + "\n");
        Assert.StartsWith("mxgw_", key);

        ProcessResult build = await _folder.DotnetAsync(
            fromFile ? null : key, "msbuild", "-restore", "-t:ExportGalaxySnapshot", $"-p:MxGatewayEndpoint={gateway.Endpoint}", "-v:diag", "-bl:build.binlog");

        Assert.True(build.ExitCode == 0, build.ToString());
        Assert.Contains("\"Speed\"", File.ReadAllText(_folder["Plant.galaxy.json"]));
        Assert.DoesNotContain(key, build.ToString());
        string log = await ReadLogAsync(_folder["build.binlog"]);
        Assert.DoesNotContain(key, log);

        // What is not secret is found by the same search.
        Assert.Contains(gateway.Endpoint.AbsoluteUri, build.Output);
        Assert.Contains(gateway.Endpoint.AbsoluteUri, log);
    }

    // A binary log is gzip over strings in UTF-8.
    private static async Task<string> ReadLogAsync(string file)
    {
        await using var unzipped = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await unzipped.CopyToAsync(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
